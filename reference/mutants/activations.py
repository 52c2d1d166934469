"""Activations that are another function, and cell states that are squashed or clipped."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter, quiet
from reference.numpy.activations import ACTIVATIONS, Activation
from reference.numpy.lstm import LSTMLayer

plant = planter("activations")

KERAS2, KERAS3 = ACTIVATIONS["hard_sigmoid_keras2"], ACTIVATIONS["hard_sigmoid_keras3"]
TANH, SIGMOID = ACTIVATIONS["tanh"], ACTIVATIONS["sigmoid"]


def in_place_of(name: str, other: Activation) -> type[LSTMLayer]:
    """A layer that takes another function for the activation of this name."""

    class OtherActivation(LSTMLayer):
        activations = {**ACTIVATIONS, name: other}  # noqa: RUF012

    return OtherActivation


plant(
    "The gates are squashed by Keras 2's hard sigmoid.",
    "CELL-19",
    address="keras 2.3.0 notes: the default before; TensorFlow.js still",
    diagnosis="the gates use hard_sigmoid_keras2",
)(in_place_of("sigmoid", KERAS2))
plant(
    "The gates are squashed by Keras 3's hard sigmoid.",
    "CELL-19",
    address="keras#19477",
    diagnosis="the gates use hard_sigmoid_keras3",
)(in_place_of("sigmoid", KERAS3))
plant("The gates are squashed by tanh.", "CELL-19", diagnosis="the gates use tanh")(
    in_place_of("sigmoid", TANH)
)
plant("The gates are not squashed.", "CELL-19", diagnosis="the gates use linear")(
    in_place_of("sigmoid", ACTIVATIONS["linear"])
)
plant(
    "The hard sigmoid of Keras 2 is that of Keras 3.",
    "CELL-21 PIPE-37",
    address="TF#65381: the same name, redefined",
    diagnosis="hard_sigmoid_keras2 is computed as hard_sigmoid_keras3",
)(in_place_of("hard_sigmoid_keras2", KERAS3))
plant(
    "The hard sigmoid of Keras 3 is that of Keras 2.",
    "CELL-22",
    address="keras#19477",
    diagnosis="hard_sigmoid_keras3 is computed as hard_sigmoid_keras2",
)(in_place_of("hard_sigmoid_keras3", KERAS2))
plant(
    "Both hard sigmoids are the true sigmoid.",
    "CELL-21 CELL-22",
    diagnosis="hard_sigmoid_keras2 is computed as sigmoid",
    name="hard_sigmoids_are_the_sigmoid",
)(
    type(
        "NoHardSigmoid",
        (LSTMLayer,),
        {
            "activations": {
                **ACTIVATIONS,
                "hard_sigmoid_keras2": SIGMOID,
                "hard_sigmoid_keras3": SIGMOID,
            }
        },
    )
)
plant(
    "There is relu in place of tanh.",
    "CELL-20",
    diagnosis="the candidate and the cell state pass through relu",
)(in_place_of("tanh", ACTIVATIONS["relu"]))
plant(
    "There is no tanh at all.",
    "CELL-20",
    diagnosis="the candidate and the cell state pass through linear",
)(in_place_of("tanh", ACTIVATIONS["linear"]))
plant(
    "There is a sigmoid in place of tanh.",
    "CELL-20",
    diagnosis="the candidate and the cell state pass through sigmoid",
)(in_place_of("tanh", Activation(SIGMOID.of, SIGMOID.slope)))
plant(
    "Tanh is approximated by a fraction.",
    "CELL-20",
    address="fast math of RTNeural and of embedded engines",
    diagnosis="tanh is approximated",
)(
    in_place_of(
        "tanh",
        Activation(lambda z: np.clip(z * (27 + z * z) / (27 + 9 * z * z), -1, 1), TANH.slope),
    )
)


def overflowing_tanh(z):
    """Infinity over infinity from z = 710 on."""
    with quiet():
        return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


plant("Tanh overflows for large inputs.", "CELL-23", diagnosis="tanh overflows")(
    in_place_of("tanh", Activation(overflowing_tanh, TANH.slope))
)


class OtherStep(LSTMLayer):
    """Changes what a step has computed."""

    def step(self, x, h, c):
        return self.changed(super().step(x, h, c))

    def changed(self, step):
        raise NotImplementedError


@plant(
    "The cell state leaves without tanh.",
    "CELL-17 CELL-10",
    diagnosis="the output uses the cell state without tanh",
)
class CellLeavesWithoutTanh(OtherStep):
    def changed(self, step):
        return step._replace(h=step.o * step.c)


@plant(
    "The candidate enters without tanh.", "CELL-20", diagnosis="the candidate is used without tanh"
)
class CandidateEntersWithoutTanh(LSTMLayer):
    def activate(self, z):
        gates = super().activate(z)
        self.split(gates)[2][...] = self.split(z)[2]
        return gates


@plant(
    "The cell state comes out in place of h.",
    "CELL-17 SEQ-03",
    diagnosis="the cell state is returned in place",
)
class CellStateComesOutForH(OtherStep):
    def changed(self, step):
        return step._replace(h=step.c)


@plant(
    "The cell state is clipped at 50.",
    "CELL-18 CELL-24",
    address="cell_clip of TensorFlow's LSTMCell and of torch's projections",
    diagnosis="the cell state is clipped",
)
class CellIsClippedAtFifty(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return np.clip(super().next_cell(i, f, g, c), -50, 50)


@plant(
    "The cell state is clipped at one.", "CELL-18 CELL-24", diagnosis="the cell state is clipped"
)
class CellIsClippedAtOne(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return np.clip(super().next_cell(i, f, g, c), -1, 1)


@plant(
    "The final cell state is given back squashed.",
    "CELL-12 CELL-18",
    diagnosis="tanh of c is returned in place of c",
)
class CellStateIsStoredSquashed(LSTMLayer):
    def run(self, inputs, state):
        outputs, (h, c) = super().run(inputs, state)
        return outputs, (h, np.tanh(c))


@plant(
    "The input is squashed before it is read.",
    "CELL-11",
    diagnosis="the input is passed through tanh",
)
class InputIsSquashed(LSTMLayer):
    def preactivation(self, x, h):
        return super().preactivation(np.tanh(x), h)
