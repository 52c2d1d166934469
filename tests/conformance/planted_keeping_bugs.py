"""Mistakes around weights, saved, loaded and cloned models: what is kept, shared and lost."""

from __future__ import annotations

from pathlib import Path

from planting_state_bugs import plant

from reference.numpy import NumpyImplementation, NumpyModel

# Weights ------------------------------------------------------------------------------------------


@plant("setting the weights clears the state", "LIFE-25")
class SetWeightsClears(NumpyModel):
    def set_weights(self, weights):
        super().set_weights(weights)
        self.reset_states()


@plant("reading the weights clears the state", "LIFE-26")
class GetWeightsClears(NumpyModel):
    def get_weights(self):
        self.reset_states()
        return super().get_weights()


@plant("the weights that are read are the model's own arrays", "LIFE-27")
class SharesWeights(NumpyModel):
    def get_weights(self):
        return self.weights


@plant("the weights that are set are looked up again at every call", "LIFE-27")
class LooksWeightsUp(NumpyModel):
    lent = None

    def set_weights(self, weights):
        super().set_weights(weights)
        self.lent = weights

    def call(self, x, mask=None, initial_state=None):
        if self.lent is not None:
            super().set_weights(self.lent)
        return super().call(x, mask, initial_state)


@plant("the states are among the weights", "LIFE-28")
class StatesAmongTheWeights(NumpyModel):
    def get_weights(self):
        return [*super().get_weights(), *(s for pair in self.get_states() for s in pair)]

    def set_weights(self, weights):
        super().set_weights(weights[: len(self.weights)])


@plant("all models of one width share their states", "LIFE-30", "LIFE-36", "LIFE-37")
class SharedStates(NumpyModel):
    shared = (None,)

    @property
    def states(self):
        return list(SharedStates.shared)

    @states.setter
    def states(self, value):
        SharedStates.shared = tuple(value)

    def carry(self, final):
        if self.spec.stateful:
            self.states = final

    def reset_states(self):
        if self.spec.stateful:
            units = [layer.units for layer in self.spec.recurrent_layers]
            self.states = [self.zero_state(count, self.spec.batch_size) for count in units]

    def starting_states(self, rows, initial_state=None):
        if self.spec.stateful or initial_state is not None:
            return super().starting_states(rows, initial_state)
        return [self.zero_state(layer.units, rows) for layer in self.spec.recurrent_layers]


@plant("training a model moves the weights of its neighbours", "LIFE-30", "LIFE-37")
class SharedWeights(NumpyModel):
    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        self.family = SharedWeights.families.setdefault(spec, [])
        self.family.append(self)

    families: dict = {}  # noqa: RUF012  (shared on purpose: this is the bug)

    def update(self):
        super().update()
        for other in self.family[-3:]:
            other.parameters[...] = self.parameters


# Saving, loading, cloning -------------------------------------------------------------------------


@plant("saving clears the state", "LIFE-31")
class SaveClears(NumpyModel):
    def save(self, path):
        super().save(path)
        self.reset_states()


@plant("saving rounds the weights of the model", "LIFE-31", "LIFE-32")
class SaveRounds(NumpyModel):
    def save(self, path):
        self.parameters[...] = self.parameters.astype("f2")
        super().save(path)


@plant("weights are saved in half precision", "LIFE-32")
class SavesHalfPrecision(NumpyModel):
    def save(self, path):
        exact = self.parameters.copy()
        self.parameters[...] = exact.astype("f2")
        super().save(path)
        self.parameters[...] = exact


class OtherLoad(NumpyImplementation):
    """Keeps beside a file which model it is of."""

    def build(self, model):
        built = super().build(model)
        write = built.save

        def save(path):
            write(path)
            OtherLoad.saved[Path(path)] = built

        built.save = save
        return built

    saved: dict = {}  # noqa: RUF012


@plant("a loaded model has fresh weights", "LIFE-32")
class LoadsFreshWeights(OtherLoad):
    def load(self, path):
        return self.build(super().load(path).spec)


@plant("the states come back with the saved model", "LIFE-33", "LIFE-34")
class LoadKeepsStates(OtherLoad):
    def load(self, path):
        loaded = super().load(path)
        loaded.states = list(self.saved[Path(path)].states)
        return loaded


@plant("a loaded model does not carry", "LIFE-34")
class LoadedDoesNotCarry(OtherLoad):
    def load(self, path):
        loaded = super().load(path)
        loaded.carry = lambda final: None
        return loaded


@plant("loading gives the saved model itself", "LIFE-33", "LIFE-35")
class LoadsTheSameModel(OtherLoad):
    def load(self, path):
        return self.saved[Path(path)]


@plant("a clone takes the state along", "LIFE-36")
class CloneKeepsStates(NumpyModel):
    def clone(self):
        twin = super().clone()
        twin.states = list(self.states)
        return twin


@plant("cloning clears the original's state", "LIFE-36")
class CloningClears(NumpyModel):
    def clone(self):
        twin = super().clone()
        self.reset_states()
        return twin


@plant("a clone is its original", "LIFE-36", "LIFE-37", "LIFE-38")
class CloneIsTheOriginal(NumpyModel):
    def clone(self):
        return self


@plant("a clone trains its original's weights", "LIFE-37")
class CloneTrainsTheOriginal(NumpyModel):
    original = None

    def clone(self):
        twin = super().clone()
        twin.original = self
        return twin

    def update(self):
        super().update()
        if self.original is not None:
            self.original.parameters[...] = self.parameters


@plant("a clone follows the training of its original", "LIFE-38")
class CloneFollows(NumpyModel):
    copy = None

    def clone(self):
        self.copy = super().clone()
        return self.copy

    def update(self):
        super().update()
        if self.copy is not None:
            self.copy.parameters[...] = self.parameters


@plant("a reset of the original resets its clone", "LIFE-38")
class ResetReachesTheClone(NumpyModel):
    copy = None

    def clone(self):
        self.copy = super().clone()
        return self.copy

    def reset_states(self):
        super().reset_states()
        if self.copy is not None:
            self.copy.reset_states()


@plant("a reset of a clone resets its original", "LIFE-37")
class ResetReachesTheOriginal(NumpyModel):
    original = None

    def clone(self):
        twin = super().clone()
        twin.original = self
        return twin

    def reset_states(self):
        super().reset_states()
        if self.original is not None:
            self.original.reset_states()
