"""Layer by layer from what a file says to a description with weights in the canonical layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from math import prod
from typing import Any

from lstm_spec.formats.stored import NotReadable, NotSpecified, Stored, StoredLayer
from lstm_spec.meaning.arrays import Array, fitting
from lstm_spec.meaning.context import Context, Made
from lstm_spec.meaning.notes import Notes
from lstm_spec.meaning.saved_model import Input, Row, SavedModel
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import AnyLayer, DType, Flatten, Form, ModelSpec

Meant = Callable[[StoredLayer, Context], Made]


def assembled(
    stored: Stored, writer: Writer, given: Input, meant: Meant, output_axes: str = ""
) -> SavedModel:
    """What the file computes, where ``meant`` says what each of its layers is.

    Raises NotSpecified with what was read so far, NotReadable where arrays and configuration do not
    fit each other.
    """
    notes = Notes()
    for sentence in stored.remarks:
        notes.remark("", sentence)
    form, layers = first_form(given)
    weights: list[Array] = []
    rows: list[Row] = []
    for one in stored.layers:
        first = len(layers)
        try:
            made, arrays = meant(one, Context(writer, notes, form))
            form, held = placed(made, arrays, form, one)
        except NotSpecified as missing:
            read = [*missing.read_so_far, *map(sentence_of, rows)]
            raise type(missing)(str(missing), read) from None
        layers += made
        weights += held
        count = sum(prod(array.shape) for array in held)
        rows.append(Row(one.kind, one.name, says(made), form, count, first, len(layers)))
    if not layers:
        raise NotSpecified("the model has no layer that computes anything")
    if given.batch_size is not None:
        notes.remark(
            "", f"the batch size is fixed: {given.batch_size} rows at a time, no more and no fewer"
        )
    spec = specification(stored, given, layers, notes)
    if not spec.recurrent_layers:
        notes.remark("", "no layer is recurrent: this model has no LSTM in it")
    return SavedModel(
        stored.file,
        stored.format,
        writer,
        stored.style,
        given,
        spec,
        tuple(weights),
        tuple(rows),
        tuple(notes.meanings),
        tuple(notes.remarks),
        stored.training,
        output_axes,
    )


def first_form(given: Input) -> tuple[Form, list[AnyLayer]]:
    """The form that reaches the first layer, and what the specification puts before it."""
    if given.kind == "vector":
        return Form.vector(given.features), [Flatten()]
    return Form.sequence(given.features, given.time_steps), []


def placed(
    made: Sequence[AnyLayer], arrays: Sequence[Array], given: Form, layer: StoredLayer
) -> tuple[Form, list[Array]]:
    """The form behind the layers of the specification, and their arrays in its shapes."""
    form = given
    shapes, names = [], []
    for one in made:
        before = form
        try:
            form = one.output(before)
        except ValueError as error:
            raise NotReadable(f"the layer {layer} {error}") from None
        for weight in one.weights(before):
            shapes.append(weight.shape)
            names.append(weight.name)
    return form, fitting(arrays, shapes, names, layer)


def specification(
    stored: Stored, given: Input, layers: Sequence[AnyLayer], notes: Notes
) -> ModelSpec:
    """The description; a reduced precision of the file is noted, since it is not computed here."""
    dtype: DType = "float64" if stored.dtype == "float64" else "float32"
    if stored.dtype not in ("float32", "float64"):
        notes.remark(
            "",
            f"the file asks for {stored.dtype}: its own library rounds more coarsely than what is "
            "computed here",
        )
    try:
        return ModelSpec(
            tuple(layers),
            features=given.features,
            batch_size=given.batch_size,
            time_steps=given.time_steps,
            dtype=dtype,
        )
    except ValueError as error:
        raise NotReadable(f"the file describes no model: {error}") from None


def says(made: Sequence[Any]) -> str:
    """The fields of a layer that are not at their defaults, in a few words."""
    said: list[str] = []
    for layer in made:
        for field in fields(layer):
            value = getattr(layer, field.name)
            if field.name in QUIET or value == field.default:
                continue
            if is_dataclass(value):
                said.append(says([value]))
            else:
                said.append(field.name if value is True else f"{field.name}={value}")
    return ", ".join(one for one in said if one)


QUIET = ("forget_bias", "mask_in_reading_order")
"""Fields that say nothing of what is computed, or something that no user asked for."""


def sentence_of(row: Row) -> str:
    """One layer that was read, for a refusal that tells how far the reader came."""
    inside = f" ({row.says})" if row.says else ""
    return f"{row.name or row.kind}: {row.kind}{inside}, output {row.form}"
