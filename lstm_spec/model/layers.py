"""The layers there are, and everything that can be said of one without computing it.

A new layer joins ``AnyLayer``: from then on JSON, schema and stand-ins know it, every
implementation that does not map it refuses it by name, and mypy points at every ``match`` that
lacks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Self, cast, get_args

from lstm_spec.model.around import (
    ActivationLayer,
    BatchNormalization,
    Conv1D,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    MaxPooling1D,
    ReLU,
    Reshape,
)
from lstm_spec.model.capabilities import Capability
from lstm_spec.model.fields import about
from lstm_spec.model.form import Form, Shape
from lstm_spec.model.initializers import AnyInitializer
from lstm_spec.model.layer import Layer, Weight, reads_sequence
from lstm_spec.model.plain import Dense, Masking, RepeatVector
from lstm_spec.model.rules import L1L2, AnyConstraint, AnyRegularizer, NonNeg
from lstm_spec.model.states import LSTMState
from lstm_spec.model.words import SPECIFIED_SLOPES, Activation, BiasInitializer

__all__ = [
    "LAYERS",
    "LSTM",
    "AnyLayer",
    "Bidirectional",
    "Dense",
    "Layer",
    "Masking",
    "MergeMode",
    "RepeatVector",
    "TimeDistributed",
    "Weight",
]

MergeMode = Literal["concat", "sum", "mul", "ave", "apart"]
"""How the outputs of two directions become one: side by side, their sum, product or mean.
``apart`` leaves them two, in the last layer alone; outputs and targets have the two side by side,
the forward one first, and the loss is the mean over all their numbers."""

CELLS: tuple[Activation, ...] = tuple(word for word in SPECIFIED_SLOPES if word != "softmax")
"""The activations with which an LSTM can be trained."""

HARD_SIGMOIDS = {
    "hard_sigmoid_keras2": Capability.HARD_SIGMOID,
    "hard_sigmoid_keras3": Capability.HARD_SIGMOID,
}


@dataclass(frozen=True)
class LSTM(Layer):
    """One LSTM layer (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).

    Weights: kernel (features, 4 units), recurrent kernel (units, 4 units), bias (4 units), each
    four blocks side by side in the order input, forget, cell, output.

    Three initializers and ``forget_bias`` say only how fresh weights are drawn; with the last one
    the forget block of the bias starts at one (Jozefowicz et al. 2015). ``go_backwards`` reads the
    time steps from last to first and leaves its outputs in the order in which they were computed.

    ``dropout`` and ``recurrent_dropout`` do nothing outside training. In training each entry of x
    and of the h before a step is multiplied by 0 with that probability, and else by 1 / (1 - rate);
    a row has the same mask at all of its steps (Gal & Ghahramani 2016). ``seed`` says where the
    drawing of masks begins; None leaves that to the engine. With ``zero_output_for_mask``
    the output at a masked step is zero, else the one before it again. With
    ``mask_in_reading_order`` the mask goes on as it came, though the outputs of a layer that reads
    backwards are turned round: so every Keras does it.

    With ``peephole`` the gates see the cell state (Gers & Schmidhuber 2000), each unit its own: p c
    is added to what enters the input and the forget gate, where c is that before the step, and the
    output gate, where c is that after it. One more weight follows the bias: the peepholes
    (3 units), blocks for the input, forget and output gates.

    With a ``projection`` onto P numbers, fewer than units (Sak et al. 2014), h is what the cell
    lets out times the projection kernel (units, P), the last weight: h, which the recurrent kernel
    (P, 4 units) reads, is P wide, and c stays as wide as units. 0 is none.

    Two limits, each 0 for none, cut off at plus and minus themselves: ``gate_clip`` what enters the
    activations of the four gates (ONNX ``clip``), ``cell_clip`` c after every step, so that the
    output gate, h and the next step see the limited c (LiteRT ``cell_clip``; Sak et al. 2014).
    With ``coupled_gates`` the forget gate is one minus the input gate (Greff et al. 2017; ONNX
    ``input_forget``): the forget blocks of the weights stay where they are and have no effect.

    The loss, wherever it is measured, has three penalties on the weights added to it, and one on
    the activity: that of all outputs of a batch, held ones included, divided by its rows. The
    constraints are applied after each update. A layer that is not ``trainable`` keeps its weights:
    no update moves them, their gradients are given as zero, and no penalty on them is counted.

    With a ``recurrent_bias`` a second bias (4 units), the weight after the first, is added beside
    h R (PyTorch ``bias_hh``, ONNX ``Rb``): it adds nothing that one bias could not, but both learn.
    With a ``projection_clip`` the projected h is cut off at plus and minus it; 0 is none.

    With ``layer_norm`` what enters each gate is normalised over its units (Ba, Kiros & Hinton 2016,
    as LiteRT has it): (z - mean) / sqrt(variance + 1e-8), times a gain for each unit, and only then
    the biases. Here z is x K + h R with what the peepholes add. The gains (4 units), blocks as in
    the bias, stand before a projection kernel and after everything else.
    """

    units: int = field(metadata=about(at_least=1))
    activation: Activation = field(default="tanh", metadata=about(trains_with=CELLS))
    recurrent_activation: Activation = field(
        default="sigmoid", metadata=about(needs=HARD_SIGMOIDS, trains_with=CELLS)
    )
    use_bias: bool = field(default=True, metadata=about(needs=Capability.NO_BIAS))
    forget_bias: bool = True
    return_sequences: bool = False
    go_backwards: bool = field(default=False, metadata=about(needs=Capability.GO_BACKWARDS))
    stateful: bool = field(default=False, metadata=about(needs=Capability.STATEFUL))
    dropout: float = field(default=0.0, metadata=about(at_least=0, below=1))
    recurrent_dropout: float = field(default=0.0, metadata=about(at_least=0, below=1))
    zero_output_for_mask: bool = field(default=False, metadata=about(trains_with=(False,)))
    mask_in_reading_order: bool = False
    peephole: bool = field(default=False, metadata=about(needs=Capability.CELL_OPTIONS))
    projection: int = field(default=0, metadata=about(at_least=0, needs=Capability.CELL_OPTIONS))
    coupled_gates: bool = field(default=False, metadata=about(needs=Capability.CELL_OPTIONS))
    gate_clip: float = field(default=0.0, metadata=about(at_least=0, needs=Capability.CELL_OPTIONS))
    cell_clip: float = field(default=0.0, metadata=about(at_least=0, needs=Capability.CELL_OPTIONS))
    recurrent_bias: bool = field(default=False, metadata=about(needs=Capability.CELL_OPTIONS))
    projection_clip: float = field(
        default=0.0, metadata=about(at_least=0, needs=Capability.CELL_OPTIONS)
    )
    layer_norm: bool = field(default=False, metadata=about(needs=Capability.CELL_OPTIONS))
    seed: int | None = field(default=None, metadata=about(at_least=0))
    kernel_initializer: AnyInitializer = "glorot uniform"
    recurrent_initializer: AnyInitializer = "orthogonal"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: AnyRegularizer | None = None
    recurrent_regularizer: AnyRegularizer | None = None
    bias_regularizer: L1L2 | None = None
    activity_regularizer: L1L2 | None = None
    kernel_constraint: AnyConstraint | None = None
    recurrent_constraint: AnyConstraint | None = None
    bias_constraint: AnyConstraint | None = None
    trainable: bool = True

    always_needs: ClassVar[tuple[Capability, ...]] = ()
    state: ClassVar[type[LSTMState]] = LSTMState

    @property
    def in_words(self) -> str:
        """Whether it carries its state, and its width."""
        onto = f" onto {self.projection}" if self.projection else ""
        return f"{'stateful ' if self.stateful else ''}LSTM {self.units}{onto}"

    @property
    def width(self) -> int:
        """How wide h is, and with it the output."""
        return self.projection or self.units

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Kernel, recurrent kernel, and what is used of biases, peepholes, gains, projection."""
        gates = 4 * self.units
        found = [
            Weight("kernel", (given.width, gates), self.kernel_initializer, "LSTM"),
            Weight("recurrent kernel", (self.width, gates), self.recurrent_initializer, "LSTM"),
        ]
        if self.use_bias:
            bias = Weight("bias", (gates,), self.bias_initializer, "LSTM")
            found.append(bias._replace(forget_gate_at_one=self.forget_bias))
        if self.recurrent_bias:
            found.append(Weight("recurrent bias", (gates,), "zeros", "LSTM"))
        if self.peephole:
            found.append(Weight("peepholes", (3 * self.units,), "zeros", "LSTM"))
        if self.layer_norm:
            found.append(Weight("gains", (gates,), "ones", "LSTM"))
        if self.projection:
            shape = (self.units, self.projection)
            found.append(Weight("projection kernel", shape, "glorot uniform", "LSTM"))
        return tuple(self._held(weight) for weight in found)

    def _held(self, weight: Weight) -> Weight:
        """The array with the rules that it is trained by."""
        rules = {
            "kernel": (self.kernel_regularizer, self.kernel_constraint),
            "recurrent kernel": (self.recurrent_regularizer, self.recurrent_constraint),
            "bias": (self.bias_regularizer, self.bias_constraint),
        }
        regularizer, constraint = rules.get(weight.name, (None, None))
        return weight._replace(
            regularizer=regularizer, constraint=constraint, trainable=self.trainable
        )

    def output(self, given: Form) -> Form:
        """Every step's h, or the last one."""
        reads_sequence(given)
        if self.projection >= self.units:
            raise ValueError(
                f"projects {self.units} units onto {self.projection}: it must be onto fewer"
            )
        if not isinstance(self.bias_constraint, NonNeg | None) and self.bias_constraint.axis:
            raise ValueError("holds the norms of its bias along an axis that a bias does not have")
        if self.projection_clip and not self.projection:
            raise ValueError("has a projection_clip and no projection that it could cut off")
        return given.with_width(self.width) if self.return_sequences else Form.vector(self.width)

    def with_cells(self, change: Callable[[LSTM], LSTM]) -> Self:
        """It is one."""
        return cast(Self, change(self))

    @property
    def cells(self) -> tuple[LSTM, ...]:
        """It is one direction."""
        return (self,)

    def state_shapes(self, rows: int) -> tuple[Shape, ...]:
        """The shape of each part of a state, h and c, for so many rows."""
        return (rows, self.width), (rows, self.units)


@dataclass(frozen=True)
class Bidirectional(Layer):
    """Two LSTMs over the same steps, the second backwards; its sequence is turned back in time.

    The outputs are merged: ``concat`` puts the forward half first. Weights: those of the forward
    layer, then those of the backward layer. The second LSTM is like ``layer`` unless there is a
    ``backward_layer`` of its own, which may be told anything else but to return other steps or to
    carry otherwise; both are described as they would read forwards.
    """

    layer: LSTM
    merge_mode: MergeMode = "concat"
    backward_layer: LSTM | None = None

    always_needs: ClassVar[tuple[Capability, ...]] = (Capability.BIDIRECTIONAL,)
    both_ways: ClassVar[bool] = True

    @property
    def in_words(self) -> str:
        """What it wraps."""
        return f"bidirectional {self.layer.in_words}"

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Those of the layer, then those of the backward layer."""
        ahead, back = self.cells
        second = (weight._replace(half=1) for weight in back.weights(given))
        return (*ahead.weights(given), *second)

    def output(self, given: Form) -> Form:
        """As wide as both halves, or as one where they are merged number by number."""
        reads_sequence(given)
        ahead, back = self.layer, self.backward_layer or self.layer
        if ahead.go_backwards or back.go_backwards:
            raise ValueError("wraps a layer that must not set go_backwards itself")
        same = (ahead.return_sequences, ahead.stateful) == (back.return_sequences, back.stateful)
        if not same:
            raise ValueError("wraps two layers of which one returns or carries what the other not")
        if self.merge_mode in ("concat", "apart"):
            width = ahead.width + back.width
        elif ahead.width == back.width:
            width = ahead.width
        else:
            raise ValueError(f"merges {ahead.width} and {back.width} numbers by {self.merge_mode}")
        back.output(given)
        return self.layer.output(given).with_width(width)


@dataclass(frozen=True)
class TimeDistributed(Layer):
    """A layer that does the same to every step of a row, with the same weights; a mask goes on.

    A layer of vectors reads the step itself: Dense does so without a wrapper, and gives inside this
    layer what it gives alone. A layer of sequences needs a step that is a sequence, so an input
    (batch, time, inner steps, features), ``ModelSpec.inner_steps``. It starts from zero in every
    step of every row, carries nothing and shows no state: it computes what it would if every step
    were a row of its own. The mask is then (batch, time, inner steps). Behind a layer that returns
    one vector a step, a step counts if any of its inner steps does (Keras 2,
    ``TimeDistributed.compute_mask``).

    A stateful layer inside is refused, because no meaning can be relied on: Keras 3 goes on from
    step to step where their number is fixed. A penalty on what a layer inside gives is refused
    because Keras leaves it out of the loss.
    """

    layer: Dense | LSTM | Bidirectional

    always_needs: ClassVar[tuple[Capability, ...]] = (Capability.LAYERS,)
    starts_anew: ClassVar[bool] = True
    takes_inner_steps: ClassVar[bool] = True

    @property
    def in_words(self) -> str:
        """What it does to each step."""
        return f"{self.layer.in_words} at each step"

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Those of the layer."""
        return self.layer.weights(given.of_a_step)

    def output(self, given: Form) -> Form:
        """As many steps as it is given, each in the form that the layer gives it."""
        if len(given.axes) == 1:
            reads_sequence(given)
        inside = self.layer
        if not isinstance(inside, Dense | LSTM | Bidirectional):
            raise ValueError(f"is not specified around {type(inside).__name__}")
        if not isinstance(inside, Dense) and not given.has_inner_steps:
            raise ValueError(
                f"wraps {inside.in_words}, which reads a sequence at every step, but a step is one "
                "vector: give ModelSpec inner_steps"
            )
        for cell in self.cells:
            if cell.stateful:
                raise ValueError(
                    "wraps a stateful layer, but what is inside starts from zero at every step: "
                    "leave stateful false there"
                )
            if cell.activity_regularizer is not None:
                raise ValueError(
                    "wraps a layer with a penalty on its activity, which no loss counts there: "
                    "leave activity_regularizer out"
                )
        if isinstance(inside, Bidirectional) and inside.merge_mode == "apart":
            raise ValueError(
                "wraps a layer with two outputs: give it another merge_mode than apart"
            )
        return Form((given.axes[0], *inside.output(given.of_a_step).axes))


AnyLayer = (
    LSTM
    | Bidirectional
    | Masking
    | RepeatVector
    | Dense
    | TimeDistributed
    | Embedding
    | Conv1D
    | MaxPooling1D
    | GlobalAveragePooling1D
    | GlobalMaxPooling1D
    | BatchNormalization
    | LayerNormalization
    | ActivationLayer
    | ReLU
    | Dropout
    | Flatten
    | Reshape
)
"""Every layer there is: a ``match`` over it ends in ``assert_never``."""

LAYERS: tuple[type[Layer], ...] = get_args(AnyLayer)
