"""Gradients inside the cell, along the row and of whole batches."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.activations import ACTIVATIONS, Activation
from reference.numpy.lstm import LSTMLayer

plant = planter("gradients")


# Inside the cell and along the row ----------------------------------------------------------------


@plant(
    "The gradient does not go back in time.",
    "GRAD-21 GRAD-22 GRAD-23 GRAD-33",
    diagnosis="the gradient is right for a single step, and wrong over several",
)
class Detached(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, d_h_before, d_c_before = super().step_back(step, d_h, d_c)
        return d_z, 0 * d_h_before, 0 * d_c_before


@plant(
    "The gradient goes back through h only.",
    "GRAD-21 GRAD-03",
    diagnosis="the gradient is right for a single step, and wrong over several",
)
class DetachedCell(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, d_h_before, d_c_before = super().step_back(step, d_h, d_c)
        return d_z, d_h_before, 0 * d_c_before


@plant(
    "The gradient goes back through c only.",
    "GRAD-20 GRAD-04 TRAIN-01",
    diagnosis="the gradient is right for a single step, and wrong over several",
)
class DetachedOutput(LSTMLayer):
    def to_h_before(self, d_z):
        return 0 * super().to_h_before(d_z)


@plant(
    "The recurrent kernel's blocks are not transposed on the way back.",
    "GRAD-20 GRAD-34",
    diagnosis="the gradient is right for a single step, and wrong over several",
)
class Untransposed(LSTMLayer):
    def to_h_before(self, d_z):
        blocks = zip(self.split(d_z), np.split(self.recurrent_kernel, 4, axis=1), strict=True)
        return sum(d @ block for d, block in blocks)


@plant(
    "The forget gate's slope is forgotten.",
    "GRAD-06 GRAD-02",
    diagnosis="the gradient of the forget gate is wrong",
)
class NoForgetSlope(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, _, d_c_before = super().step_back(step, d_h, d_c)
        whole = d_c + d_h * step.o * self.phi.slope(step.squashed)
        self.split(d_z)[1][...] = whole * step.c_before
        return d_z, self.to_h_before(d_z), d_c_before


@plant(
    "Input gate and cell candidate exchange their gradients.",
    "GRAD-06 GRAD-01 GRAD-33",
    diagnosis="the gradient of the input gate and the cell gate is wrong",
)
class Exchanged(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        d_z, _, d_c_before = super().step_back(step, d_h, d_c)
        i, _, g, _ = self.split(d_z)
        i[...], g[...] = g.copy(), i.copy()
        return d_z, self.to_h_before(d_z), d_c_before


@plant("The slope of the last tanh is left out.", "GRAD-01 GRAD-05")
class NoTanhSlope(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        return super().step_back(step._replace(squashed=0 * step.squashed + 1e-9), d_h, d_c)


class Collecting(LSTMLayer):
    """What the following mistakes have in common: the sum over the steps."""

    def add(self, steps, d_z, h=lambda step: step.h_before):
        for step, d in zip(steps, d_z, strict=True):
            self.gradients[0][...] += step.x.T @ d
            self.gradients[1][...] += h(step).T @ d
            if self.bias is not None:
                self.gradients[2][...] += d.sum(axis=0)


@plant(
    "The first step is left out of the sum.",
    "GRAD-22 GRAD-03 GRAD-05",
    diagnosis="for a single step, the gradient of every weight is zero",
)
class FirstStepSkipped(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps[1:], d_z[1:])


@plant(
    "Only the last step is summed.",
    "GRAD-22 GRAD-03 GRAD-04 GRAD-05",
    diagnosis="the gradient is right for a single step, and wrong over several",
)
class LastStepOnly(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps[-1:], d_z[-1:])


@plant(
    "The gradient is averaged over time.",
    "GRAD-03 GRAD-33",
    diagnosis="the gradient of every weight is too small by the number of steps",
)
class TimeMean(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps, [d / len(d_z) for d in d_z])


@plant(
    "The recurrent kernel is multiplied by h after the step.",
    "GRAD-04 GRAD-01",
    diagnosis="the gradient of the recurrent kernel is wrong",
)
class WrongH(Collecting):
    def collect(self, trace, d_z):
        self.add(trace.steps, d_z, h=lambda step: step.h)


@plant(
    "The bias counts twice.",
    "GRAD-05 GRAD-33 TRAIN-10",
    diagnosis="the gradient of the bias is twice as large as it should be",
)
class TwoBiases(Collecting):
    def collect(self, trace, d_z):
        before = None if self.bias is None else self.gradients[2].copy()
        self.add(trace.steps, d_z)
        if before is not None:
            self.gradients[2][...] += self.gradients[2] - before


@plant(
    "The gradient of x is that of the mirrored row.",
    "GRAD-20 GRAD-34",
    diagnosis="the gradient of x is wrong",
)
class MirroredInput(LSTMLayer):
    def backward(self, d_outputs):
        d_x = super().backward(d_outputs)
        return None if d_x is None else d_x[:, ::-1]


@plant("A hard sigmoid has a slope where it is flat.", "GRAD-10")
class FlatSlope(LSTMLayer):
    activations = {  # noqa: RUF012 - as in the class it replaces
        **ACTIVATIONS,
        "hard_sigmoid_keras2": Activation(
            ACTIVATIONS["hard_sigmoid_keras2"].of, lambda a: np.full_like(a, 0.2)
        ),
    }


# The whole gradient -------------------------------------------------------------------------------


@plant("Gradients are added to those of the call before.", "GRAD-12 GRAD-24 TRAIN-11")
class Accumulated(NumpyModel):
    def differentiate(self, x, y, starting):
        before = self.gradient.copy()
        result = super().differentiate(x, y, starting)
        self.gradient += before
        return result


@plant("Gradients are clipped to one.", "GRAD-26 TRAIN-13")
class Clipped(NumpyModel):
    def differentiate(self, x, y, starting):
        result = super().differentiate(x, y, starting)
        np.clip(self.gradient, -1, 1, out=self.gradient)
        return result


@plant(
    "Gradients are summed over the rows.",
    "GRAD-24 TRAIN-10 TRAIN-14",
    diagnosis="the gradient of every weight is too large by the number of rows",
)
class RowsSummed(NumpyModel):
    def differentiate(self, x, y, starting):
        metrics, d_x = super().differentiate(x, y, starting)
        self.gradient *= len(x)
        return metrics, None if d_x is None else d_x * len(x)


@plant("Asking for gradients trains.", "GRAD-12")
class GradientsTrain(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        result = super().gradients(x, y, initial_state, **weights)
        self.update()
        return result


@plant(
    "All rows share the gradient of x.", "GRAD-25 GRAD-20", diagnosis="the gradient of x is wrong"
)
class RowsMixed(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        result = super().gradients(x, y, initial_state, **weights)
        return result._replace(x=np.broadcast_to(result.x.mean(axis=0), result.x.shape))


@plant("A layer without a bias has the gradient of one.", "GRAD-09")
class BiasAfterAll(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        result = super().gradients(x, y, initial_state, **weights)
        bias = [] if self.spec.recurrent_layers[0].use_bias else [result.weights[0].sum(axis=0)]
        return result._replace(weights=result.weights + bias)


# Each gate and each weight by itself --------------------------------------------------------------


def gate_gradient(index, change) -> type[LSTMLayer]:
    """A layer in which the gradient of one gate is changed on its way to the weights."""

    class OtherGateGradient(LSTMLayer):
        def step_back(self, step, d_h, d_c):
            d_z, _, d_c_before = super().step_back(step, d_h, d_c)
            gate = self.split(d_z)[index]
            gate[...] = change(gate)
            return d_z, self.to_h_before(d_z), d_c_before

    return OtherGateGradient


def weight_gradient(index, change) -> type[LSTMLayer]:
    """A layer in which the gradient of one of its weights is changed."""

    class OtherWeightGradient(LSTMLayer):
        def collect(self, trace, d_z):
            before = [one.copy() for one in self.gradients]
            super().collect(trace, d_z)
            if index < len(before):
                added = self.gradients[index] - before[index]
                self.gradients[index][...] = before[index] + change(added)

    return OtherWeightGradient


for number, gate in enumerate(("input", "forget", "cell", "output")):
    # In a step from zero the forget gate has no gradient.
    both = "GRAD-06 GRAD-02" if gate == "forget" else "GRAD-06 GRAD-01"
    of_gate = f"the gradient of the {gate} gate"
    plant(f"The {gate} gate has no gradient.", both, diagnosis=f"{of_gate} is zero")(
        gate_gradient(number, lambda d: 0 * d)
    )
    plant(
        f"The gradient of the {gate} gate has the wrong sign.",
        both,
        diagnosis=f"{of_gate} has the opposite sign",
    )(gate_gradient(number, lambda d: -d))
    plant(
        f"The gradient of the {gate} gate counts twice.",
        both,
        diagnosis=f"{of_gate} is twice as large as it should be",
    )(gate_gradient(number, lambda d: 2 * d))
SUMS = {"kernel": "GRAD-03", "recurrent kernel": "GRAD-04", "bias": "GRAD-05"}
for number, (weight, clause) in enumerate(SUMS.items()):
    of_weight = f"the gradient of the {weight}"
    plant(
        f"The {weight} has no gradient.",
        clause,
        address="a weight that was frozen by mistake",
        diagnosis=f"{of_weight} is zero",
    )(weight_gradient(number, lambda d: 0 * d))
    plant(
        f"The gradient of the {weight} is halved.",
        clause,
        diagnosis=f"{of_weight} is half as large as it should be",
    )(weight_gradient(number, lambda d: d / 2))
