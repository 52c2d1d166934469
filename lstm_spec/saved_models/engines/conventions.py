"""Which convention would give an engine's numbers? Each is tried; one is named if it gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.contract import Implementation, Unsupported
from lstm_spec.model import (
    LSTM,
    AnyLayer,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Dropout,
    Embedding,
    LayerNormalization,
    Masking,
    ModelSpec,
)
from lstm_spec.saved_models.examination import Examination, engine, run
from lstm_spec.saved_models.masks import masked

Array = NDArray[Any]
Weights = tuple[Array, ...]

CLEARLY = 4.0
"""A convention must move the outputs by so many tolerances to be told from the right one."""


@dataclass(frozen=True)
class Convention:
    """Another reading of the same file, and a sentence about an engine that reads it so."""

    sentence: str
    spec: ModelSpec
    weights: Weights


def diagnose(examined: Examination, got: Array, oracle: Implementation) -> str:
    """The conventions that give these outputs (batch first); empty where none does.

    Each is the file read by the oracle with one thing changed. A convention is named only if its
    outputs are those of the engine and clearly not the right ones.
    """
    saved = examined.saved
    right = saved.batch_first(examined.outputs)
    x = np.asarray(examined.data.of_specification(saved), np.float64)
    found = []
    for one in conventions(examined):
        try:
            part = replace(saved, spec=one.spec, weights=one.weights)
            outputs = run(engine(part, oracle, one.weights), part, x)
        except (ValueError, Unsupported):
            continue
        if outputs.shape != right.shape or got.size != right.size:
            continue
        tolerance = 2 * examined.tolerance
        with np.errstate(invalid="ignore"):
            is_it = float(np.abs(outputs - got.reshape(right.shape)).max(initial=0.0)) <= tolerance
            is_other = float(np.abs(outputs - right).max(initial=0.0)) > CLEARLY * tolerance
        if is_it and is_other:
            found.append(one.sentence)
    return ", or ".join(dict.fromkeys(found))


COARSER = {"float16": 11, "bfloat16": 8}
"""Shorter number types, with the bits of their significand."""

AS_LARGE = 4.0
"""Rounding at every step gives so many times what rounding once gives."""


def coarser(examined: Examination, largest: float, oracle: Implementation) -> str:
    """The shorter number type that would give a difference of this size; empty if none would.

    Unlike a convention it is no proof: only the size is compared.
    """
    saved = examined.saved
    right = saved.batch_first(examined.outputs)
    x = np.asarray(examined.data.of_specification(saved), np.float64)
    for name, bits in COARSER.items():
        weights = [shortened(one, bits) for one in saved.weights]
        given = x if saved.input.kind == "tokens" else shortened(x, bits)
        outputs = run(engine(saved, oracle, weights), saved, given)
        effect = float(np.nanmax(np.abs(outputs - right), initial=0.0))
        if largest <= AS_LARGE * effect:
            return f"computing in {name} would give a difference of this size"
    return ""


def shortened(values: Array, bits: int) -> Array:
    """Every number rounded to a significand of so many bits."""
    part, exponent = np.frexp(np.asarray(values, np.float64))
    rounded: Array = np.ldexp(np.round(np.ldexp(part, bits)), exponent - bits)
    return rounded


def conventions(examined: Examination) -> Iterator[Convention]:
    """Every other reading that changes something in this model."""
    spec, weights = examined.saved.spec, examined.saved.weights
    for sentence, change in LAYERS:
        other = replace(spec, layers=tuple(change(layer) for layer in spec.layers))
        if other != spec:
            yield Convention(sentence, other, weights)
    for sentence, change_array in ARRAYS:
        yield Convention(sentence, spec, changed(spec, weights, change_array))
    if any(isinstance(layer, Bidirectional) for layer in spec.layers):
        sentence = "it exchanges the two directions of Bidirectional"
        yield Convention(sentence, spec, exchanged(spec, weights))
    if any(masked(spec)):
        yield Convention("it ignores the mask", without_masks(spec), weights)


# Words ------------------------------------------------------------------------------------------


def with_words(old: str, new: str, only: str = "") -> Callable[[AnyLayer], AnyLayer]:
    """Every activation of one name becomes another; ``only`` names one field."""

    def change(layer: AnyLayer) -> AnyLayer:
        if isinstance(layer, Bidirectional):
            return replace(layer, layer=change(layer.layer))  # type: ignore[arg-type]
        words = {
            field.name: new
            for field in fields(layer)
            if field.name in ("activation", "recurrent_activation")
            and (not only or field.name == only)
            and getattr(layer, field.name) == old
        }
        return replace(layer, **words)  # type: ignore[arg-type]

    return change


def of_cells(change: Callable[[LSTM], LSTM]) -> Callable[[AnyLayer], AnyLayer]:
    """A change of every recurrent layer."""
    return lambda layer: layer.with_cells(change)


def squashed(layer: AnyLayer) -> AnyLayer:
    """An LSTM of another activation becomes one of tanh."""
    return of_cells(lambda cell: replace(cell, activation="tanh"))(layer)


def without_activation(layer: AnyLayer) -> AnyLayer:
    """Around the recurrent layers, activations are left out."""
    if isinstance(layer, LSTM | Bidirectional) or not hasattr(layer, "activation"):
        return layer
    return replace(layer, activation="linear")  # type: ignore[arg-type]


def with_epsilon(value: float) -> Callable[[AnyLayer], AnyLayer]:
    """Every normalization adds this number to the variance."""

    def change(layer: AnyLayer) -> AnyLayer:
        if isinstance(layer, BatchNormalization | LayerNormalization):
            return replace(layer, epsilon=value)
        return layer

    return change


def padded(how: str) -> Callable[[AnyLayer], AnyLayer]:
    """Every causal convolution gets its steps elsewhere."""

    def change(layer: AnyLayer) -> AnyLayer:
        if isinstance(layer, Conv1D) and layer.padding == "causal":
            return replace(layer, padding=how)  # type: ignore[arg-type]
        return layer

    return change


OLD, NEW = "hard_sigmoid_keras2", "hard_sigmoid_keras3"
GATES = "recurrent_activation"

LAYERS: tuple[tuple[str, Callable[[AnyLayer], AnyLayer]], ...] = (
    (
        "its hard_sigmoid is x / 6 + 0.5 (Keras 3) where the file means 0.2 x + 0.5",
        with_words(OLD, NEW),
    ),
    (
        "its hard_sigmoid is 0.2 x + 0.5 (Keras 1 and 2) where the file means x / 6 + 0.5",
        with_words(NEW, OLD),
    ),
    (
        "its gates are sigmoid, today's default, where the file means hard_sigmoid",
        with_words(OLD, "sigmoid", GATES),
    ),
    (
        "its gates are sigmoid, the default, where the file means hard_sigmoid",
        with_words(NEW, "sigmoid", GATES),
    ),
    (
        "its gates are hard_sigmoid (0.2 x + 0.5), the default up to Keras 2.2, where the file "
        "means sigmoid",
        with_words("sigmoid", OLD, GATES),
    ),
    ("its LSTM squashes with tanh, the default, whatever the file says", squashed),
    (
        "its LSTM squashes with sigmoid where the file means tanh",
        of_cells(lambda cell: replace(cell, activation="sigmoid")),
    ),
    ("it leaves the activation behind the recurrent layers out", without_activation),
    (
        "it reads the steps in the other direction",
        of_cells(lambda cell: replace(cell, go_backwards=not cell.go_backwards)),
    ),
    (
        "it gives zero at masked steps where the file means the output before",
        of_cells(lambda cell: replace(cell, zero_output_for_mask=True)),
    ),
    (
        "it gives the output before at masked steps where the file means zero",
        of_cells(lambda cell: replace(cell, zero_output_for_mask=False)),
    ),
    *(
        (f"the epsilon of its normalization is {value:g}", with_epsilon(value))
        for value in (1e-2, 1e-3, 1e-5, 1e-6, 1e-7, 0.0)
    ),
    ('its causal convolution adds steps at both ends, as "same" does', padded("same")),
)
"""Readings that differ in the description."""


def without_masks(spec: ModelSpec) -> ModelSpec:
    """The same model without anything that masks steps."""

    def change(layer: AnyLayer) -> AnyLayer:
        if isinstance(layer, Masking):
            return Dropout(0.5)  # does nothing outside training
        return replace(layer, mask_zero=False) if isinstance(layer, Embedding) else layer

    return replace(spec, layers=tuple(change(layer) for layer in spec.layers))


# Arrays -----------------------------------------------------------------------------------------


def gates_from(order: str) -> Callable[[str, Array], Array]:
    """The blocks of the file read as if they stood in another order than i, f, c, o."""
    places = ["ifco".index(gate) for gate in order]

    def change(name: str, array: Array) -> Array:
        blocks = np.split(array, 4, axis=-1)
        read = dict(zip(places, blocks, strict=True))
        return np.concatenate([read[place] for place in range(4)], axis=-1)

    return change


def bias_times(factor: float) -> Callable[[str, Array], Array]:
    """The bias counted so many times."""
    return lambda name, array: array * factor if name == "bias" else array


def forget_bias(by: float) -> Callable[[str, Array], Array]:
    """Something added to the forget block of the bias."""

    def change(name: str, array: Array) -> Array:
        if name != "bias":
            return array
        more = np.zeros_like(array)
        units = len(array) // 4
        more[units : 2 * units] = by
        return array + more

    return change


def turned(name: str, array: Array) -> Array:
    """The recurrent kernel turned round inside each gate."""
    if name != "recurrent kernel":
        return array
    return np.concatenate([block.T for block in np.split(array, 4, axis=-1)], axis=-1)


ARRAYS: tuple[tuple[str, Callable[[str, Array], Array]], ...] = (
    ("it reads the gates in the order i, c, f, o (the arrays of Keras 1)", gates_from("icfo")),
    ("it reads the gates in the order i, o, f, c (ONNX)", gates_from("iofc")),
    ("it reads the gates in the order i, f, o, c", gates_from("ifoc")),
    ("it reads the gates in the order f, i, c, o", gates_from("fico")),
    ("it leaves the bias of the LSTM out", bias_times(0.0)),
    ("it adds the bias of the LSTM twice", bias_times(2.0)),
    ("it adds 1 to the bias of the forget gate once more", forget_bias(1.0)),
    ("it adds 1 less to the bias of the forget gate", forget_bias(-1.0)),
    ("its recurrent kernel is transposed", turned),
)
"""Readings that differ in the arrays of the recurrent layers."""


def changed(spec: ModelSpec, weights: Weights, change: Callable[[str, Array], Array]) -> Weights:
    """The arrays of every recurrent layer changed."""
    flat = [one for held in spec.layer_weights for one in held]
    return tuple(
        change(one.name, array) if one.of == "LSTM" else array
        for one, array in zip(flat, weights, strict=True)
    )


def exchanged(spec: ModelSpec, weights: Weights) -> Weights:
    """The halves of each Bidirectional exchanged."""
    found: list[Array] = []
    start = 0
    for layer, held in zip(spec.layers, spec.layer_weights, strict=False):
        own = list(weights[start : start + len(held)])
        start += len(held)
        if isinstance(layer, Bidirectional):
            middle = len(own) // 2
            own = own[middle:] + own[:middle]
        found += own
    return tuple(found)
