"""Where a mask reaches: only there does it matter what a layer does at masked steps."""

from __future__ import annotations

from typing import assert_never

from lstm_spec.model import (
    LSTM,
    ActivationLayer,
    AnyLayer,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    Masking,
    MaxPooling1D,
    ModelSpec,
    ReLU,
    RepeatVector,
    Reshape,
    TimeDistributed,
)


def masked(spec: ModelSpec) -> tuple[bool, ...]:
    """For every layer whether a mask comes in, if the caller gives none."""
    found, here = [], False
    for layer in spec.layers:
        found.append(here)
        here = goes_on(layer, here)
    return tuple(found)


def goes_on(layer: AnyLayer, here: bool) -> bool:
    """Whether a mask stands behind a layer that one comes into or does not."""
    match layer:
        case Masking():
            return True
        case Embedding():
            return layer.mask_zero
        case LSTM():
            return here and layer.return_sequences
        case Bidirectional():
            return here and layer.layer.return_sequences
        case Dense() | TimeDistributed() | Dropout() | ActivationLayer() | ReLU():
            return here
        case BatchNormalization() | LayerNormalization():
            return here
        case Conv1D() | MaxPooling1D() | GlobalAveragePooling1D() | GlobalMaxPooling1D():
            return False
        case RepeatVector() | Flatten() | Reshape():
            return False
    assert_never(layer)
