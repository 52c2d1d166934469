"""What the oracle says about a file, computed once for all engines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from lstm_spec.contract import Implementation
from lstm_spec.saved_models.engines import rebuilding
from lstm_spec.saved_models.engines.layer_by_layer import (
    Place,
    places,
)
from lstm_spec.saved_models.engines.replays import Replay, replays
from lstm_spec.saved_models.examination import Examination, engine

Array = NDArray[Any]


@dataclass(frozen=True)
class Truth:
    """What the oracle says about a file, computed once for all engines."""

    examined: Examination
    architecture: Path | None
    oracle: Implementation

    @cached_property
    def places(self) -> list[Place]:
        """Its outputs behind every layer."""
        return places(self.examined, self.oracle)

    @cached_property
    def replays(self) -> list[tuple[Replay, list[Array]]]:
        """Every replay with its outputs, without those that the model cannot do."""
        found = []
        for one in replays(self.examined):
            try:
                found.append((one, self.outputs_of(one)))
            except ValueError:
                continue  # too few steps for a convolution, for example
        return found

    def outputs_of(self, replay: Replay) -> list[Array]:
        """What the oracle gives for the calls of a replay."""
        saved = self.examined.saved
        cut = (
            replace(saved, spec=replace(saved.spec, time_steps=None)) if self.cut(replay) else saved
        )
        model = engine(cut, self.oracle, cut.weights)
        return list(rebuilding.answers(self.oracle, model, cut, list(replay.calls)))

    def cut(self, replay: Replay) -> bool:
        """Whether a replay gives another number of steps than the file fixes."""
        fixed = self.examined.saved.spec.time_steps
        return fixed is not None and replay.lengths != {fixed}

    @property
    def right(self) -> Array:
        """The outputs for the rows, batch first."""
        return self.examined.saved.batch_first(self.examined.outputs)
