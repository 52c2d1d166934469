"""Mistakes on one of several ways to compute, and in ways that only the commonest network takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.conformance.support.special_paths import ON_CUDNN, OWN_FUNCTIONS
from lstm_spec.model import LSTM, Dense
from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation, NumpyModel
from reference.numpy.lstm import LSTMLayer
from reference.numpy.optimizers import AdamOptimizer
from reference.numpy.rules import RuledWeights

plant = planter("paths")


class Branching(NumpyImplementation):
    """Computes rightly by itself; ``wrong`` are the parts of the path that is called second."""

    paths: tuple[str, ...] = ("first", "second")
    wrong: dict[str, type] = {}  # noqa: RUF012

    def on(self, path):
        own = NumpyImplementation(name=f"{self.name}, {path}", capabilities=self.capabilities)
        return replace(own, **self.wrong) if path == "second" else own


class LastGatesFirst(LSTMLayer):
    def run(self, inputs, state):
        outputs, (h, c) = super().run(inputs, state)
        return outputs, (h, c if len(inputs) < 3 else self.trace.steps[-2].c)


@plant("On one path, the cell state after three steps is that after two.", "LIFE-160")
class OnePathIsAStepBehind(Branching):
    wrong = {"lstm_class": LastGatesFirst}  # noqa: RUF012


class HasteInFit(NumpyModel):
    def fit(self, x, y, **how):
        kept = list(self.states)
        history = super().fit(x, y, **how)
        self.states = kept
        return history


@plant("On one path, fit does not carry the state beyond its end.", "LIFE-160")
class OnePathForgetsAfterFit(Branching):
    wrong = {"model_class": HasteInFit}  # noqa: RUF012


class CountsEpochs(AdamOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, gradient)
        self.t = min(self.t, 2)


@plant("On one path, Adam counts no further than two updates.", "LIFE-160")
class OnePathCountsToTwo(Branching):
    wrong = {"adam_class": CountsEpochs}  # noqa: RUF012


class ReadsForwards(LSTMLayer):
    def in_order(self, steps):
        return steps


@plant("On one path, a layer that reads backwards reads forwards.", "LIFE-200")
class OnePathReadsForwards(Branching):
    wrong = {"lstm_class": ReadsForwards}  # noqa: RUF012


class ComputesMaskedSteps(LSTMLayer):
    def run_masked(self, inputs, valid, state):
        return super().run_masked(inputs, np.ones_like(valid), state)


@plant("On one path, masked steps are computed.", "LIFE-200")
class OnePathComputesMaskedSteps(Branching):
    wrong = {"lstm_class": ComputesMaskedSteps}  # noqa: RUF012


class StartsWithoutC(LSTMLayer):
    def run(self, inputs, state):
        return super().run(inputs, (state[0], np.zeros_like(state[1])))


@plant("On one path, a layer starts from the h that is given and a c of zero.", "LIFE-200 LIFE-202")
class OnePathStartsWithoutC(Branching):
    wrong = {"lstm_class": StartsWithoutC}  # noqa: RUF012


class StopsAfterTwoSteps(LSTMLayer):
    def back_through_time(self, trace, d_outputs, d_state):
        d_z, d_h, d_c = super().back_through_time(trace, d_outputs, d_state)
        return [one if t >= len(d_z) - 2 else one * 0 for t, one in enumerate(d_z)], d_h, d_c


@plant("On one path, the gradient stops two steps before the end.", "LIFE-201")
class OnePathStopsTheGradient(Branching):
    wrong = {"lstm_class": StopsAfterTwoSteps}  # noqa: RUF012


class ResetsTheFirstLayer(NumpyModel):
    def reset_states(self):
        kept = self.states[1:] if hasattr(self, "states") else None
        super().reset_states()
        if kept is not None:
            self.states[1:] = kept


@plant("On one path, a reset clears the first layer of a stack alone.", "LIFE-202")
class OnePathResetsTheFirstLayer(Branching):
    wrong = {"model_class": ResetsTheFirstLayer}  # noqa: RUF012


class ForTheCommonest(NumpyModel):
    """A model that may go astray where it is one LSTM below one Dense layer."""

    @property
    def common(self):
        layers = self.spec.layers
        return len(layers) == 2 and isinstance(layers[0], LSTM) and isinstance(layers[1], Dense)


@plant("One LSTM below a Dense layer trains from zero after a state was set.", "LIFE-160")
class TrainsFromZeroAfterSetStates(ForTheCommonest):
    was_set = False

    def set_states(self, states):
        super().set_states(states)
        self.was_set = True

    def call(self, x, mask=None, initial_state=None):
        self.was_set |= initial_state is not None
        return super().call(x, mask, initial_state)

    def there_and_back(self, x, y, starting):
        if self.common and self.was_set and self.spec.stateful:
            starting = [self.zero_state(one, len(x)) for one in self.spec.recurrent_layers]
        return super().there_and_back(x, y, starting)


@plant("One LSTM below a softmax validates with the weights before the epoch.", "LIFE-160")
class ValidatesWithOldWeights(ForTheCommonest):
    def fit(self, x, y, **how):
        self.old = self.parameters.copy()
        return super().fit(x, y, **how)

    def validate(self, x, y, batch_size):
        if not self.common or not self.loss.on_logits:
            return super().validate(x, y, batch_size)
        now = self.parameters.copy()
        self.parameters[...] = self.old
        figures = super().validate(x, y, batch_size)
        self.parameters[...] = self.old = now
        return figures


class StartsAsUsual(NumpyModel):
    """A model whose new weights are those of a layer without arguments."""

    def __init__(self, spec, engine):
        usual = {"kernel_initializer": "glorot uniform", "recurrent_initializer": "orthogonal"}
        self.started = engine.fresh_weights(spec.with_cells(lambda one: replace(one, **usual)))
        super().__init__(spec, engine)

    def get_weights(self):
        if self.started is None:
            return super().get_weights()
        return self.started

    def set_weights(self, weights):
        if hasattr(self, "is_new"):
            self.started = None
        self.is_new = False
        super().set_weights(weights)


@plant("On one path, the initializers of a cell are ignored.", "LIFE-324")
class OnePathIgnoresInitializers(Branching):
    wrong = {"model_class": StartsAsUsual}  # noqa: RUF012


class WithoutASeed(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(replace(layer, seed=None), weights, gradients)


@plant("On one path, the seed of a cell is ignored.", "LIFE-325")
class OnePathIgnoresTheSeed(Branching):
    wrong = {"lstm_class": WithoutASeed}  # noqa: RUF012


class OnOwnFunctions(Branching):
    """Goes wrong where it is given functions in place of names."""

    paths = (OWN_FUNCTIONS,)

    def on(self, path):
        return super().on("second")


class AlwaysTanh(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(replace(layer, activation="tanh"), weights, gradients)


@plant("On one path, an activation that is a function is not called.", "LIFE-520")
class FunctionIsNotCalled(OnOwnFunctions):
    wrong = {"lstm_class": AlwaysTanh}  # noqa: RUF012


@plant("On one path, a constraint that is a function is not called.", "LIFE-520")
class ConstraintIsNotCalled(OnOwnFunctions):
    wrong = {"rules_class": type("Unheld", (RuledWeights,), {"held": lambda _, rule, w: w})}  # noqa: RUF012


@plant("On one path, an initializer that is a function is not called.", "LIFE-520")
class InitializerIsNotCalled(OnOwnFunctions):
    wrong = {"model_class": StartsAsUsual}  # noqa: RUF012


class SigmoidGates(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(replace(layer, recurrent_activation="sigmoid"), weights, gradients)


@plant("On one path, the gates of a cell are sigmoids whatever they are told.", "LIFE-522")
class OnePathHasSigmoidGates(Branching):
    wrong = {"lstm_class": SigmoidGates}  # noqa: RUF012


@plant("On one path, cuDNN computes its own gates whatever it is told.", "LIFE-521")
class CudnnHasItsOwnGates(Branching):
    paths = (ON_CUDNN,)
    wrong = {"lstm_class": SigmoidGates}  # noqa: RUF012

    def on(self, path):
        return super().on("second")


class NeverTrains(NumpyModel):
    def call_in_training(self, x, mask=None, initial_state=None):
        return self.call(x, mask, initial_state)


@plant("On one path, the flag of training does not reach the cells.", "LIFE-325")
class OnePathIgnoresTraining(Branching):
    wrong = {"model_class": NeverTrains}  # noqa: RUF012


class WithoutPenalties(RuledWeights):
    def penalty(self):
        return 0.0


@plant("On one path, the loss has no penalties.", "LIFE-322")
class OnePathIgnoresPenalties(Branching):
    wrong = {"rules_class": WithoutPenalties}  # noqa: RUF012
