"""Who wrote a file: its library and version decide what its words mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAMES = {"keras": "Keras", "tf.keras": "tf.keras", "onnx": "ONNX", "pytorch": "PyTorch"}


@dataclass(frozen=True)
class Writer:
    """The library that wrote a file, with its version (empty if the file does not say)."""

    library: str
    version: str
    backend: str = ""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers; empty where it is not known."""
        found = re.match(r"\d+(?:\.\d+)*", self.version)
        return tuple(int(one) for one in found[0].split(".")) if found else ()

    @property
    def generation(self) -> int | None:
        """1, 2 or 3 for a Keras, None for anything else or where it is not known."""
        return self.numbers[0] if self.numbers and "keras" in self.library else None

    def before(self, *version: int) -> bool:
        """Whether it is certainly older than a version."""
        return bool(self.numbers) and self.numbers < version

    @property
    def flips_kernels(self) -> bool:
        """Whether its convolutions turn the kernel round: Theano's did, in Keras 1 and 2."""
        return self.backend.startswith("theano")

    def __str__(self) -> str:
        name = NAMES.get(self.library, self.library)
        version = self.version or "of unknown version"
        on = f" on {self.backend}" if self.backend else ""
        return f"{name} {version}{on}"
