"""All libraries timed at the documented work, in groups, each group beside the oracle.

So many processes of TensorFlow do not fit into memory together. Ratios of different groups can be
compared because all of them are ratios to the same oracle, which takes part in every group.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lstm_spec.bench.documented import Documented
from lstm_spec.bench.intervals import interval
from lstm_spec.bench.placing import nothing_kept
from lstm_spec.bench.side_by_side import Group, Say, Settings
from lstm_spec.comparison.training_speed import Speeds
from lstm_spec.environments import recipes
from lstm_spec.run.local import cores, one_thread_each
from lstm_spec.study.study import environment
from lstm_spec.subjects.find import DEFAULT_ORACLE, find, known

PROCESSOR = Path("/proc/cpuinfo")
"""Where Linux names it."""

GROUP = 10
"""Subjects at a time, the oracle not counted: about eight gigabytes of TensorFlow."""


def measure(
    names: Sequence[str],
    works: Sequence[Documented],
    settings: Settings,
    command: str,
    say: Say = lambda what: None,
    keep: Callable[[Speeds], None] = lambda speeds: None,
) -> Speeds:
    """Every named subject at every work; ``keep`` is given what there is after each group.

    A subject that is not there, does other work, fails or exceeds its limit costs only itself.
    Raises SubjectFailed if the oracle fails, ValueError where the extra ``bench`` is missing.
    """
    interval([1.0, 2.0, 3.0])  # better missed now than after the first group
    speeds = Speeds(
        command,
        datetime.date.today().isoformat(),
        {**environment(), **machine()},
        settings.rounds,
        settings.seconds,
        DEFAULT_ORACLE,
        [one.as_work for one in works],
    )
    order = [one.name for one in works]
    others = [name for name in dict.fromkeys(names) if name != DEFAULT_ORACLE]
    with one_thread_each(), nothing_kept():
        there = list(_there(others, speeds))
        for number, first in enumerate(range(0, max(1, len(there)), GROUP), 1):
            group = there[first : first + GROUP]
            say(f"group {number}: {', '.join(group) or DEFAULT_ORACLE}")
            Group(number, works, settings, speeds, say).measure(group)
            speeds.without.sort(
                key=lambda one: (order.index(one.work), [DEFAULT_ORACLE, *there].index(one.subject))
            )
            keep(speeds)
    return speeds


def machine() -> dict[str, str]:
    """The processor, as far as the system names it, and how busy the machine was before."""
    found = {}
    if PROCESSOR.is_file():
        lines = [one.partition(":") for one in PROCESSOR.read_text("utf-8").splitlines()]
        names = [value.strip() for key, _, value in lines if key.strip() == "model name"]
        found.update({"processor": names[0]} if names else {})
    if hasattr(os, "getloadavg"):
        found["load"] = f"{os.getloadavg()[0]:.1f} on {len(cores())} cores"
    return found


def check(name: str) -> None:
    """Raise NoSuchSubject for a name that leads nowhere, before anything is started."""
    if ":" not in name and name not in known() and name not in recipes():
        find(name)  # which says what there is


def _there(names: Sequence[str], speeds: Speeds) -> Iterator[str]:
    """Those whose environment has been created; the others are noted with the way to create it."""
    made = recipes()
    for name in names:
        if name not in known() and name in made and not made[name].is_ready:
            speeds.absent[name] = (
                f"its environment has not been created: lstm-spec env create {name}"
            )
        else:
            yield name
