"""What is noted while a file is given its meaning: remarks, and the reasons for each choice."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Meaning:
    """A word of the file, what it was taken to mean, and why."""

    word: str
    means: str
    because: str


@dataclass(frozen=True)
class Remark:
    """Something that a user should know about one layer, or about the whole model (no layer)."""

    layer: str
    sentence: str


@dataclass
class Notes:
    """Collected in the order of the layers, each sentence once."""

    meanings: list[Meaning] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def mean(self, word: str, means: str, because: str) -> None:
        """Note what a word means and why."""
        one = Meaning(word, means, because)
        if one not in self.meanings:
            self.meanings.append(one)

    def remark(self, layer: str, sentence: str) -> None:
        """Note something remarkable."""
        one = Remark(layer, sentence)
        if one not in self.remarks:
            self.remarks.append(one)
