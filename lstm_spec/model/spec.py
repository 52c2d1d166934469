"""A whole model: layers in order, the form of its input, loss, optimiser and number type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod

from lstm_spec.model.baseline import Maps
from lstm_spec.model.capabilities import Capability
from lstm_spec.model.fields import about, described_fields, needs_of, parts_of
from lstm_spec.model.form import Form, Shape
from lstm_spec.model.layer import Layer, Weight
from lstm_spec.model.layers import LSTM, AnyLayer
from lstm_spec.model.losses import AnyLoss, LossWithOptions, loss_facts
from lstm_spec.model.optimizers import SGD, AnyOptimizer, Optimizer
from lstm_spec.model.precision import Precision
from lstm_spec.model.words import DType, Reduction


@dataclass(frozen=True)
class ModelSpec:
    """Layers in order, with the shape of the input and, for training, a loss and an optimiser.

    ``batch_size`` None means any; a stateful layer needs a number. ``time_steps`` None means any.
    The input is (batch, time, features), or (batch, time, inner steps, features) where each step is
    a sequence of ``inner_steps`` steps, which a layer inside ``TimeDistributed`` reads.
    A narrower ``precision`` is for a model whose arrays come and go in float32. ``reduction`` is
    how the losses of all positions become one.
    """

    layers: tuple[AnyLayer, ...]
    features: int = field(metadata=about(at_least=1))
    batch_size: int | None = field(default=None, metadata=about(at_least=1))
    time_steps: int | None = field(default=None, metadata=about(at_least=1))
    loss: AnyLoss = "mse"
    optimizer: AnyOptimizer = field(default_factory=SGD)
    dtype: DType = field(default="float32", metadata=about(needs={"float64": Capability.FLOAT64}))
    precision: Precision = "full"
    inner_steps: int | None = field(default=None, metadata=about(at_least=1))
    reduction: Reduction = "mean"

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a model needs at least one layer")
        for layer in self.layers:
            if not isinstance(layer, Layer):
                raise ValueError(f"{layer!r} is no layer of lstm_spec.model")
        if not isinstance(self.optimizer, Optimizer):
            raise ValueError(f"{self.optimizer!r} is no optimiser of lstm_spec.model")
        if not isinstance(self.loss, str | LossWithOptions):
            raise ValueError(f"{self.loss!r} is no loss of lstm_spec.model")
        for part in parts_of(self):
            for one in described_fields(type(part)):
                one.refuse(getattr(part, one.name), type(part).__name__)
        if self.precision != "full" and self.dtype != "float32":
            raise ValueError(f"a model of {self.dtype} computes in it, not in {self.precision}")
        if self.stateful and self.batch_size is None:
            raise ValueError(
                "a stateful layer keeps one state per row of the batch: give ModelSpec a batch_size"
            )

    @cached_property
    def stateful(self) -> bool:
        """Whether any layer carries its state from batch to batch."""
        return any(layer.stateful for layer in self.recurrent_layers)

    @cached_property
    def recurrent_layers(self) -> tuple[LSTM, ...]:
        """Every LSTM direction that has a state of its own, in order.

        A bidirectional layer counts as two, forward first; what is inside TimeDistributed does not
        count, because it starts anew at every step.
        """
        return tuple(one for layer in self.layers for one in layer.directions)

    @cached_property
    def cells(self) -> tuple[LSTM, ...]:
        """Every LSTM direction in order, those inside TimeDistributed included."""
        return tuple(one for layer in self.layers for one in layer.cells)

    @cached_property
    def needs(self) -> frozenset[Capability]:
        """The capabilities that an implementation must have to express this model."""
        found = {needed for part in parts_of(self) for needed in needs_of(part)}
        return frozenset(found | ({Capability.LAYERS} if len(self.layers) > 1 else set()))

    def with_cells(self, change: Callable[[LSTM], LSTM]) -> ModelSpec:
        """The same model with every recurrent layer changed, those that are wrapped included."""
        return replace(self, layers=tuple(layer.with_cells(change) for layer in self.layers))

    def forms(self, time_steps: int | None = None) -> tuple[Form, ...]:
        """The form of the input, then that of every layer's output.

        Raises ValueError, with the place, for a layer that cannot read what it is given.
        """
        steps = self.time_steps if time_steps is None else time_steps
        forms = [Form((steps, *self.input_shape(1, 1)[2:]))]
        for position, layer in enumerate(self.layers):
            try:
                if position and getattr(self.layers[position - 1], "merge_mode", "") == "apart":
                    raise ValueError("reads one output but is given two that are not merged")
                if forms[-1].has_inner_steps and not layer.takes_inner_steps:
                    raise ValueError(
                        "reads one sequence a row but is given one at every step: put it into "
                        "TimeDistributed, or let the layer inside the one before it return its "
                        "last output only"
                    )
                forms.append(layer.output(forms[-1]))
            except ValueError as error:
                name = type(layer).__name__
                raise ValueError(f"layer {position} ({name}) {error}") from error
        if forms[-1].has_inner_steps:
            raise ValueError(
                "the model ends with outputs (batch, time, inner steps, features), for which no "
                "loss is specified: let the last layer inside TimeDistributed return one vector a "
                "step"
            )
        return tuple(forms)

    @cached_property
    def layer_weights(self) -> tuple[tuple[Weight, ...], ...]:
        """The arrays of every layer."""
        return tuple(
            layer.weights(given) for layer, given in zip(self.layers, self.forms(), strict=False)
        )

    @cached_property
    def weight_shapes(self) -> tuple[Shape, ...]:
        """Shapes of ``get_weights``: kernel, recurrent kernel and bias, layer by layer."""
        return tuple(weight.shape for weights in self.layer_weights for weight in weights)

    @cached_property
    def weight_names(self) -> tuple[str, ...]:
        """What each array of ``weight_shapes`` is called in a sentence, such as "Dense kernel".

        Where a model has several LSTM directions or several Dense layers, they are numbered from 1.
        """
        owners: list[tuple[str, int, int]] = []
        names: list[tuple[str, int, str]] = []
        for place, weights in enumerate(self.layer_weights):
            for weight in weights:
                owner = (weight.of, place, weight.half)
                if owner not in owners:
                    owners.append(owner)
                same = [one for one in owners if one[0] == weight.of]
                names.append((weight.of, same.index(owner) + 1, weight.name))
        count = {of: sum(one[0] == of for one in owners) for of, _, _ in owners}
        alone = {"LSTM": ""}  # the layer that everything here is about needs no mention
        return tuple(
            (f"{of} {number} " if count[of] > 1 else alone.get(of, f"{of} ")) + name
            for of, number, name in names
        )

    @cached_property
    def parameter_count(self) -> int:
        """How many numbers training may change."""
        return sum(prod(shape) for shape in self.weight_shapes)

    def input_shape(self, batch_size: int, time_steps: int) -> Shape:
        """Shape of an input of so many rows and steps."""
        inner = () if self.inner_steps is None else (self.inner_steps,)
        return (batch_size, time_steps, *inner, self.features)

    def output_shape(self, batch_size: int, time_steps: int) -> Shape:
        """Shape of the outputs for an input of so many rows and steps."""
        form = self._output_forms.get(time_steps)
        if form is None:
            form = self._output_forms[time_steps] = self.forms(time_steps)[-1]
        return form.shape(batch_size)

    def target_shape(self, batch_size: int, time_steps: int) -> Shape:
        """Shape of the targets: that of the outputs, without the classes where they are labels."""
        shape = self.output_shape(batch_size, time_steps)
        return shape[:-1] if loss_facts(self.loss).targets == "labels" else shape

    @cached_property
    def mapped_by(self) -> list[Maps]:
        """What has been found to map all of it, so that nobody looks twice; see ``mapping``."""
        return []

    @cached_property
    def _output_forms(self) -> dict[int, Form]:
        """The form of the output by the number of steps: asked before every update."""
        return {}
