"""The layers without a memory that are trained beside LSTMs: Masking, RepeatVector, Dense."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from lstm_spec.model.capabilities import Capability
from lstm_spec.model.fields import about
from lstm_spec.model.form import Form
from lstm_spec.model.layer import Layer, Weight, reads_sequence
from lstm_spec.model.words import SPECIFIED_SLOPES, Activation


@dataclass(frozen=True)
class Masking(Layer):
    """Steps in which every feature equals ``mask_value`` are masked for the layers that follow.

    Where a step is a sequence of inner steps, each of these is masked by itself.
    """

    mask_value: float = 0.0

    always_needs: ClassVar[tuple[Capability, ...]] = (Capability.LAYERS, Capability.MASK)
    takes_inner_steps: ClassVar[bool] = True

    @property
    def in_words(self) -> str:
        """The value."""
        return f"masking {self.mask_value:g}"

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """None."""
        return ()

    def output(self, given: Form) -> Form:
        """That of its input."""
        if not given.has_inner_steps:
            reads_sequence(given)
        return given


@dataclass(frozen=True)
class RepeatVector(Layer):
    """(batch, features) becomes (batch, n, features)."""

    n: int = field(metadata=about(at_least=1))

    always_needs: ClassVar[tuple[Capability, ...]] = (Capability.LAYERS,)

    @property
    def in_words(self) -> str:
        """How often."""
        return f"repeat {self.n}"

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """None."""
        return ()

    def output(self, given: Form) -> Form:
        """N steps."""
        if len(given.axes) > 1:
            raise ValueError("repeats one vector a row but is given a sequence")
        return Form.sequence(given.width, self.n)


@dataclass(frozen=True)
class Dense(Layer):
    """A linear map and an activation; over a sequence it is applied to every step by itself.

    What ``trainable`` says is that of an LSTM.
    """

    units: int = field(metadata=about(at_least=1))
    activation: Activation = field(default="linear", metadata=about(trains_with=SPECIFIED_SLOPES))
    use_bias: bool = True
    trainable: bool = True

    always_needs: ClassVar[tuple[Capability, ...]] = (Capability.LAYERS,)

    @property
    def in_words(self) -> str:
        """Its width and, unless it is linear, its activation."""
        return f"Dense {self.units}" + (
            "" if self.activation == "linear" else f" {self.activation}"
        )

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Kernel (features, units) and, if it is used, bias (units)."""
        kernel = Weight("kernel", (given.width, self.units), "glorot uniform", "Dense")
        bias = Weight("bias", (self.units,), "zeros", "Dense")
        found = (kernel, bias) if self.use_bias else (kernel,)
        return tuple(weight._replace(trainable=self.trainable) for weight in found)

    def output(self, given: Form) -> Form:
        """The same axes, ``units`` wide."""
        return given.with_width(self.units)
