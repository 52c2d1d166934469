"""LSTM layers of a Keras file, of every age, alone and in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lstm_spec.formats.keras_configuration import Described, inner_layer
from lstm_spec.formats.stored import NotSpecified, StoredLayer
from lstm_spec.meaning import arrays
from lstm_spec.meaning.activations import activation
from lstm_spec.meaning.arguments import Arguments
from lstm_spec.meaning.context import Context, Made
from lstm_spec.meaning.notes import Notes
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import (
    LSTM,
    Bidirectional,
)


def default_gate(writer: Writer, notes: Notes, where: str) -> str:
    """The recurrent activation where a file does not say it: the default of its time."""
    of_two_tensorflows = writer.library == "tf.keras" and writer.before(2, 3)
    if writer.generation is None or of_two_tensorflows:
        raise NotSpecified(
            f"{where} does not say its recurrent activation, and the file does not say which Keras "
            "wrote it: the default was hard_sigmoid up to Keras 2.2 and TensorFlow 1, and is "
            "sigmoid since Keras 2.3 and TensorFlow 2"
        )
    word = "hard_sigmoid" if writer.before(2, 3) else "sigmoid"
    notes.mean(
        "no recurrent_activation",
        word,
        f"the default of {writer}; it was hard_sigmoid up to Keras 2.2 and is sigmoid since 2.3",
    )
    return word


def cell(layer: StoredLayer, context: Context, of_cudnn: bool = False) -> LSTM:
    """The LSTM that a configuration describes."""
    writer, notes = context.writer, context.notes
    said = Arguments(layer, writer, notes)
    units = said.count("units", "output_dim")
    gate = said.take("recurrent_activation", "inner_activation", default=None)
    if of_cudnn:
        gate = "sigmoid"
    elif gate is None:
        gate = default_gate(writer, notes, f"the layer {layer}")
    squash = said.take("activation", default="tanh")
    forget = said.take("unit_forget_bias", default=layer.config.get("forget_bias_init") != "zero")
    if said.take("return_state", default=False):
        raise NotSpecified(f"the layer {layer} returns its states: the model is no chain")
    said.only("time_major", False)
    made = LSTM(
        units=units,
        activation=activation(squash, writer, notes, f"the activation of {layer}"),
        recurrent_activation=activation(
            gate, writer, notes, f"the recurrent activation of {layer}"
        ),
        use_bias=said.flag("use_bias", default=True),
        forget_bias=bool(forget),
        return_sequences=said.flag("return_sequences", default=False),
        go_backwards=said.flag("go_backwards", default=False),
        stateful=said.flag("stateful", default=False),
        dropout=said.number("dropout", "dropout_W", default=0.0),
        recurrent_dropout=said.number("recurrent_dropout", "dropout_U", default=0.0),
        zero_output_for_mask=said.flag("zero_output_for_mask", default=False),
        mask_in_reading_order=True,
    )
    said.done()
    return made


def note_state(layer: StoredLayer, made: LSTM, notes: Notes, backend: str) -> None:
    """What is remarkable about a recurrent layer."""
    if made.stateful:
        notes.remark(
            layer.name,
            "is stateful: each batch starts from the final states of the batch before it, until "
            "reset_states is called",
        )
    if made.stateful and backend.startswith("jax"):
        notes.remark(
            layer.name,
            "was written on JAX, where predict does not keep the states of a stateful layer: what "
            "is computed here is what stateful means, not what predict gave there",
        )
    if made.recurrent_activation == "hard_sigmoid_keras2":
        notes.remark(
            layer.name,
            "has gates of the old hard_sigmoid, 0.2 x + 0.5 between 0 and 1: Keras 3 computes "
            "something else under this name",
        )


def lstm(layer: StoredLayer, context: Context) -> Made:
    """An LSTM of any generation."""
    made = cell(layer, context, of_cudnn=layer.kind == "CuDNNLSTM")
    note_state(layer, made, context.notes, context.writer.backend)
    made = replace(made, mask_in_reading_order=made.go_backwards and made.return_sequences)
    stored = arrays.of_direction(
        arrays.values(layer), made.use_bias, layer, context.writer, context.notes
    )
    return [made], stored


def bidirectional(layer: StoredLayer, context: Context) -> Made:
    """An LSTM in both directions; every way to merge them but to leave them apart."""
    said = Arguments(layer, context.writer, context.notes)
    inside = inner_layer(layer.config)
    if inside.kind not in ("LSTM", "CuDNNLSTM"):
        raise NotSpecified(f"the layer {layer} wraps {inside.kind}, which is not specified")
    said.take("layer")
    forward = _cell_inside(inside, layer, context)
    if forward.go_backwards:
        raise NotSpecified(f"the layer {layer} wraps a layer that runs backwards itself")
    if said.take("backward_layer", default=None) is not None:
        back = _cell_inside(inner_layer(layer.config, "backward_layer"), layer, context)
        if replace(back, go_backwards=False) != forward:
            raise NotSpecified(
                f"the layer {layer} has a backward layer that is not the mirror of its forward one"
            )
    merge_mode = said.take("merge_mode", default="concat")
    if merge_mode not in ("concat", "sum", "mul", "ave"):
        raise NotSpecified(
            f"the layer {layer} does not merge its directions (merge_mode = {merge_mode!r}): two "
            "outputs are no chain"
        )
    said.done()
    note_state(layer, forward, context.notes, context.writer.backend)
    if forward.return_sequences:
        zero = gives_zero_at_masked_steps(layer, context.writer)
        forward = replace(forward, zero_output_for_mask=zero)
    stored = [
        array
        for half in arrays.halves(arrays.values(layer), layer)
        for array in arrays.of_direction(
            half, forward.use_bias, layer, context.writer, context.notes
        )
    ]
    return [Bidirectional(forward, merge_mode)], stored


def _cell_inside(inside: Described, layer: StoredLayer, context: Context) -> LSTM:
    inner = StoredLayer(inside.kind, f"{layer.name}/{inside.name}", inside.config)
    made = cell(inner, context, of_cudnn=inside.kind == "CuDNNLSTM")
    return replace(made, mask_in_reading_order=False)


def gives_zero_at_masked_steps(layer: StoredLayer, writer: Writer) -> bool:
    """Whether the halves of a Bidirectional that returns sequences give zero at masked steps.

    Keras itself, up to 2.3, repeats the last output there, and so do TensorFlow 2.0 and 2.1.
    TensorFlow 1 and TensorFlow since 2.2 give zero, and so does Keras 3 (MASK-40, measured). The
    file of a tf.keras does not say which TensorFlow wrote it: 2.2.4-tf is of 1.13 to 2.0, whose
    initialisers name a dtype in TensorFlow 1 only; 2.3.0-tf is of 2.1 and 2.2, and only the latter
    has the cell in the names of the arrays.
    """
    if writer.library != "tf.keras":
        return writer.generation == 3
    if not writer.before(2, 4):
        return True
    if not writer.before(2, 3):
        return any("_cell" in one.name for one in layer.arrays)
    initializer = inner_layer(layer.config).config.get("kernel_initializer")
    config = initializer.get("config") if isinstance(initializer, Mapping) else None
    return isinstance(config, Mapping) and "dtype" in config
