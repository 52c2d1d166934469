"""From one report to another: what becomes different for a user, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lstm_spec import expectations
from lstm_spec.comparison import upgraded_speed
from lstm_spec.comparison.matrix import Column, remarks, statements
from lstm_spec.comparison.saved_files import Loads
from lstm_spec.comparison.training_speed import Speeds
from lstm_spec.comparison.upgraded_files import UpgradedFiles, in_lines, upgraded
from lstm_spec.expectations import Expectation
from lstm_spec.output.wording import counted, listed

FAMILY_MEANS = {
    "STATE": "what a stateful model carries from batch to batch",
    "LIFE": "which operations keep, move or clear the carried state",
    "PIPE": "the documented experiments",
    "TRAIN": "training",
    "GRAD": "gradients",
    "MASK": "masked steps",
    "SEQ": "sequences, directions and stacks",
    "CELL": "one step of the network",
    "DATA": "the preparation of data",
}
"""In the order in which a user of a stateful model wants to hear of them."""

EXPERIMENTS = {
    "stateful moving average|^The moving average is predicted": "the stateful moving average",
    "alphabet-stateful|stateful network": "the alphabet with a carried state",
    "echo-whole-sequence|^The echo of": "the echo of whole sequences",
    "encoder-decoder": "the echo by encoder and decoder",
}
"""How the sentences of clauses speak of the experiments that carry a state."""


@dataclass
class Change:
    """One cause, and the clauses whose verdict it changes."""

    reason: str
    told_at: str = ""
    remedy: str = ""
    clauses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Upgrade:
    """Everything that differs between two reports."""

    before: Column
    after: Column
    statements: dict[str, str]
    broken: list[Change]
    """What passed and fails now."""
    fixed: list[Change]
    """What failed and passes now."""
    kept: list[str]
    """Deviations that both have."""
    unanswered: list[str]
    """Passed before and is no longer supported."""
    given_up: list[str]
    """Failed before and is no longer supported: the deviation is gone with the feature."""
    new: list[str]
    """Was not supported before and passes now."""
    new_failures: list[Change]
    """Was not supported before and fails now."""
    broke: list[str]
    """The later adapter broke, and the earlier one did not."""
    unknown: list[str]
    """Not judged in one of the two: missing there, not run, or its adapter broke."""
    defaults: dict[str, tuple[str, str]]
    """Defaults that are not what they were: before and after."""
    files: UpgradedFiles | None = None
    """What becomes of the files that the earlier one saved; None where it was not measured."""
    speed: tuple[str, ...] = ()
    """How the speed of training changes, in lines; none where neither of the two was measured."""


def upgrade(
    before: Column, after: Column, loads: Loads | None = None, speeds: Speeds | None = None
) -> Upgrade:
    """Compare two reports, clause by clause and default by default.

    ``loads`` says who reads whose files, ``speeds`` how fast each trains; both are looked up by
    the names of the reports.
    """
    every = statements([before, after])
    fates: dict[tuple[str, str], list[str]] = {}
    for name in every:
        fates.setdefault((before.verdict(name), after.verdict(name)), []).append(name)
    clear = ("pass", "fail", "unsupported")
    broke = [name for one in clear for name in fates.get((one, "error"), [])]
    unclear = [
        name for fate, names in fates.items() if not set(fate) <= set(clear) for name in names
    ]
    unknown = [name for name in every if name in set(unclear) - set(broke)]
    both = before.defaults.keys() & after.defaults.keys()
    return Upgrade(
        before,
        after,
        every,
        grouped(fates.get(("pass", "fail"), []), after),
        grouped(fates.get(("fail", "pass"), []), before),
        fates.get(("fail", "fail"), []),
        fates.get(("pass", "unsupported"), []),
        fates.get(("fail", "unsupported"), []),
        fates.get(("unsupported", "pass"), []),
        grouped(fates.get(("unsupported", "fail"), []), after),
        broke,
        unknown,
        {
            name: (before.defaults[name], after.defaults[name])
            for name in sorted(both)
            if before.defaults[name] != after.defaults[name]
        },
        upgraded(before.name, after.name, loads),
        tuple(upgraded_speed.in_lines(before.name, after.name, speeds)),
    )


def grouped(names: Iterable[str], failing: Column) -> list[Change]:
    """Failing clauses with the same known reason together, the most consequential ones first.

    A failure that no shipped expectation explains is told in the words of its clause.
    """
    known = known_deviations(failing.name)
    changes: dict[str, Change] = {}
    for name in names:
        expected = known.get(name)
        if expected is None:
            reason = told_by(failing.clauses[name])
            change = changes.setdefault(reason, Change(reason))
        else:
            change = changes.setdefault(
                expected.reason, Change(expected.reason, expected.told_at, expected.remedy)
            )
        change.clauses.append(name)
    families = list(FAMILY_MEANS)

    def weight(change: Change) -> tuple[int, int]:
        first = min(families.index(one.split("-")[0]) for one in change.clauses)
        return (first, -len(change.clauses))

    return sorted(changes.values(), key=weight)


def told_by(failure: Mapping[str, str]) -> str:
    """The clause, and what was found."""
    return f"not so: {failure['statement'].rstrip('.')}; found: {failure['diagnosis']}"


def known_deviations(name: str) -> Mapping[str, Expectation]:
    """The shipped expectations for an environment; none if there is no such file."""
    return expectations.read(name) if name in expectations.shipped() else {}


DEFAULT_ADVICE = {
    "recurrent_activation": "say recurrent_activation= yourself; weights trained with one gate "
    "give other outputs with the other",
    "hard_sigmoid": "a model saved with hard_sigmoid means another function now: give the old one "
    "as a custom function, clip(0.2 x + 0.5, 0, 1)",
    "epsilon_of_adam": "say epsilon= yourself if runs have to repeat",
    "one_hot_dtype": "say dtype= yourself, or convert",
    "accuracy_key": "read the history under the new name",
    "where_resets_live": "call the reset where it lives now",
    "batch_size_is_given": "write the fixed batch size of a stateful model the new way",
}
"""What to do when a default changes, by its name in ``Implementation.defaults``."""


def as_text(found: Upgrade) -> str:
    """The answer as text, in plain sentences."""
    lines = [f"From {found.before.title} ({found.before.name})"]
    lines += [f"to   {found.after.title} ({found.after.name})", ""]
    if notes := remarks([found.before, found.after]):
        lines += [*(f"Note on {note}" for note in notes), ""]
    lines += [*in_lines(found.files), *found.speed]
    if found.defaults:
        lines += ["Defaults that changed", ""]
        for name, (old, new) in found.defaults.items():
            lines.append(f"  * {name.replace('_', ' ')}: {old} -> {new}")
            if name in DEFAULT_ADVICE:
                lines.append(f"    What to do: {DEFAULT_ADVICE[name]}.")
        lines.append("")
    lines += _section("What passed before and fails now", found.broken, found, "What to do: ")
    lines += _section(
        "What was not supported before and fails now",
        found.new_failures,
        found,
        "What to do: ",
    )
    lines += _section("What failed before and passes now", found.fixed, found, "")
    proven = [one for one in found.after.findings if one not in found.before.findings]
    if proven:
        lines += ["Mistakes that the numbers of the later one prove, and those before do not", ""]
        lines += [*(f"  * {one}." for one in proven), ""]
    if found.unanswered:
        lines.append(f"Passed before and is no longer supported: {', '.join(found.unanswered)}.")
    if found.given_up:
        lines.append(f"Failed before and is no longer supported: {', '.join(found.given_up)}.")
    if found.new:
        lines.append(f"Was not supported before and passes now: {', '.join(found.new)}.")
    if found.broke:
        lines.append(f"The adapter of the later one breaks in: {', '.join(found.broke)}.")
    if found.kept:
        lines.append(f"Deviations of both: {', '.join(found.kept)}.")
    if found.unknown:
        unknown = counted(len(found.unknown), "clause")
        lines.append(f"Not compared: {unknown} not judged in both ({listed(found.unknown)}).")
    lost = found.files and (found.files.refused or found.files.other)
    changes = (found.broken, found.fixed, found.defaults, found.unanswered, found.given_up, lost)
    if not any((*changes, found.new, found.new_failures, found.broke)):
        lines.append("No clause and no stated default changes.")
    return "\n".join(lines).rstrip() + "\n"


def examples(clauses: Sequence[str], most: int = 4) -> list[str]:
    """The first clause of each family, the families of most consequence first."""
    firsts: dict[str, str] = {}
    for name in clauses:
        firsts.setdefault(name.split("-")[0], name)
    return [firsts[family] for family in FAMILY_MEANS if family in firsts][:most]


def experiments(sentences: Iterable[str]) -> list[str]:
    """The documented experiments that these sentences of clauses speak of."""
    found: dict[str, None] = {}
    for sentence in sentences:
        for pattern, experiment in EXPERIMENTS.items():
            if re.search(pattern, sentence):
                found[experiment] = None
    return [experiment for experiment in EXPERIMENTS.values() if experiment in found]


def _section(title: str, changes: list[Change], found: Upgrade, advice: str) -> list[str]:
    """One list of changes, each with a few of its clauses in words and all of them by number."""
    if not changes:
        return []
    lines = [title, ""]
    for change in changes:
        lines.append(f"  * {change.reason}.")
        shown = examples(change.clauses)
        for name in shown:
            lines.append(f"      {name}: {found.statements[name]}")
        others = [name for name in change.clauses if name not in shown]
        if others:
            lines.append(f"      and {', '.join(others)}")
        about = experiments(found.statements[name] for name in change.clauses if "PIPE" in name)
        if about:
            lines.append(f"    Documented experiments of which this is true: {', '.join(about)}.")
        if advice and change.remedy:
            lines.append(f"    {advice}{change.remedy}.")
        if change.told_at:
            lines.append(f"    Read: {change.told_at}")
        lines.append("")
    return lines
