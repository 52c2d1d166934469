"""The activations by the name that a file gives them, for the version that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from lstm_spec.formats.stored import NotSpecified
from lstm_spec.meaning.notes import Notes
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import Activation

PLAIN = (
    "linear",
    "tanh",
    "sigmoid",
    "relu",
    "softmax",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "exponential",
    "gelu",
    "mish",
    "relu6",
    "celu",
    "hard_tanh",
    "hard_shrink",
    "soft_shrink",
    "tanh_shrink",
    "log_sigmoid",
    "log_softmax",
    "sparse_plus",
    "sparse_sigmoid",
    "squareplus",
)
"""Words that have meant the same in every Keras that had them."""

OTHER_NAMES = {
    "swish": "silu",
    "silu": "silu",
    "hard_swish": "hard_silu",
    "hard_silu": "hard_silu",
    "leaky_relu": "leaky_relu",
    "softmax_v2": "softmax",
    "sparsemax": "sparsemax_keras3",
}
"""Words with an equal of another name."""

CANNOT = {
    "glu": "halves the width of what it is given",
    "threshold": "needs two numbers that no configuration holds",
}


def activation(word: Any, writer: Writer, notes: Notes, where: str) -> Activation:
    """What the word means for this writer.

    ``where`` names the layer and the argument. Raises NotSpecified for a function of the user's
    own, and for a word that no Keras has.
    """
    if word is None:
        return "linear"
    name = function_name(word)
    if name is None:
        raise NotSpecified(
            f"{where} is {described(word)}, a function of its author's own, whose code the file "
            "does not hold"
        )
    if name == "hard_sigmoid":
        return hard_sigmoid(writer, notes)
    if name in PLAIN:
        return cast(Activation, name)
    if name == "sparsemax":
        notes.mean(
            "sparsemax",
            "what Keras 3 computes, whose outputs rarely add up to 1",
            "its threshold adds up all partial sums where the published function takes the last",
        )
    if name in OTHER_NAMES:
        return cast(Activation, OTHER_NAMES[name])
    if name in CANNOT:
        raise NotSpecified(f"{where} is {name!r}, which {CANNOT[name]}")
    raise NotSpecified(
        f"{where} is {name!r}, which is no activation of Keras: probably a function of its "
        "author's own, whose code the file does not hold"
    )


def hard_sigmoid(writer: Writer, notes: Notes) -> Activation:
    """The word that changed its meaning with Keras 3."""
    if writer.generation is None:
        raise NotSpecified(
            "hard_sigmoid means clip(0.2 x + 0.5, 0, 1) up to Keras 2 and tf.keras, and "
            "clip(x / 6 + 0.5, 0, 1) in Keras 3, and the file does not say which Keras wrote it"
        )
    if writer.generation < 3:
        notes.mean(
            "hard_sigmoid",
            "clip(0.2 x + 0.5, 0, 1)",
            f"{writer} wrote the file; the word means clip(x / 6 + 0.5, 0, 1) only since Keras 3",
        )
        return "hard_sigmoid_keras2"
    notes.mean(
        "hard_sigmoid",
        "clip(x / 6 + 0.5, 0, 1)",
        f"{writer} wrote the file; up to Keras 2 the word meant clip(0.2 x + 0.5, 0, 1)",
    )
    return "hard_sigmoid_keras3"


def function_name(word: Any) -> str | None:
    """The name of an activation: a word, or the object that newer Kerases write for a function."""
    if isinstance(word, str):
        return None if ">" in word else word
    if isinstance(word, Mapping) and word.get("class_name") == "function":
        registered = word.get("registered_name")
        name = word.get("config")
        own = str(word.get("module", "builtins")).split(".")[0] not in ("builtins", "keras")
        if isinstance(name, str) and not own and registered in (None, name, "function"):
            return name
    return None


def described(word: Any) -> str:
    """What stands in the file, short enough for a sentence."""
    if isinstance(word, Mapping):
        return repr(word.get("registered_name") or word.get("config") or word.get("class_name"))
    return repr(word)
