"""What was found about one engine: whether it loads the file, computes the same, and carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lstm_spec.meaning.refusals import NO_REFUSAL, Refusal
from lstm_spec.saved_models.engines.layer_by_layer import Divergence, LayerDifference
from lstm_spec.saved_models.engines.loading import Loaded

Verdict = Literal["agrees", "deviates", "refused", "not supported", "unusable"]

MEANS: dict[Verdict, str] = {
    "agrees": "computes the same",
    "deviates": "computes something else",
    "refused": "does not load the file",
    "not supported": "could not be asked",
    "unusable": "could not be used",
}


@dataclass(frozen=True)
class Computed:
    """The outputs of a model in an engine compared with those of the oracle.

    ``how`` says which model: the one that the engine loaded, or the one rebuilt from what was read.
    Where it could not be asked, ``not_asked`` says why, and nothing else counts. ``random``: two
    predictions of the same rows differ.
    """

    how: Literal["loaded", "rebuilt"]
    largest: float = 0.0
    scale: float = 0.0
    tolerance: float = 0.0
    shape: str = ""
    """What is wrong with the form of the outputs; empty where it is right."""
    error: str = ""
    """The first line of what the engine raised when it was run."""
    refusal: Refusal = NO_REFUSAL
    divergence: Divergence | None = None
    differences: tuple[LayerDifference, ...] = ()
    diagnosis: str = ""
    hint: str = ""
    """Where no convention gives the numbers: what would give a difference of this size."""
    random: bool = False
    not_asked: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the outputs are the oracle's to within what rounding explains."""
        wrong = self.shape or self.error or self.not_asked or self.random
        return not wrong and self.largest <= self.tolerance

    @property
    def judged(self) -> bool:
        """Whether there was anything to compare."""
        return not self.not_asked

    @property
    def in_short(self) -> str:
        """In two or three words."""
        if self.not_asked:
            return "not asked"
        if self.error:
            return "does not run"
        if self.random:
            return "random"
        return "the same" if self.agrees else "something else"

    @property
    def sentences(self) -> Iterator[str]:
        """In words."""
        model = f"the {self.how} model"
        if self.not_asked:
            yield f"{model} was not run: {self.not_asked}"
        elif self.error:
            yield f"{model} does not run: {self.error}"
            if self.refusal.is_known:
                yield f"because {self.refusal.cause}; repair: {self.refusal.repair}"
        elif self.shape:
            yield f"{model} gives outputs of another shape: {self.shape}"
        elif self.random:
            yield f"{model} gives other outputs each time: random on purpose, so not compared"
        else:
            share = self.largest / self.scale if self.scale else self.largest
            verb = "computes the same" if self.agrees else "computes something else"
            yield f"{model} {verb}: at most {share:.1e} of the outputs' scale apart"
            if not self.agrees:
                if self.divergence is not None:
                    yield self.divergence.sentence
                unknown = "no known convention gives these numbers"
                yield self.diagnosis or (f"{unknown}; {self.hint}" if self.hint else unknown)


@dataclass(frozen=True)
class Carried:
    """One way to run a model other than on its rows as they are.

    ``agrees`` is None where it was not asked; ``sentence`` says what differs, or why not.
    """

    how: Literal["loaded", "rebuilt"]
    title: str
    agrees: bool | None
    sentence: str


@dataclass(frozen=True)
class EngineFindings:
    """Everything about one engine; ``lost`` says why it could not be used at all."""

    name: str
    version: str = ""
    backend: str = ""
    loaded: Loaded | None = None
    refusal: Refusal = NO_REFUSAL
    no_loader: str = ""
    """Why its own loader was not asked; empty where it was."""
    computed: tuple[Computed, ...] = ()
    carried: tuple[Carried, ...] = ()
    lost: str = ""
    seconds: float = 0.0

    @property
    def loads(self) -> bool | None:
        """Whether its loader opens the file, None where it was not asked."""
        if self.loaded is None or self.loaded.loads == "not its format":
            return None
        return self.loaded.loads != "no"

    @property
    def verdict(self) -> Verdict:
        """In one word. A model that is random on purpose is judged by the rebuilt one."""
        judged = [one for one in self.computed if one.judged and not one.random]
        wrong = [one for one in judged if not one.agrees]
        wrong_runs = [one for one in self.carried if one.agrees is False]
        if wrong or wrong_runs:
            return "deviates"
        if self.loads is False:
            return "refused"
        if self.lost:
            return "unusable"
        return "agrees" if judged else "not supported"

    @property
    def title(self) -> str:
        """Name and version."""
        version = f" ({self.version} on {self.backend})" if self.backend else ""
        return f"{self.name}{version or (f' ({self.version})' if self.version else '')}"

    @property
    def loading(self) -> Iterator[str]:
        """What its loader says, in sentences."""
        if self.no_loader:
            yield f"its own loader was not asked: {self.no_loader}"
            return
        loaded = self.loaded
        if loaded is None:
            return
        if loaded.loads == "not its format":
            yield "its own loader reads other files only"
        elif loaded.loads == "yes":
            yield "loads the file"
        elif loaded.loads == "without compiling":
            yield f"loads the file with compile=False only; else: {first(loaded.error)}"
        else:
            yield f"does not load the file: {first(loaded.error)}"
        if loaded.loads in ("no", "without compiling"):
            if self.refusal.is_known:
                yield f"because {self.refusal.cause}"
                yield f"repair: {self.refusal.repair}"
            else:
                yield "the cause is not a known one"


def first(text: str) -> str:
    """The first line, short enough for a terminal."""
    line = (text.strip().splitlines() or [""])[0]
    return line if len(line) <= 200 else f"{line[:200]} ..."
