"""The arguments of one layer of a file, taken one by one: what is left over is refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lstm_spec.formats.stored import NotReadable, NotSpecified, StoredLayer
from lstm_spec.meaning.notes import Notes
from lstm_spec.meaning.writer import Writer

MISSING = object()

WITHOUT_MEANING = (
    "_initializer",
    "_regularizer",
    "_constraint",
)
"""Endings of arguments that say how training goes, or began."""

IDLE = frozenset(
    {
        # what every layer has
        "name",
        "trainable",
        "dtype",
        "batch_input_shape",
        "batch_shape",
        "input_shape",
        "input_dtype",
        "input_dim",
        "input_length",
        "sparse",
        "ragged",
        "optional",
        "autocast",
        "create_timedistributed",
        # how Keras 1 called initialisers
        "init",
        "inner_init",
        "forget_bias_init",
        # how a recurrent layer is computed, not what
        "implementation",
        "consume_less",
        "unroll",
        "use_cudnn",
        "seed",
        # training alone
        "momentum",
        "synchronized",
        "noise_shape",
        "fused",
        "renorm_momentum",
        "renorm_clipping",
    }
)
"""Arguments that decide nothing of what a layer computes outside training."""


class Arguments:
    """The configuration of one layer.

    ``take`` returns an argument and strikes it off the list; ``done`` refuses what is left.
    """

    def __init__(self, layer: StoredLayer, writer: Writer, notes: Notes) -> None:
        self.layer, self.writer, self.notes = layer, writer, notes
        self.left = dict(layer.config)

    def take(self, *names: str, default: Any = MISSING) -> Any:
        """The value under the first of these names that is there.

        Raises NotReadable where it is missing and there is no default.
        """
        found = default
        for name in reversed(names):
            if name in self.left:
                found = self.left.pop(name)
        if found is MISSING:
            raise NotReadable(f"the layer {self.layer} does not say its {names[0]!r}")
        return found

    def number(self, *names: str, default: Any = MISSING) -> float:
        """A number, which older Kerases wrote as an object with a ``value``, too."""
        value = self.take(*names, default=default)
        if isinstance(value, Mapping):
            value = value.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotReadable(f"the layer {self.layer} says {names[0]} = {value!r}, no number")
        return float(value)

    def count(self, *names: str, default: Any = MISSING) -> int:
        """A whole number above zero, which may stand alone in a list."""
        value = self.take(*names, default=default)
        if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
            value = value[0]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise NotReadable(
                f"the layer {self.layer} says {names[0]} = {value!r}, no whole number above zero"
            )
        return value

    def flag(self, *names: str, default: Any = MISSING) -> bool:
        """True or False."""
        value = self.take(*names, default=default)
        if not isinstance(value, bool) and value not in (0, 1):
            raise NotReadable(f"the layer {self.layer} says {names[0]} = {value!r}, no truth value")
        return bool(value)

    def only(self, name: str, *allowed: Any) -> None:
        """An argument that may be missing, and has one of these values. Raises NotSpecified."""
        value = self.take(name, default=allowed[0])
        if value not in allowed:
            raise NotSpecified(
                f"the layer {self.layer} has {name} = {value!r}, which is not specified"
            )

    def done(self) -> None:
        """Refuse arguments that nobody asked for: they may decide what the layer computes."""
        for name, value in self.left.items():
            if name in IDLE or name.endswith(WITHOUT_MEANING):
                continue
            if value is None or value is False:
                continue  # not set: an argument of a Keras newer than this reader, at its default
            raise NotSpecified(
                f"the layer {self.layer} has an argument {name} = {value!r:.60} that this "
                "specification does not know"
            )
