"""Numbers that pass through a narrower format."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("precision")


def half(a):
    """Through float16: 11 bits."""
    return a.astype(np.float16).astype(a.dtype)


def brain(a):
    """Through bfloat16: the upper half of a float32, 8 bits."""
    bits = np.ascontiguousarray(a, np.float32).view(np.uint32)
    return (bits & np.uint32(0xFFFF0000)).view(np.float32).astype(a.dtype)


def single(a):
    """Through float32: 24 bits."""
    return a.astype(np.float32).astype(a.dtype)


def between_steps(narrow) -> type[LSTMLayer]:
    """A layer whose h and c are narrowed after every step."""

    class NarrowState(LSTMLayer):
        def step(self, x, h, c):
            step = super().step(x, h, c)
            return step._replace(h=narrow(step.h), c=narrow(step.c))

    return NarrowState


def between_batches(narrow) -> type[NumpyModel]:
    """A model whose carried state is narrowed after every batch."""

    class NarrowCarry(NumpyModel):
        def carry(self, final):
            super().carry([(narrow(h), narrow(c)) for h, c in final])

    return NarrowCarry


def weights_in(narrow) -> type[NumpyModel]:
    """A model that narrows its weights when they are set."""

    class NarrowWeights(NumpyModel):
        def set_weights(self, weights):
            super().set_weights([narrow(np.asarray(one, self.dtype)) for one in weights])

    return NarrowWeights


plant(
    "The state is kept in float16 from step to step.",
    "SEQ-06 SEQ-01",
    diagnosis="a float64 model computes with fewer digits than float32 everywhere",
    address="keras#14047, #20605: mixed precision must not narrow the states",
)(between_steps(half))
plant(
    "The state is kept in bfloat16 from step to step.",
    "SEQ-01",
    diagnosis="a float64 model computes with fewer digits than float32 everywhere",
    address="keras#20605",
)(between_steps(brain))
plant(
    "The carried state is kept in float16.",
    "STATE-11",
    diagnosis="the state is carried in float16",
    address="keras#14047",
    name="carried_state_in_float16",
)(between_batches(half))
plant(
    "The carried state is kept in bfloat16.",
    "STATE-01",
    diagnosis="the state is carried in bfloat16",
)(between_batches(brain))
plant(
    "The weights are kept in bfloat16.",
    "CELL-02",
    diagnosis="set_weights takes every weight rounded to bfloat16",
    address="OpenVINO without INFERENCE_PRECISION_HINT=f32",
)(weights_in(brain))
plant(
    "A float64 model carries its state in float32.",
    "CELL-51",
    diagnosis="a float64 model computes in float32 in a carried state",
)(between_batches(single))
plant(
    "The weights of a float64 model are kept in float32.",
    "CELL-26",
    diagnosis="a float64 model computes in float32 everywhere",
)(weights_in(single))


@plant(
    "The outputs are given in float16.",
    "CELL-25",
    diagnosis="a float64 model computes with fewer digits than float32 everywhere",
)
class OutputsInHalfPrecision(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs.astype(np.float16), states)


@plant(
    "A float64 model computes its gates in float32.",
    "CELL-26",
    diagnosis="a float64 model computes in float32 everywhere",
    address="float64 in name only",
)
class Float32InsideFloat64(LSTMLayer):
    def preactivation(self, x, h):
        return single(super().preactivation(x, h))


@plant(
    "Gradients are computed in float32.",
    "GRAD-11",
    diagnosis="a float64 model computes in float32 in gradients",
)
class SinglePrecisionGradients(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        result = super().gradients(x, y, initial_state, **weights)
        return result._replace(weights=[single(one) for one in result.weights])


@plant(
    "Gradients are rounded to float16 before an update.",
    "TRAIN-10",
    diagnosis="a float64 model computes with fewer digits than float32 in an update",
    address="mixed precision, no scaling",
)
class HalfPrecisionUpdates(NumpyModel):
    def update(self):
        self.gradient[...] = half(self.gradient)
        super().update()


@plant(
    "The input is rounded to float16.",
    "CELL-11",
    diagnosis="a float64 model computes with fewer digits than float32 everywhere",
)
class InputInHalfPrecision(NumpyModel):
    def checked_input(self, x, what="x"):
        return half(super().checked_input(x, what))


@plant(
    "A float64 model updates its weights in float32.",
    "CELL-54",
    diagnosis="a float64 model computes in float32 in an update",
)
class Float32Updates(NumpyModel):
    def update(self):
        super().update()
        self.parameters[...] = single(self.parameters)


@plant(
    "A float64 model takes its initial state in float32.",
    "CELL-50",
    diagnosis="a float64 model computes in float32 in a given state",
)
class Float32InitialState(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        if initial_state is not None:
            initial_state = [(single(h), single(c)) for h, c in initial_state]
        return super().starting_states(rows, initial_state)


@plant(
    "A float64 model predicts in float32.",
    "CELL-52",
    diagnosis="a float64 model computes in float32 in predict",
)
class Float32Predictions(NumpyModel):
    def predict(self, x, batch_size):
        return single(super().predict(x, batch_size))


@plant(
    "A float64 model computes its masked steps in float32.",
    "CELL-53",
    diagnosis="a float64 model computes in float32 in a call with a mask",
)
class Float32MaskedSteps(LSTMLayer):
    def masked_state(self, valid, new, old):
        h, c = super().masked_state(valid, new, old)
        return single(h), single(c)


@plant(
    "A float64 model measures its loss in float32.",
    "GRAD-11",
    diagnosis="a float64 model computes in float32 in evaluate",
)
class Float32Losses(NumpyModel):
    def mean(self, per_position, counts):
        return float(np.float32(super().mean(per_position, counts)))
