"""The layers that stand around an LSTM in the models that people save.

They are specified for inference: what comes out, and what becomes of a mask. None of them but the
usual dropout has a derivative here, so a model with another one is not trained
(``lstm_spec.model.training``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import ClassVar, Literal

from lstm_spec.model.capabilities import Capability
from lstm_spec.model.fields import about
from lstm_spec.model.form import Form
from lstm_spec.model.layer import Layer, Weight, reads_sequence
from lstm_spec.model.words import Activation

__all__ = [
    "ActivationLayer",
    "BatchNormalization",
    "Conv1D",
    "Dropout",
    "Embedding",
    "Flatten",
    "ForwardOnly",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "LayerNormalization",
    "MaxPooling1D",
    "Noise",
    "Padding",
    "PoolPadding",
    "ReLU",
    "Reshape",
]

Padding = Literal["valid", "same", "causal"]
"""Steps added at the ends: none; as many as give ceil(steps / strides) outputs, the smaller half
before; or all of them before, so that no output sees a later step."""

PoolPadding = Literal["valid", "same"]

Noise = Literal["dropout", "whole features", "gaussian factor", "gaussian noise", "alpha dropout"]
"""Dropout, SpatialDropout1D, GaussianDropout, GaussianNoise and AlphaDropout of Keras."""


@dataclass(frozen=True)
class ForwardOnly(Layer):
    """A layer without a derivative and, unless it says otherwise, without weights."""

    always_needs: ClassVar[tuple[Capability, ...]] = (Capability.LAYERS,)
    trains: ClassVar[bool] = False

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """None."""
        return ()

    def output(self, given: Form) -> Form:
        """That of its input."""
        return given


@dataclass(frozen=True)
class Embedding(ForwardOnly):
    """A row of a table for each step, whose one feature is a whole number below ``input_dim``.

    With ``mask_zero`` the steps that hold 0 are masked for the layers that follow; without it a
    mask that came in ends here.
    """

    input_dim: int = field(metadata=about(at_least=1))
    output_dim: int = field(metadata=about(at_least=1))
    mask_zero: bool = field(default=False, metadata=about(needs=Capability.MASK))

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """The table (input_dim, output_dim)."""
        shape = (self.input_dim, self.output_dim)
        return (Weight("table", shape, "glorot uniform", "Embedding"),)

    def output(self, given: Form) -> Form:
        """(time, output_dim)."""
        reads_sequence(given)
        if given.width != 1:
            raise ValueError(
                f"reads one whole number a step but is given {given.width} features a step"
            )
        return given.with_width(self.output_dim)


def windows(steps: int, reach: int, strides: int) -> int:
    """How many windows of ``reach`` + 1 steps there are; ValueError if there is not even one."""
    if steps <= reach:
        raise ValueError(f"reads {reach + 1} steps at a time but is given {steps}")
    return (steps - reach - 1) // strides + 1


def same(steps: int, reach: int, strides: int) -> tuple[int, int]:
    """How many steps "same" adds before and after: the smaller half before."""
    wanted = (steps - 1) // strides * strides + reach + 1
    added = max(wanted - steps, 0)
    return added // 2, added - added // 2


@dataclass(frozen=True)
class Conv1D(ForwardOnly):
    """A correlation over time: no kernel is turned round. The mask ends here.

    Weights: kernel (size, features, filters), bias (filters). ``steps_before`` and ``steps_after``
    are steps of zeros that are added whatever ``padding`` says.
    """

    filters: int = field(metadata=about(at_least=1))
    kernel_size: int = field(metadata=about(at_least=1))
    strides: int = field(default=1, metadata=about(at_least=1))
    padding: Padding = "valid"
    steps_before: int = field(default=0, metadata=about(at_least=0))
    steps_after: int = field(default=0, metadata=about(at_least=0))
    dilation_rate: int = field(default=1, metadata=about(at_least=1))
    activation: Activation = "linear"
    use_bias: bool = True

    @property
    def reach(self) -> int:
        """How many steps lie between the first and the last one that an output sees."""
        return (self.kernel_size - 1) * self.dilation_rate

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Kernel and, if it is used, bias."""
        shape = (self.kernel_size, given.width, self.filters)
        kernel = Weight("kernel", shape, "glorot uniform", "Conv1D")
        bias = Weight("bias", (self.filters,), "zeros", "Conv1D")
        return (kernel, bias) if self.use_bias else (kernel,)

    def added_steps(self, steps: int) -> tuple[int, int]:
        """How many steps of zeros stand before and after so many steps."""
        before, after = self.steps_before, self.steps_after
        if self.padding == "causal":
            return before + self.reach, after
        if self.padding == "same":
            more = same(steps + before + after, self.reach, self.strides)
            return before + more[0], after + more[1]
        return before, after

    def output(self, given: Form) -> Form:
        """(steps that are left, filters)."""
        reads_sequence(given)
        steps = given.axes[0]
        if steps is not None:
            steps = windows(steps + sum(self.added_steps(steps)), self.reach, self.strides)
        return Form.sequence(self.filters, steps)


@dataclass(frozen=True)
class MaxPooling1D(ForwardOnly):
    """The largest of ``pool_size`` steps, feature by feature. The mask ends here.

    Steps that padding adds do not count, whatever the sign of the others.
    """

    pool_size: int = field(default=2, metadata=about(at_least=1))
    strides: int = field(default=2, metadata=about(at_least=1))
    padding: PoolPadding = "valid"
    steps_before: int = field(default=0, metadata=about(at_least=0))
    steps_after: int = field(default=0, metadata=about(at_least=0))

    def added_steps(self, steps: int) -> tuple[int, int]:
        """How many steps that do not count stand before and after so many steps."""
        before, after = self.steps_before, self.steps_after
        if self.padding == "same":
            more = same(steps + before + after, self.pool_size - 1, self.strides)
            return before + more[0], after + more[1]
        return before, after

    def output(self, given: Form) -> Form:
        """(steps that are left, features)."""
        reads_sequence(given)
        steps = given.axes[0]
        if steps is not None:
            added = sum(self.added_steps(steps))
            steps = windows(steps + added, self.pool_size - 1, self.strides)
        return Form.sequence(given.width, steps)


@dataclass(frozen=True)
class GlobalAveragePooling1D(ForwardOnly):
    """The mean over the valid steps of a row; NaN for a row that has none."""

    def output(self, given: Form) -> Form:
        """(features,)."""
        reads_sequence(given)
        return Form.vector(given.width)


@dataclass(frozen=True)
class GlobalMaxPooling1D(ForwardOnly):
    """The largest value over all steps of a row, masked ones as well: so Keras does it."""

    def output(self, given: Form) -> Form:
        """(features,)."""
        reads_sequence(given)
        return Form.vector(given.width)


@dataclass(frozen=True)
class BatchNormalization(ForwardOnly):
    """gamma (x - mean) / sqrt(variance + epsilon) + beta, over the features.

    Weights: gamma (with ``scale``), beta (with ``center``), and the mean and the variance that
    training has left.
    """

    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Gamma, beta, mean and variance, each (features,)."""
        of, shape = "BatchNormalization", (given.width,)
        return (
            *([Weight("gamma", shape, "ones", of)] if self.scale else []),
            *([Weight("beta", shape, "zeros", of)] if self.center else []),
            Weight("mean", shape, "zeros", of),
            Weight("variance", shape, "ones", of),
        )


@dataclass(frozen=True)
class LayerNormalization(ForwardOnly):
    """The same with the mean and variance of each step's own features.

    Weights: gamma (with ``scale``), beta (with ``center``).
    """

    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True

    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Gamma and beta, each (features,)."""
        of, shape = "LayerNormalization", (given.width,)
        return (
            *([Weight("gamma", shape, "ones", of)] if self.scale else []),
            *([Weight("beta", shape, "zeros", of)] if self.center else []),
        )


@dataclass(frozen=True)
class ActivationLayer(ForwardOnly):
    """An activation as a layer of its own; softmax and its kin work along the features."""

    activation: Activation


@dataclass(frozen=True)
class ReLU(ForwardOnly):
    """x above ``threshold``, at most ``max_value``; below it ``negative_slope`` (x - threshold)."""

    negative_slope: float = 0.0
    max_value: float | None = None
    threshold: float = 0.0


@dataclass(frozen=True)
class Dropout(ForwardOnly):
    """Noise in training, nothing outside it.

    ``dropout`` multiplies each number by 0 with the probability ``rate``, and else by
    1 / (1 - rate), drawn anew for every step of every row (Srivastava et al. 2014): between two
    LSTMs it is what PyTorch calls ``dropout``. No derivative is specified for the other kinds.
    """

    rate: float
    noise: Noise = field(default="dropout", metadata=about(trains_with=("dropout",)))

    trains: ClassVar[bool] = True


@dataclass(frozen=True)
class Flatten(ForwardOnly):
    """All numbers of a row side by side, step after step. The mask ends here."""

    def output(self, given: Form) -> Form:
        """(steps times features,)."""
        return Form.vector(count(given))


@dataclass(frozen=True)
class Reshape(ForwardOnly):
    """The numbers of a row in another shape: (features,) or (steps, features). The mask ends."""

    shape: tuple[int, ...]

    def output(self, given: Form) -> Form:
        """The shape."""
        if len(self.shape) not in (1, 2) or min(self.shape) < 1:
            raise ValueError(f"makes the shape {self.shape}, neither a sequence nor a vector")
        if prod(self.shape) != count(given):
            raise ValueError(f"makes the shape {self.shape} of {count(given)} numbers")
        return Form(self.shape)


def count(given: Form) -> int:
    """How many numbers a row has; ValueError where that is not fixed."""
    if None in given.axes:
        raise ValueError("needs a fixed number of time steps: give ModelSpec time_steps")
    return prod(one for one in given.axes if one is not None)
