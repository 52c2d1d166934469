"""``docs/training-speed.md``: how fast every Keras and other libraries train the pipelines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from lstm_spec.comparison import training_speed
from lstm_spec.comparison.training_speed import KERASES, Figure, NoFigure, Speeds, Subject, Work
from lstm_spec.output.wording import counted

FILE = "docs/data/speed/training.json"

HEAD = """# How fast each library trains the documented pipelines

This page shows what one update of the documented pipelines costs in every pinned Keras and in other
libraries, and what one step of inference costs when the state is carried from step to step.

This command measured every figure of this page on {date}:

```console long: needs the environments and a quarter of an hour
$ {command}
```

The machine: {machine}.

`lstm-spec upgrade BEFORE AFTER` says what becomes of the speed in an upgrade.

Written by `python -m lstm_spec.site.pages`; do not edit.

![How many times as long as the oracle each release takes](images/training-speed.svg)

A line joins the releases of one library on one backend, from the oldest to the newest; it is dashed
across releases that have no figure there, and the reasons are below. The scale is logarithmic: each
rule is ten times the one below it.

## How it was measured

- Every subject runs in the interpreter of its pinned environment. The timed loop runs there, too:
  nothing is sent while the clock runs.
- All processes are timed on one core, with one thread of linear algebra. The members of a group (in
  the last table) take turns in {rounds} rounds of at least {seconds:g} s each, unless the document
  has fewer epochs, and the NumPy oracle takes part in every group. A ratio is that of one round:
  how many times as long as the oracle.
- All start from the same weights and read the same rows in the same order. Where a document
  shuffles, the rows stay in order here, since each library shuffles in its own way; validation
  inside `fit` is left out. `moving-average:input_len=63` is the moving average with the first 50
  of its 800 updates.
- A library with `fit` trains by `fit`, as its document does: one call for all epochs, or one call
  for each epoch where the state is reset or the data are new. Where one call runs all epochs, so
  many are timed that what `fit` does before its first epoch is at most a fifth of a round (in the
  document it is much less). A library without `fit` trains by a
  loop over its own update, `train_on_batch` of its adapter. The fast reference (`jax`) and the C
  loop train whole runs in one call.
- One step of inference is a `predict` of one letter by the stateful network; a pass has ten
  letters. A library that carries no state by itself is given back the state that its last call
  returned (`call`).
- The figures of a library without `fit` are those of its adapter in `reference/adapters`, which
  hands NumPy arrays over and back in every update. A loop of your own that keeps them in the
  library, or compiles the whole update, can be faster.
- Building, tracing and compiling are not in the figures; they are in the table of first seconds.
  Members of a group are prepared on all cores, one on each at a time.
- Keras on Theano runs as its recipe says, with `linker=py`: without the C compiler that Theano
  would use, since this keeps an installation simple. It would be faster with it.
- **The same work or no figure.** Before a subject is timed, the losses of its first epochs and the
  weights after them, or the outputs of a pass, are compared with those of the oracle in the process
  that is timed. Who differs has no figure: an engine that forgets its state, or makes another
  update, does other work. The reasons are listed below, with the clauses of STATE and TRAIN that
  the report of the subject has as failed for the same reason. A mistake that shows only now and
  then (a race of TensorFlow 1) may be missing in a run: what was timed then did the same work.
- In brackets is the 95 % interval of the median over the rounds, by order statistics.
"""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def read(root: Path) -> Speeds:
    """The measurement of a checkout."""
    return training_speed.read(root / FILE)


def page(speeds: Speeds, more: str = "") -> str:
    """The page as Markdown; ``more`` is a section that follows how it was measured."""
    found = speeds.environment
    head = HEAD.format(
        command=speeds.command,
        date=speeds.date,
        machine=machine(found),
        rounds=speeds.rounds,
        seconds=speeds.seconds,
    )
    parts = [
        head,
        more,
        _section(_slower(speeds)),
        _section(_table(speeds, "Microseconds of one update or step", _micros)),
        _section(_table(speeds, "Times as long as the oracle", _ratio)),
        _section(_table(speeds, "Microseconds of one sample-step", _sample_step, SAMPLE_STEPS)),
        _section(_reasons(speeds)),
        _section(_table(speeds, "First seconds", _first, FIRST)),
        _section(_subjects(speeds)),
        _section(_absent(speeds)),
    ]
    return "\n".join(part for part in parts if part)


SAMPLE_STEPS = """A sample-step is one time step of one row: an update of 25 rows with one step each
has 25.
"""
FIRST = """Seconds to build the network, to compile it, and to train the updates, or make the steps,
that are compared with those of the oracle.
"""


def short(work: Work) -> str:
    """The name of a work, short enough for the head of a column."""
    name = work.name.split(": ")[0].split(":")[0]
    return name.removeprefix("alphabet-").replace("-", " ")


def label(one: Subject) -> str:
    """The name by which a subject is called on the command line; an address says whose it is."""
    return f"{one.library} (`{one.name}`)" if ":" in one.name else one.name


def machine(found: Mapping[str, str]) -> str:
    """In words, as far as it is known."""
    told = [
        found.get("processor", ""),
        found.get("machine", ""),
        f"Python {found['python']}" if "python" in found else "",
        f"load before the start {found['load']}" if "load" in found else "",
    ]
    return ", ".join(one for one in told if one)


def _section(lines: Iterator[str]) -> str:
    found = list(lines)
    return "\n".join(found) + "\n" if found else ""


def _table(
    speeds: Speeds,
    title: str,
    cell: Callable[[Figure, Work], str],
    told: str = "",
) -> Iterator[str]:
    yield f"## {title}\n"
    if told:
        yield told
    for heading, chosen in (
        ("Keras", [one for one in speeds.subjects if one.name.startswith(KERASES)]),
        ("Others", [one for one in speeds.subjects if not one.name.startswith(KERASES)]),
    ):
        if not chosen:
            continue
        yield f"| {heading} | {' | '.join(short(work) for work in speeds.works)} |"
        yield f"| --- |{' ---: |' * len(speeds.works)}"
        for one in chosen:
            cells = [_shown(speeds, one, work, cell) for work in speeds.works]
            yield f"| {label(one)} | {' | '.join(cells)} |"
        yield ""


def _shown(speeds: Speeds, one: Subject, work: Work, cell: Callable[[Figure, Work], str]) -> str:
    figure = speeds.figure(one.name, work.name)
    if figure is not None:
        return cell(figure, work)
    reason = speeds.reason(one.name, work.name)
    if reason is None:
        return ""
    return "-" if reason.kind == "not supported" else f"no: {_letter(speeds, reason)}"


def _micros(figure: Figure, work: Work) -> str:
    return number(figure.microseconds.median)


def _ratio(figure: Figure, work: Work) -> str:
    one = figure.ratio
    return f"{number(one.median)} ({number(one.low)} to {number(one.high)})"


def _sample_step(figure: Figure, work: Work) -> str:
    return number(figure.microseconds.median / work.sample_steps)


def _first(figure: Figure, work: Work) -> str:
    return f"{figure.first_seconds:.2f}"


def number(value: float) -> str:
    """Three significant digits, and never an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _slower(speeds: Speeds) -> Iterator[str]:
    yield "## Releases that take more than 10 % longer than the one before\n"
    found = speeds.slower()
    if not found:
        yield "There is none whose interval does not overlap with that of the release before."
        return
    yield "| work | from | to | times as long |"
    yield "| --- | --- | --- | ---: |"
    for one in found:
        factor = one.factor
        yield (
            f"| {one.work} | {one.before} | {one.after} | {number(factor.median)} "
            f"({number(factor.low)} to {number(factor.high)}) |"
        )
    yield (
        "\nOnly steps between successive releases of one library on one backend are listed, and "
        "only where the intervals of the two ratios to the oracle do not overlap. A release "
        "without a figure is passed over."
    )


def _causes(speeds: Speeds) -> dict[str, list[NoFigure]]:
    """Those that were asked and have no figure, by the reason that their reports know, or said."""
    found: dict[str, list[NoFigure]] = {}
    for one in speeds.without:
        if one.kind != "not supported":
            found.setdefault(_cause(one), []).append(one)
    return found


def _cause(one: NoFigure) -> str:
    """What several subjects have in common: the cause, or else what was seen."""
    _, proven, forgets = one.why.rpartition(": they are ")
    return one.cause or (f"its numbers are {forgets}" if proven else one.why)


def _letter(speeds: Speeds, reason: NoFigure) -> str:
    place = list(_causes(speeds)).index(_cause(reason))
    first, last = divmod(place, len(LETTERS))
    return (LETTERS[first - 1] if first else "") + LETTERS[last]


def _reasons(speeds: Speeds) -> Iterator[str]:
    causes = _causes(speeds)
    if not causes:
        return
    yield "## No figure, and why\n"
    yield (
        "The letter stands in the tables above. A dash there means that the library does not offer "
        "what the work needs, for instance a layer that carries its state.\n"
    )
    yield "| | reason | of whom | first of its numbers | clauses |"
    yield "| --- | --- | --- | --- | --- |"
    for reason, found in causes.items():
        works: dict[str, list[str]] = {}
        for one in found:
            works.setdefault(one.subject, []).append(_short_name(speeds, one.work))
        whom = "; ".join(f"{name}: {', '.join(listed)}" for name, listed in works.items())
        clauses = dict.fromkeys(clause for one in found for clause in one.clauses)
        letter = _letter(speeds, found[0])
        seen = plain(found[0].why)
        yield f"| {letter} | {plain(reason)} | {whom} | {seen} | {', '.join(clauses)} |"


def _short_name(speeds: Speeds, name: str) -> str:
    return next(short(work) for work in speeds.works if work.name == name)


def plain(text: str) -> str:
    """Text in one cell of a table."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").split())


def _subjects(speeds: Speeds) -> Iterator[str]:
    yield "## Who was timed\n"
    yield "| name | library | backend | Python | memory, MB | threads | group | asked by |"
    yield "| --- | --- | --- | --- | ---: | ---: | ---: | --- |"
    for one in speeds.subjects:
        ways = dict.fromkeys(o.way for o in speeds.figures if o.subject == one.name)
        yield (
            f"| {label(one)} | {one.library} {one.version} | {one.backend} | {one.python} | "
            f"{one.memory / 1e6:.0f} | {one.threads} | {one.group} | {', '.join(ways)} |"
        )
    timed = _with_figures(speeds)
    yield (
        f"\n{counted(len(timed), 'subject')} of {len(speeds.subjects)} have at least one figure; "
        f"there are {counted(len(speeds.figures), 'figure')} in all. Memory is the largest "
        "resident set of the process over all its works; threads are those of the process, which "
        "share one core."
    )


def _with_figures(speeds: Speeds) -> Sequence[str]:
    return list(dict.fromkeys(one.subject for one in speeds.figures))


def _absent(speeds: Speeds) -> Iterator[str]:
    if not speeds.absent:
        return
    yield "## Not measured\n"
    for name, why in speeds.absent.items():
        yield f"- {name}: {plain(why)}"
