"""The layers around the LSTM: Dense, RepeatVector, Masking and Bidirectional.

Every layer has ``forward(x, mask, states)``, where its own states come first, and
``backward(d_outputs)``, which adds to the gradients of its weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, assert_never

import numpy as np
from numpy.typing import DTypeLike

from lstm_spec.contract import Array
from lstm_spec.model import (
    LSTM,
    AnyLayer,
    Bidirectional,
    Dense,
    Dropout,
    Form,
    Maps,
    Masking,
    MergeMode,
    RepeatVector,
    TimeDistributed,
)
from reference.numpy import around
from reference.numpy.activations import ACTIVATIONS, softmax_backward
from reference.numpy.around import DropoutLayer
from reference.numpy.lstm import LSTMLayer, State

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation

Forward = tuple[Array, Array | None, list[State]]
"""Outputs, the mask (batch, time) that goes with them or None, and the final states."""


class NumpyLayer(Protocol):
    """What the model asks of a layer."""

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """Outputs, the mask that goes with them, final states."""
        ...

    def backward(self, d_outputs: Array) -> Array:
        """Add the gradients of the weights; return that of x."""
        ...


def rows_of(array: Array) -> Array:
    """Every step of every row by itself: (n, features)."""
    return array.reshape(-1, array.shape[-1])


class DenseLayer:
    """``a(x K + b)``; over a sequence every step by itself. A mask goes on to the next layer."""

    maps: ClassVar[Maps] = {
        "Dense": ("units", "activation", "use_bias", "trainable"),
        "Dense.activation": tuple(ACTIVATIONS),
    }

    def __init__(self, layer: Dense, weights: Sequence[Array], gradients: Sequence[Array]) -> None:
        self.layer = layer
        self.kernel = weights[0]
        self.bias = weights[1] if layer.use_bias else None
        self.gradients = gradients

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """Outputs (..., units) for x (..., features)."""
        self.x = x
        self.preactivation = np.dot(x, self.kernel)
        if self.bias is not None:
            self.preactivation += self.bias
        self.outputs = self.activate(self.preactivation)
        return self.outputs, mask, []

    def activate(self, z: Array) -> Array:
        """The activation over the last axis."""
        return ACTIVATIONS[self.layer.activation].of(z)

    def backward(self, d_outputs: Array) -> Array:
        """From the gradient of the outputs."""
        if self.layer.activation == "softmax":
            d_z = softmax_backward(self.outputs, d_outputs)
        else:
            activation = ACTIVATIONS[self.layer.activation]
            d_z = d_outputs * activation.derivative(self.preactivation, self.outputs)
        return self.backward_from_preactivation(d_z)

    def backward_from_preactivation(self, d_z: Array) -> Array:
        """From the gradient of x K + b: where softmax and cross-entropy are one function."""
        kernel, *bias = self.gradients
        kernel += np.dot(rows_of(self.x).T, rows_of(d_z))
        for one in bias:
            one += np.add.reduce(rows_of(d_z))
        d_x: Array = np.dot(d_z, self.kernel.T)
        return d_x


class TimeDistributedLayer:
    """Each step of each row is a row of its own for the layer inside; a mask goes on."""

    maps: ClassVar[Maps] = {"TimeDistributed": ("layer",)}

    def __init__(self, inside: NumpyLayer) -> None:
        self.inside, self.draws = inside, False

    def folded(self, array: Array) -> Array:
        """(batch, time, ...) as (batch times time, ...)."""
        return array.reshape(-1, *array.shape[2:])

    def unfolded(self, array: Array) -> Array:
        """Its inverse."""
        return array.reshape(*self.rows_and_steps, *array.shape[1:])

    def starting(self, rows: int, dtype: DTypeLike) -> list[State]:
        """The states from which the layer inside reads a step of each row: always zero."""
        shapes = [loop.layer.state_shapes(rows) for loop in loops_of(self.inside)]
        return [(np.zeros(h, dtype), np.zeros(c, dtype)) for h, c in shapes]

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """As many steps as x has."""
        self.rows_and_steps = x.shape[:2]
        rows, within = self.folded(x), None if mask is None or x.ndim == 3 else self.folded(mask)
        if self.draws:
            for loop in loops_of(self.inside):
                loop.draw_masks(len(rows))
        outputs, valid, _ = self.inside.forward(rows, within, self.starting(len(rows), x.dtype))
        if within is not None:
            mask = self.unfolded(valid) if valid is not None else self.counting(mask)
        return self.unfolded(outputs), mask, []

    def counting(self, mask: Array | None) -> Array | None:
        """Behind one vector a step: a step counts if any of its inner steps does."""
        return None if mask is None else np.asarray(mask.any(axis=-1))

    def backward(self, d_outputs: Array) -> Array:
        """Each step by itself as well."""
        return self.unfolded(self.inside.backward(self.folded(d_outputs)))

    def draw_masks(self, rows: int) -> None:
        """From now on each step of each row draws its own."""
        self.draws = True

    def drop_nothing(self) -> None:
        """No masks, as outside training."""
        self.draws = False
        for loop in loops_of(self.inside):
            loop.drop_nothing()


class RepeatVectorLayer:
    """(batch, features) becomes (batch, n, features); every step is valid."""

    maps: ClassVar[Maps] = {"RepeatVector": ("n",)}

    def __init__(self, layer: RepeatVector) -> None:
        self.n = layer.n

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """The same vector at every step."""
        return np.repeat(x[:, None, :], self.n, axis=1), None, []

    def backward(self, d_outputs: Array) -> Array:
        """The sum over the steps."""
        summed: Array = d_outputs.sum(axis=1)
        return summed


class MaskingLayer:
    """Masks the steps in which every feature equals the value, and zeroes them."""

    maps: ClassVar[Maps] = {"Masking": ("mask_value",)}

    def __init__(self, layer: Masking) -> None:
        self.mask_value = layer.mask_value

    def valid_steps(self, x: Array) -> Array:
        """(batch, time) or (batch, time, inner steps): False where every feature is the value."""
        valid: Array = (x != self.mask_value).any(axis=-1)
        return valid

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """The layer's own mask takes the place of one that came in."""
        self.valid = self.valid_steps(x)
        return np.where(self.valid[..., None], x, np.zeros((), x.dtype)), self.valid, []

    def backward(self, d_outputs: Array) -> Array:
        """Nothing comes through a masked step."""
        return np.where(self.valid[..., None], d_outputs, np.zeros((), d_outputs.dtype))


class BidirectionalLayer:
    """Two LSTMs over the same steps; the outputs of the second are turned back in time."""

    maps: ClassVar[Maps] = {
        "Bidirectional": ("layer", "merge_mode", "backward_layer"),
        "Bidirectional.merge_mode": ("concat", "sum", "mul", "ave", "apart"),
    }

    def __init__(
        self, forwards: LSTMLayer, backwards: LSTMLayer, merge_mode: MergeMode = "concat"
    ) -> None:
        self.forwards, self.backwards, self.merge_mode = forwards, backwards, merge_mode
        self.sequence = forwards.layer.return_sequences

    def turn(self, sequence: Array) -> Array:
        """(batch, time, ...) with the last step first."""
        return sequence[:, ::-1]

    def forward(self, x: Array, mask: Array | None, states: Sequence[State]) -> Forward:
        """Outputs of both halves, merged; states forward, then backward."""
        ahead, mask_out, final_ahead = self.forwards.forward(x, mask, states)
        back, _, final_back = self.backwards.forward(x, mask, states[1:])
        if self.sequence:
            back = self.turn(back)
        return self.merged(ahead, back), mask_out, final_ahead + final_back

    def merged(self, ahead: Array, back: Array) -> Array:
        """Both halves as one array."""
        self.halves = ahead, back
        match self.merge_mode:
            case "concat" | "apart":
                return np.concatenate([ahead, back], axis=-1)
            case "sum":
                return ahead + back
            case "mul":
                return ahead * back
            case "ave":
                return (ahead + back) / 2
        assert_never(self.merge_mode)

    def parted(self, d_outputs: Array) -> tuple[Array, Array]:
        """The gradients of the halves."""
        match self.merge_mode:
            case "concat" | "apart":
                width = self.forwards.layer.width
                return d_outputs[..., :width], d_outputs[..., width:]
            case "sum":
                return d_outputs, d_outputs
            case "mul":
                return d_outputs * self.halves[1], d_outputs * self.halves[0]
            case "ave":
                return d_outputs / 2, d_outputs / 2
        assert_never(self.merge_mode)

    def backward(self, d_outputs: Array) -> Array:
        """Both halves, and the sum of what they send to x."""
        d_ahead, d_back = self.parted(d_outputs)
        if self.sequence:
            d_back = self.turn(d_back)
        return self.forwards.backward(d_ahead) + self.backwards.backward(d_back)


def loops_of(layer: NumpyLayer) -> list[LSTMLayer]:
    """The LSTM directions in a layer that have a state of their own."""
    if isinstance(layer, BidirectionalLayer):
        return [layer.forwards, layer.backwards]
    return [layer] if isinstance(layer, LSTMLayer) else []


def drawing_in(layer: NumpyLayer) -> Sequence[LSTMLayer | DropoutLayer | TimeDistributedLayer]:
    """What draws masks in a layer: the directions of an LSTM, or another layer itself."""
    itself = isinstance(layer, DropoutLayer | TimeDistributedLayer)
    return [layer] if itself else loops_of(layer)  # type: ignore[list-item]


def layer_of(
    engine: NumpyImplementation,
    layer: AnyLayer,
    weights: Sequence[Array],
    gradients: Sequence[Array],
) -> NumpyLayer:
    """What the engine has for a layer, over the views of its weights and gradients."""
    match layer:
        case LSTM():
            return engine.lstm_class(layer, weights, gradients)
        case Bidirectional():
            ahead, back = layer.cells
            half = len(ahead.weights(Form.sequence(len(weights[0]))))
            return engine.bidirectional_class(
                engine.lstm_class(ahead, weights[:half], gradients[:half]),
                engine.lstm_class(back, weights[half:], gradients[half:]),
                layer.merge_mode,
            )
        case Dense():
            return engine.dense_class(layer, weights, gradients)
        case TimeDistributed():
            inside = layer_of(engine, layer.layer, weights, gradients)
            return engine.time_distributed_class(inside)
        case Masking():
            return engine.masking_class(layer)
        case RepeatVector():
            return engine.repeat_class(layer)
        case Dropout():
            return engine.dropout_class(layer)
        case _:
            return around.layer(layer, weights)
