"""Bugs of one step: gate orders, layouts, biases, activations, copies."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from planting_engine_bugs import planted

from reference.numpy import NumpyImplementation, NumpyModel
from reference.numpy.activations import ACTIVATIONS, Activation
from reference.numpy.lstm import LSTMLayer, Step


def with_gate_order(order):
    class OtherGateOrder(LSTMLayer):
        def split(self, blocks):
            return tuple(super(OtherGateOrder, self).split(blocks)[k] for k in order)

    letters = "".join("ifco"[k] for k in order)
    OtherGateOrder.__name__ = f"GateOrder{letters}"
    return OtherGateOrder


for order in permutations(range(4)):
    if order == (1, 0, 2, 3):
        planted("CELL-06", "CELL-07", "CELL-08", "CELL-09")(with_gate_order(order))
    elif order != (0, 1, 2, 3):
        planted("CELL-06", "CELL-09")(with_gate_order(order))


def in_blocks(weight, change):
    return np.concatenate([change(block) for block in np.split(weight, 4, axis=-1)], axis=-1)


class OtherPreactivation(LSTMLayer):
    def preactivation(self, x, h):
        kernel, recurrent_kernel = self.kernel, self.recurrent_kernel
        return x @ self.in_kernel(kernel) + h @ self.in_recurrent(recurrent_kernel) + self.in_bias()

    def in_kernel(self, kernel):
        return kernel

    def in_recurrent(self, recurrent_kernel):
        return recurrent_kernel

    def in_bias(self):
        return 0.0 if self.bias is None else self.bias


@planted("CELL-14", "CELL-12")
class RecurrentKernelTransposed(OtherPreactivation):
    def in_recurrent(self, recurrent_kernel):
        return in_blocks(recurrent_kernel, np.transpose)


@planted("CELL-14", "SEQ-01")
class RecurrentKernelDiagonal(OtherPreactivation):
    def in_recurrent(self, recurrent_kernel):
        return in_blocks(recurrent_kernel, lambda block: np.diag(np.diag(block)))


@planted("CELL-14", "CELL-08", "SEQ-14")
class RecurrentKernelLeftOut(OtherPreactivation):
    def in_recurrent(self, recurrent_kernel):
        return np.zeros_like(recurrent_kernel)


@planted("CELL-13", "CELL-11")
class KernelInterleavedByUnit(OtherPreactivation):
    def in_kernel(self, kernel):
        return kernel.reshape(len(kernel), -1, 4).swapaxes(1, 2).reshape(kernel.shape)


@planted("CELL-13")
class KernelReadInTheOrderOfColumns(OtherPreactivation):
    def in_kernel(self, kernel):
        return kernel.ravel(order="F").reshape(kernel.shape)


@planted("CELL-15", "CELL-06")
class BiasLeftOut(OtherPreactivation):
    def in_bias(self):
        return 0.0


@planted("CELL-15")
class BiasAddedTwice(OtherPreactivation):
    def in_bias(self):
        return 0.0 if self.bias is None else 2.0 * self.bias


@planted("CELL-15")
class OneIsAddedToTheForgetGate(OtherPreactivation):
    def in_bias(self):
        one = np.repeat([0.0, 1.0, 0.0, 0.0], self.units)
        return one if self.bias is None else self.bias + one


@planted("CELL-16")
class ForgetGateKeepsItsOneWithoutBias(OtherPreactivation):
    def in_bias(self):
        return np.repeat([0.0, 1.0, 0, 0], self.units) if self.bias is None else self.bias


@planted("CELL-06")
class InputGateTakesTheOutputGatesBias(OtherPreactivation):
    def in_bias(self):
        if self.bias is None:
            return 0.0
        _, f, c, o = np.split(self.bias, 4)
        return np.concatenate([o, f, c, o])


@planted("CELL-05", "CELL-12")
class ForgetGateIsOneMinusInputGate(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return (1 - i) * c + i * g


def with_activations(name, **changed):
    return type(name, (LSTMLayer,), {"activations": {**ACTIVATIONS, **changed}})


relu, tanh = ACTIVATIONS["relu"], ACTIVATIONS["tanh"]
KERAS2, KERAS3 = ACTIVATIONS["hard_sigmoid_keras2"], ACTIVATIONS["hard_sigmoid_keras3"]
planted("CELL-19")(with_activations("HardSigmoidOfKeras2ForSigmoid", sigmoid=KERAS2))
planted("CELL-19")(with_activations("HardSigmoidOfKeras3ForSigmoid", sigmoid=KERAS3))
planted("CELL-21")(with_activations("OnlyTheHardSigmoidOfKeras3", hard_sigmoid_keras2=KERAS3))
planted("CELL-22")(with_activations("OnlyTheHardSigmoidOfKeras2", hard_sigmoid_keras3=KERAS2))
planted("CELL-20")(with_activations("ReluForTanh", tanh=relu))
planted("CELL-20")(with_activations("NoTanhAtAll", tanh=ACTIVATIONS["linear"]))
planted("CELL-20")(
    with_activations(
        "TanhApproximated",
        tanh=Activation(lambda z: np.clip(z * (27 + z * z) / (27 + 9 * z * z), -1, 1), tanh.slope),
    )
)
planted("CELL-23")(
    with_activations(
        "TanhThatOverflows",
        tanh=Activation(lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)), tanh.slope),
    )
)


class OtherStep(LSTMLayer):
    def step(self, x, h, c):
        return self.changed(super().step(x, h, c))

    def changed(self, step: Step) -> Step:
        raise NotImplementedError


@planted("CELL-17", "CELL-10")
class CellLeavesWithoutTanh(OtherStep):
    def changed(self, step):
        return step._replace(h=self.split(step.gates)[3] * step.c)


@planted("CELL-17", "SEQ-03")
class CellStateComesOutForH(OtherStep):
    def changed(self, step):
        return step._replace(h=step.c)


@planted("CELL-18", "CELL-24")
class CellIsClippedAtFifty(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return np.clip(super().next_cell(i, f, g, c), -50, 50)


@planted("CELL-12", "CELL-18")
class CellStateIsStoredSquashed(LSTMLayer):
    def run(self, inputs, state):
        outputs, (h, c) = super().run(inputs, state)
        return outputs, (h, np.tanh(c))


@planted("CELL-25")
class OutputsInHalfPrecision(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return outputs.astype(np.float16), states


@planted("CELL-26")
class Float32InsideFloat64(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(x, h).astype(np.float32).astype(np.float64)


@planted("CELL-27")
class GivenWeightsAreShared(NumpyModel):
    given = None

    def set_weights(self, weights):
        super().set_weights(weights)
        self.given = weights

    def call(self, x, mask=None, initial_state=None):
        super().set_weights(self.given)
        return super().call(x, mask, initial_state)


@planted("CELL-28")
class ReturnedWeightsAreShared(NumpyModel):
    def get_weights(self):
        return self.weights


@planted("CELL-29")
class ResultsAreWrittenIntoOneBuffer(NumpyModel):
    buffer = np.zeros(10_000)

    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        shared = self.buffer[: outputs.size].reshape(outputs.shape)
        shared[...] = outputs
        return shared, states


@planted("CELL-30")
class InputIsScaledInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if x.flags.writeable:
            x *= 0.5
        return result


@planted("CELL-31")
class InitialStateIsUpdatedInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        for (h, c), (new_h, new_c) in zip(initial_state or [], result.states, strict=False):
            h[...], c[...] = new_h, new_c
        return result


@planted("CELL-32", "SEQ-16")
class StatelessModelKeepsItsState(NumpyModel):
    left = None

    def starting_states(self, rows, initial_state=None):
        if initial_state is None and self.left is not None and len(self.left[0][0]) == rows:
            return self.left
        return super().starting_states(rows, initial_state)

    def carry(self, final):
        self.left = final
        super().carry(final)


@planted("CELL-33")
class InputIsReadFromItsRawBuffer(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if x.base is not None and not x.flags.c_contiguous:
            raw = x.base if isinstance(x.base, np.ndarray) else x
            x = raw.ravel(order="K")[: x.size].reshape(x.shape)
        return super().call(x, mask, initial_state)


@planted("CELL-01", "CELL-34", seen_by_smoke=True)
class TwoBiasesAreReported(NumpyModel):
    def get_weights(self):
        return [*super().get_weights(), np.zeros_like(self.weights[2])]


@planted("CELL-02", seen_by_smoke=True)
class WeightsAreNotTaken(NumpyModel):
    def set_weights(self, weights):
        super().set_weights([np.zeros_like(weight) for weight in weights])


@planted("CELL-03", seen_by_smoke=True)
class OutputsAreTimeMajor(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return outputs.swapaxes(0, 1) if outputs.ndim == 3 else outputs, states


@planted("CELL-04", seen_by_smoke=True)
class FinalStateIsThatOfTheFirstRow(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return outputs, [(h[:1], c[:1]) for h, c in states]


@planted("CELL-35")
class WeightsOfTheLastLayerComeFirst(NumpyModel):
    def get_weights(self):
        weights = super().get_weights()
        return [*weights[3:], *weights[:3]]


@planted("CELL-36")
class WeightsOfTheBackwardLayerAreMissing(NumpyModel):
    def get_weights(self):
        return super().get_weights()[:3]


@planted("CELL-37")
class FreshForgetBiasIsZero(NumpyImplementation):
    def fresh_weights(self, spec):
        return [weight * (weight.ndim > 1) for weight in super().fresh_weights(spec)]


@planted("CELL-38")
class FreshUnitsAreAllAlike(NumpyImplementation):
    def fresh_weights(self, spec):
        fresh = super().fresh_weights(spec)
        return [np.full_like(weight, 0.1) if weight.ndim > 1 else weight for weight in fresh]
