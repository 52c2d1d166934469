"""A stored Keras model: what its input is, and who wrote it."""

from __future__ import annotations

from lstm_spec.formats.stored import NotReadable, NotSpecified, Stored, StoredLayer
from lstm_spec.meaning.assembly import assembled
from lstm_spec.meaning.keras_layers import meant
from lstm_spec.meaning.saved_model import Input, SavedModel
from lstm_spec.meaning.writer import Writer


def of_keras(stored: Stored) -> SavedModel:
    """What a Keras file computes. Raises NotSpecified and NotReadable as ``assembled`` does."""
    writer = Writer(stored.library, stored.version, stored.backend)
    return assembled(stored, writer, the_input(stored), meant)


def the_input(stored: Stored) -> Input:
    """What the model is given, from its configuration, or else from its first arrays."""
    first = next((one for one in stored.layers if one.kind != "InputLayer"), None)
    if first is None:
        raise NotSpecified("the model has no layers beside its input")
    shape = stored.input_shape
    if first.kind == "Embedding":
        tokens = first.config.get("input_dim")
        steps = shape[1] if shape and len(shape) == 2 else first.config.get("input_length")
        steps = steps if isinstance(steps, int) else None
        return Input("tokens", (shape[0] if shape else None, steps), int(tokens or 0) or None)
    if shape is None:
        return Input("sequence", (None, None, features_of(first)))
    if len(shape) == 2 and shape[1] is not None:
        return Input("vector", shape)
    if len(shape) == 3:
        features = shape[2] if shape[2] is not None else features_of(first)
        return Input("sequence", (shape[0], shape[1], features))
    raise NotSpecified(
        f"the input has the shape {shape}: only sequences (batch, time, features), vectors (batch, "
        "features) and tokens (batch, time) are specified"
    )


def features_of(layer: StoredLayer) -> int:
    """How many features the first layer reads, by its first array."""
    if not layer.arrays or not layer.arrays[0].values.ndim:
        raise NotReadable(f"the file does not say the shape of its input, nor does {layer}")
    return int(layer.arrays[0].values.shape[-2 if layer.arrays[0].values.ndim > 1 else 0])
