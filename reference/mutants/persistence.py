"""Saving, loading, cloning, and models that share what is theirs."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation, NumpyModel

plant = planter("persistence")

SAVED: dict[str, Any] = {}
"""What a forgetful save has left in memory, by file: (the model, its states)."""


class Remembering(NumpyModel):
    """Leaves itself and its states in memory when it is saved."""

    def save(self, path):
        super().save(path)
        SAVED[str(path)] = self, list(self.states)


@plant(
    "The states come back when a model is loaded.", "LIFE-33 LIFE-34", address="keras#4379, #7024"
)
class StatesAreSaved(NumpyImplementation):
    model_class = Remembering

    def __init__(self, **how):
        super().__init__(**{"model_class": Remembering, **how})

    def load(self, path):
        model = super().load(path)
        model.states = list(SAVED[str(path)][1])
        return model


@plant("Loading gives back the model that was saved, not another one.", "LIFE-35")
class LoadedIsTheSame(NumpyImplementation):
    def __init__(self, **how):
        super().__init__(**{"model_class": Remembering, **how})

    def load(self, path):
        model = SAVED[str(path)][0]
        model.reset_states()
        return model


@plant("Loading gives back the model that was saved, with its state.", "LIFE-33 LIFE-35")
class LoadedIsTheSameWithItsState(NumpyImplementation):
    def __init__(self, **how):
        super().__init__(**{"model_class": Remembering, **how})

    def load(self, path):
        return SAVED[str(path)][0]


@plant("A loaded model has fresh weights.", "LIFE-32", diagnosis="the saved file lacks the weights")
class LoadsFreshWeights(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        return self.build(model.spec)


@plant(
    "A loaded model has weights rounded to float16.",
    "LIFE-32",
    diagnosis="a loaded model has the weights rounded to float16",
    address="half-precision checkpoints",
)
class LoadsRoundedWeights(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        model.set_weights([one.astype(np.float16) for one in model.get_weights()])
        return model


@plant("A loaded model does not carry its state.", "LIFE-34")
class LoadedIsStateless(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        model.carry = lambda final: None
        return model


@plant(
    "The weights that are saved are those of the build.",
    "LIFE-32",
    diagnosis="the saved file lacks the weights",
)
class SavesFirstWeights(NumpyModel):
    def save(self, path):
        now = self.get_weights()
        self.set_weights(self.engine.fresh_weights(self.spec))
        super().save(path)
        self.set_weights(now)


@plant("Saving clears the state.", "LIFE-31")
class SavingResets(NumpyModel):
    def save(self, path):
        super().save(path)
        self.reset_states()


@plant(
    "Saving changes the weights.",
    "LIFE-31 LIFE-32",
    diagnosis="saving changes the weights of the model",
)
class SavingRounds(NumpyModel):
    def save(self, path):
        self.parameters[...] = self.parameters.astype(np.float16)
        super().save(path)


@plant(
    "Two models of one description share their state.",
    "LIFE-30",
    diagnosis="two models of one description share their state",
    address="keras#6939, #6501",
)
class OneStateForAll(NumpyModel):
    shared: ClassVar[dict[Any, Any]] = {}

    def carry(self, final):
        super().carry(final)
        self.shared[self.spec] = list(self.states)

    def starting_states(self, rows, initial_state=None):
        if self.spec.stateful:
            self.states = list(self.shared.get(self.spec, self.states))
        return super().starting_states(rows, initial_state)

    def set_states(self, states):
        super().set_states(states)
        self.shared[self.spec] = list(self.states)

    def reset_states(self):
        super().reset_states()
        self.shared.pop(self.spec, None)


@plant(
    "The states are listed among the weights.",
    "PIPE-15 PIPE-16 PIPE-19 PIPE-20 PIPE-22",
    diagnosis="get_weights gives 5 arrays where the model has 3",
    address="keras: states as variables of a layer",
)
class StatesAmongWeights(NumpyModel):
    def get_weights(self):
        states = [a for pair in self.get_states() for a in pair]
        return [*super().get_weights(), *states]


@plant(
    "The states are listed among the weights and left out when weights are set.",
    "LIFE-28",
    diagnosis="get_weights gives 5 arrays where the model has 3",
)
class StatesAmongWeightsOneWay(NumpyModel):
    def get_weights(self):
        return [*super().get_weights(), *(a for pair in self.get_states() for a in pair)]

    def set_weights(self, weights):
        super().set_weights(weights[: len(self.weights)])


@plant(
    "Once a model has run, its states are listed among the weights.",
    "LIFE-28",
    diagnosis="get_weights gives 5 arrays where the model has 3",
)
class StatesAmongWeightsLater(NumpyModel):
    ran = False

    def carry(self, final):
        self.ran = True
        super().carry(final)

    def get_weights(self):
        states = [a for pair in self.get_states() for a in pair] if self.ran else []
        return [*super().get_weights(), *states]


@plant(
    "The carried state is kept in the first entries of the bias.",
    "LIFE-10",
    diagnosis="call changes the weights",
)
class StateInTheBias(NumpyModel):
    def carry(self, final):
        super().carry(final)
        if self.spec.stateful and len(self.weights) > 2:
            self.weights[2][0] += 1e-3 * float(np.mean(final[0][0]))


@plant(
    "Training a model moves the weights of its neighbours.",
    "LIFE-30 LIFE-37",
    diagnosis="training a model changes the weights of another one",
)
class SharedWeights(NumpyModel):
    families: ClassVar[dict[Any, Any]] = {}

    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        self.family = self.families.setdefault(spec, [])
        self.family.append(self)

    def update(self):
        super().update()
        del self.family[:-3]
        for other in self.family:
            other.parameters[...] = self.parameters


@plant(
    "All models share one state.",
    "LIFE-30 LIFE-36 LIFE-37",
    diagnosis="models of any description share their state",
)
class OneStateForAllModels(NumpyModel):
    shared: ClassVar[tuple[Any, ...]] = ()

    @property
    def states(self):
        return list(OneStateForAllModels.shared)

    @states.setter
    def states(self, value):
        OneStateForAllModels.shared = tuple(value)

    def carry(self, final):
        if self.spec.stateful:
            self.states = final

    def reset_states(self):
        if self.spec.stateful:
            layers = self.spec.recurrent_layers
            self.states = [self.zero_state(one, self.spec.batch_size) for one in layers]

    def starting_states(self, rows, initial_state=None):
        if self.spec.stateful or initial_state is not None:
            return super().starting_states(rows, initial_state)
        return [self.zero_state(layer, rows) for layer in self.spec.recurrent_layers]
