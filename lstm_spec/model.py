"""What to build: a description of a recurrent model that knows no framework.

Shapes are written (batch, time, features). Every default that has changed between generations of
Keras (recurrent activation, epsilon of Adam) is spelled out by name, so that a description means
the same today as in 2017.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Activation = Literal[
    "linear", "tanh", "sigmoid", "relu", "softmax", "hard_sigmoid_keras2", "hard_sigmoid_keras3"
]
"""``hard_sigmoid_keras2`` is clip(0.2 x + 0.5, 0, 1), the default gate of Keras up to 2.2;
``hard_sigmoid_keras3`` is relu6(x + 3) / 6, what Keras 3 means by the same name."""

DType = Literal["float32", "float64"]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class LSTM:
    """One LSTM layer (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).

    Weights: kernel (features, 4 units), recurrent kernel (units, 4 units), bias (4 units), each
    four blocks side by side in the order input, forget, cell, output.

    ``forget_bias`` says only how fresh weights are drawn: the forget block of the bias starts at
    one (Jozefowicz et al. 2015). ``go_backwards`` reads the time steps from last to first and
    leaves its outputs in the order in which they were computed.
    """

    units: int
    activation: Activation = "tanh"
    recurrent_activation: Activation = "sigmoid"
    use_bias: bool = True
    forget_bias: bool = True
    return_sequences: bool = False
    go_backwards: bool = False
    stateful: bool = False


@dataclass(frozen=True)
class Bidirectional:
    """Two LSTMs over the same steps, the second backwards; its sequence is turned back in time.

    The outputs are concatenated, forward half first. Weights: those of the forward layer, then
    those of the backward layer.
    """

    layer: LSTM


@dataclass(frozen=True)
class Masking:
    """Steps in which every feature equals ``mask_value`` are masked for the layers that follow."""

    mask_value: float = 0.0


@dataclass(frozen=True)
class RepeatVector:
    """(batch, features) becomes (batch, n, features)."""

    n: int


@dataclass(frozen=True)
class Dense:
    """A linear map and an activation; over a sequence it is applied to every step by itself."""

    units: int
    activation: Activation = "linear"


Layer = LSTM | Bidirectional | Masking | RepeatVector | Dense

Loss = Literal["categorical_crossentropy", "mse"]
"""Both are averaged over the batch and over time; MSE over the features as well."""


@dataclass(frozen=True)
class SGD:
    """Plain gradient descent: w becomes w - learning_rate * gradient."""

    learning_rate: float = 0.01


@dataclass(frozen=True)
class Adam:
    """Adam in the form of section 2 of Kingma & Ba 2015, the one that Keras uses.

    Update t: w -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon).
    Epsilon was 1e-8 in Keras 1 and 2.0 and is 1e-7 since.
    """

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7


Optimizer = SGD | Adam


@dataclass(frozen=True)
class ModelSpec:
    """Layers in order, with the shape of the input and, for training, a loss and an optimiser.

    ``batch_size`` None means any; a stateful layer needs a number. ``time_steps`` None means any.
    """

    layers: tuple[Layer, ...]
    features: int
    batch_size: int | None = None
    time_steps: int | None = None
    loss: Loss = "mse"
    optimizer: Optimizer = SGD()
    dtype: DType = "float32"

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a model needs at least one layer")
        if self.stateful and self.batch_size is None:
            raise ValueError(
                "a stateful layer keeps one state per row of the batch: give ModelSpec a batch_size"
            )

    @property
    def stateful(self) -> bool:
        """Whether any layer carries its state from batch to batch."""
        return any(layer.stateful for layer in self.recurrent_layers)

    @property
    def recurrent_layers(self) -> tuple[LSTM, ...]:
        """Every LSTM direction in order; a bidirectional layer counts as two, forward first."""
        found: list[LSTM] = []
        for layer in self.layers:
            if isinstance(layer, LSTM):
                found.append(layer)
            elif isinstance(layer, Bidirectional):
                found += [layer.layer, replace(layer.layer, go_backwards=True)]
        return tuple(found)

    @property
    def weight_shapes(self) -> tuple[Shape, ...]:
        """Shapes of ``get_weights``: kernel, recurrent kernel and bias, layer by layer."""
        shapes: list[Shape] = []
        width = self.features
        for layer in self.layers:
            if isinstance(layer, LSTM):
                shapes += lstm_weight_shapes(layer, width)
                width = layer.units
            elif isinstance(layer, Bidirectional):
                shapes += lstm_weight_shapes(layer.layer, width) * 2
                width = 2 * layer.layer.units
            elif isinstance(layer, Dense):
                shapes += [(width, layer.units), (layer.units,)]
                width = layer.units
        return tuple(shapes)

    @property
    def weight_names(self) -> tuple[str, ...]:
        """What each array of ``weight_shapes`` is called in a sentence, such as "Dense kernel".

        Where a model has several LSTM directions or several Dense layers, they are numbered from 1.
        """
        several_lstm = len(self.recurrent_layers) > 1
        several_dense = sum(isinstance(layer, Dense) for layer in self.layers) > 1
        names: list[str] = []
        lstm_number = dense_number = 0
        for layer in self.layers:
            if isinstance(layer, Dense):
                dense_number += 1
                prefix = f"Dense {dense_number} " if several_dense else "Dense "
                names += [f"{prefix}kernel", f"{prefix}bias"]
            elif isinstance(layer, LSTM | Bidirectional):
                lstm = layer if isinstance(layer, LSTM) else layer.layer
                for _ in range(1 if lstm is layer else 2):
                    lstm_number += 1
                    prefix = f"LSTM {lstm_number} " if several_lstm else ""
                    names += [f"{prefix}kernel", f"{prefix}recurrent kernel"]
                    names += [f"{prefix}bias"] if lstm.use_bias else []
        return tuple(names)

    @property
    def parameter_count(self) -> int:
        """How many numbers training may change."""
        total = 0
        for shape in self.weight_shapes:
            count = 1
            for length in shape:
                count *= length
            total += count
        return total

    def output_shape(self, batch_size: int, time_steps: int) -> Shape:
        """Shape of the outputs for an input of shape (batch_size, time_steps, features)."""
        width, steps, sequence = self.features, time_steps, True
        for layer in self.layers:
            if isinstance(layer, LSTM):
                width, sequence = layer.units, layer.return_sequences
            elif isinstance(layer, Bidirectional):
                width, sequence = 2 * layer.layer.units, layer.layer.return_sequences
            elif isinstance(layer, RepeatVector):
                steps, sequence = layer.n, True
            elif isinstance(layer, Dense):
                width = layer.units
        return (batch_size, steps, width) if sequence else (batch_size, width)


def lstm_weight_shapes(layer: LSTM, features: int) -> list[Shape]:
    """Kernel (features, 4 units), recurrent kernel (units, 4 units), bias (4 units) if used."""
    gates = 4 * layer.units
    shapes: list[Shape] = [(features, gates), (layer.units, gates)]
    return [*shapes, (gates,)] if layer.use_bias else shapes
