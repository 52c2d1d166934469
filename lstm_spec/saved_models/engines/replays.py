"""What is asked of a model besides its rows as they are: pieces, batches, lengths, resets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.saved_models.engines.rebuilding import Call
from lstm_spec.saved_models.examination import Examination
from lstm_spec.saved_models.vectors import cuts

Array = NDArray[Any]

MOST_STEPS = 8
"""So many steps are given one at a time; the rest follow in one piece."""


@dataclass(frozen=True)
class Replay:
    """Calls in their order, from a state of zero; None is a reset."""

    title: str
    calls: tuple[Call | None, ...]

    @property
    def gives_states(self) -> bool:
        """Whether a call starts from the final states of the one before."""
        return any(call is not None and call.carried for call in self.calls)

    @property
    def forgetting(self) -> Replay:
        """The same calls, each from a state of zero."""
        calls: list[Call | None] = []
        for call in self.calls:
            calls += [None, call and replace(call, carried=False)]
        return Replay(self.title, tuple(calls))

    @property
    def lengths(self) -> set[int]:
        """The numbers of steps that are given."""
        return {call.x.shape[1] for call in self.calls if call is not None}


def replays(examined: Examination) -> Iterator[Replay]:
    """Everything that this model can be asked."""
    saved = examined.saved
    x = np.asarray(examined.data.of_specification(saved), np.float64)
    batch = saved.spec.batch_size or len(x)
    if saved.spec.batch_size is None and len(x) > 1:
        yield Replay("one row at a time", (Call(x, 1),))
        if len(x) > 2:
            yield Replay("batches of 2 rows", (Call(x, 2),))
    if saved.spec.stateful:
        again = Call(x, batch)
        yield Replay("carried from call to call, and reset", (again, again, None, again))
    steps = x.shape[1]
    if saved.input.time_steps is None and steps > 1:
        yield Replay(f"{steps // 2} steps in place of {steps}", (Call(x[:, : steps // 2], batch),))
        longer = np.concatenate([x, x[:, ::-1]], axis=1)
        yield Replay(f"{2 * steps} steps in place of {steps}", (Call(longer, batch),))
    if cuts(examined):
        first = x[:batch]
        yield Replay("in two pieces, the state carried", pieces(first, [steps // 2]))
        singly = list(range(1, min(steps, MOST_STEPS)))
        if len(singly) > 1:
            yield Replay("one step at a time, the state carried", pieces(first, singly))


def pieces(x: Array, places: list[int]) -> tuple[Call, ...]:
    """Calls on consecutive steps, each from the states that the one before left."""
    parts = [part for part in np.split(x, places, axis=1) if part.shape[1]]
    return tuple(Call(part, len(x), carried=True) for part in parts)
