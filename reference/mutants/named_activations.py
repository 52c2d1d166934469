"""Activations of later generations that are another function, or have another derivative."""

from __future__ import annotations

import math

import numpy as np

from reference.mutants.activations import in_place_of
from reference.mutants.planting import planter
from reference.numpy.activations import ACTIVATIONS, TRAINED, softmax
from reference.numpy.lstm import LSTMLayer

plant = planter("activations")


def approximate_gelu(z):
    """By tanh, as the first implementations had it."""
    inner = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
    return 0.5 * z * (1 + np.tanh(inner))


plant(
    "Gelu is its approximation by tanh.",
    "CELL-180",
    diagnosis="activation=gelu is another function",
    address="keras.activations.gelu: approximate",
)(in_place_of("gelu", ACTIVATIONS["gelu"]._replace(of=approximate_gelu)))
plant(
    "Leaky relu falls with a slope of 0.01.",
    "CELL-180",
    diagnosis="activation=leaky_relu is another function",
    address="the default of torch.nn.functional.leaky_relu, where Keras has 0.2",
)(
    in_place_of(
        "leaky_relu",
        ACTIVATIONS["leaky_relu"]._replace(of=lambda z: np.where(z > 0, z, 0.01 * z)),
    )
)
plant("Selu has no scale.", "CELL-180", diagnosis="activation=selu is computed as elu")(
    in_place_of("selu", ACTIVATIONS["elu"])
)
plant("Hard silu is silu.", "CELL-180", diagnosis="activation=hard_silu is computed as silu")(
    in_place_of("hard_silu", ACTIVATIONS["silu"])
)
plant(
    "Hard shrink is soft shrink.",
    "CELL-180",
    diagnosis="activation=hard_shrink is computed as soft_shrink",
)(in_place_of("hard_shrink", ACTIVATIONS["soft_shrink"]))


@plant(
    "An activation that is not common becomes the sigmoid for the gates.",
    "CELL-180",
    diagnosis="recurrent_activation=elu is computed as sigmoid",
)
class GatesFallBack(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(layer, weights, gradients)
        if layer.recurrent_activation not in TRAINED:
            self.sigma = self.activations["sigmoid"]


@plant(
    "The output has another activation than the candidate: tanh.",
    "CELL-180",
    diagnosis="activation=softmax is another function",
)
class OutputAlwaysWithTanh(LSTMLayer):
    def step(self, x, h, c):
        step = super().step(x, h, c)
        squashed = np.tanh(step.c)
        return step._replace(squashed=squashed, h=step.o * squashed)


@plant(
    "Softmax runs over the units of all gates at once.",
    "CELL-181",
    diagnosis="recurrent_activation=softmax is another function",
)
class SoftmaxOfAllGates(LSTMLayer):
    def gates(self, z):
        return softmax(z) if self.layer.recurrent_activation == "softmax" else super().gates(z)


@plant(
    "Softmax runs over the rows of a batch.",
    "CELL-181",
    diagnosis="activation=softmax is another function",
)
class SoftmaxOverRows(LSTMLayer):
    activations = {  # noqa: RUF012
        **ACTIVATIONS,
        "softmax": ACTIVATIONS["softmax"]._replace(of=lambda z: softmax(z.swapaxes(0, -1)).T),
    }

    def gates(self, z):
        return softmax(z.T).T if self.layer.recurrent_activation == "softmax" else super().gates(z)


plant(
    "The derivative of silu is that of the sigmoid.",
    "GRAD-180",
    diagnosis="the derivative of activation=silu is wrong",
)(
    in_place_of(
        "silu",
        ACTIVATIONS["silu"]._replace(
            slope_at=lambda z: ACTIVATIONS["sigmoid"].derivative(z, ACTIVATIONS["sigmoid"].of(z))
        ),
    )
)
plant(
    "Elu has a derivative of one everywhere.",
    "GRAD-180",
    diagnosis="the derivative of activation=elu is wrong",
)(in_place_of("elu", ACTIVATIONS["elu"]._replace(slope_at=np.ones_like)))
plant(
    "Soft shrink has a derivative inside its gap, too.",
    "GRAD-180",
    diagnosis="the derivative of activation=soft_shrink is wrong",
)(in_place_of("soft_shrink", ACTIVATIONS["soft_shrink"]._replace(slope_at=np.ones_like)))


@plant(
    "The derivative of an activation is taken at its output.",
    "GRAD-180",
    diagnosis="the derivative of activation=",
)
class DerivativeAtTheOutput(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        before = step._replace(z=step.gates, c=step.squashed)
        return super().step_back(before, d_h, d_c)


@plant(
    "The backward pass has the derivative of the sigmoid written into it.",
    "GRAD-180 TRAIN-95",
    diagnosis="the derivative of recurrent_activation=",
)
class SigmoidInTheBackwardPass(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        kept = self.sigma
        self.sigma = self.activations["sigmoid"]
        try:
            return super().step_back(step, d_h, d_c)
        finally:
            self.sigma = kept


plant("The derivative of relu6 does not end at six.", "GRAD-170")(
    in_place_of("relu6", ACTIVATIONS["relu6"]._replace(slope_at=lambda z: (z > 0).astype(z.dtype)))
)
