"""DATA: every whole number that the builders take, at its least, below it, and between two."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.data_alphabet import BUILDERS
from lstm_spec.conformance.support.data_agreement import ROUNDING, data, refused, same
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.evidence import BrokenAdapter


class Argument(NamedTuple):
    """A whole number that a builder takes, and the other arguments with which it is asked."""

    function: str
    name: str
    least: int
    others: dict[str, Any]
    draws: bool = False
    """Whether the builder draws from a source of random numbers."""


SERIES = np.arange(6) / 4.0
ARGUMENTS = (
    Argument("alphabet.windows", "length", 1, {}),
    Argument("alphabet.variable_length_substrings", "count", 0, {"max_length": 3}, draws=True),
    Argument("alphabet.variable_length_substrings", "max_length", 1, {"count": 3}, draws=True),
    Argument("alphabet.variable_length_substrings", "max_length", 1, {"count": 0}, draws=True),
    Argument("echo.sequence", "length", 1, {}, draws=True),
    Argument("echo.windows", "n_in", 1, {"encoded": np.arange(5), "n_out": 1}),
    Argument("echo.windows", "n_out", 1, {"encoded": np.arange(5), "n_in": 2}),
    Argument("moving_average.rows_to_drop", "tsteps", 1, {"lahead": 1}),
    Argument("moving_average.rows_to_drop", "lahead", 1, {"tsteps": 1}),
    Argument("moving_average.uniform_series", "length", 1, {"amplitude": 0.1}, draws=True),
    Argument("moving_average.rolling_mean", "window", 1, {"series": SERIES}),
    Argument("moving_average.lagged", "lahead", 1, {"series": SERIES}),
    Argument("moving_average.split", "batch_size", 1, {"x": SERIES, "y": SERIES}),
    Argument("batches.interleaved", "slot", 0, {"series": SERIES, "batch_size": 2}),
    Argument("batches.interleaved", "batch_size", 1, {"series": SERIES, "slot": 0}),
    Argument("batches.whole_batches", "count", 0, {"batch_size": 1}),
    Argument("batches.whole_batches", "batch_size", 1, {"count": 4}),
    Argument("one_hot.one_hot", "width", 1, {"labels": []}),
)


def _ask(implementation: Implementation, argument: Argument, value: Any) -> Any:
    """The builder with this value; what it draws begins anew each time."""
    module, _, function = argument.function.partition(".")
    given = dict(argument.others)
    if argument.draws:
        given["rng"] = np.random.RandomState(7)
    build = getattr(getattr(data(implementation), module), function)
    return build(**given, **{argument.name: value})


@clause(
    "DATA-130",
    "A length, a count, a window or a batch size that is below its least value, or no whole "
    "number, is rejected by every builder.",
    source="data contract",
    needs=BUILDERS,
)
def numbers_below_their_least_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A series of length zero is a training run on nothing. Half a row and a number written as text
    are a mistake of the caller that must not be rounded away.
    """
    for argument in ARGUMENTS:
        for value in (argument.least - 1, argument.least - 3, argument.least + 0.5, "2"):
            what = f"{argument.function} with {argument.name}={value!r}"
            refused(trial, partial(_ask, subject, argument, value), what)


@clause(
    "DATA-131",
    "Every builder accepts the least length, count, window or batch size, and numbers above it.",
    source="data contract",
    needs=BUILDERS,
)
def the_least_numbers_are_accepted(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The shortest series has one value, and no rows at all can be asked for where rows are drawn.
    NumPy's whole numbers are whole numbers.
    """
    for argument in ARGUMENTS:
        for value in (argument.least, argument.least + 1, np.int64(argument.least)):
            what = f"{argument.function} with {argument.name}={value}"
            expected = _flat(_ask(oracle, argument, value))
            try:
                got = _flat(_ask(subject, argument, value))
            except (Unsupported, BrokenAdapter):
                raise
            except Exception as refusal:
                trial.assert_that(False, f"{what}: expected a result, got an error: {refusal}")
            trial.assert_that(
                len(got) == len(expected), f"{what}: expected {len(expected)} parts, got {len(got)}"
            )
            for ours, theirs in zip(got, expected, strict=True):
                same(trial, _finite(ours), _finite(theirs), what, tolerance=ROUNDING)


def _flat(made: Any) -> list[Any]:
    """The arrays, numbers and lists of numbers that a builder made, one after the other."""
    if isinstance(made, tuple) or (isinstance(made, list) and made and isinstance(made[0], list)):
        return [one for part in made for one in _flat(part)]
    return [made]


def _finite(made: Any) -> Any:
    """The numbers, with a large one where none is known yet (NaN)."""
    return np.nan_to_num(made, nan=-9.0) if np.asarray(made).dtype.kind == "f" else made


@clause(
    "DATA-132",
    "The windows of an echo and their targets are arrays of their own, which may be written to.",
    source="data contract",
    needs=BUILDERS,
)
def windows_are_arrays_of_their_own(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Windows overlap in the sequence. If they were views of it, scaling one row in place would
    change its neighbours, the targets and the sequence.
    """
    sequence = trial.array(6, 2)
    before = sequence.copy()
    x, y = data(subject).echo.windows(sequence, 3, 2)
    expected, targets = np.array(x), np.array(y)
    _write(trial, x, (1, 0, 0), "a window")
    expected[1, 0, 0] = 9.0
    same(trial, x, expected, "the windows after one entry was written", ("row", "step", "column"))
    same(trial, y, targets, "the targets after that", ("row", "step", "column"))
    same(trial, sequence, before, "the sequence after that")
    _write(trial, y, (0, 1, 0), "a target")
    same(trial, x, expected, "the windows after a target was written", ("row", "step", "column"))


def _write(trial: Trial, made: Array, place: tuple[int, ...], what: str) -> None:
    """Write one entry; fail where that is not possible."""
    try:
        made[place] = 9.0
    except (ValueError, TypeError) as refusal:
        trial.assert_that(False, f"{what} cannot be written to: {refusal}")


@clause(
    "DATA-133",
    "A number is a letter only from 0 to 25: numbers far outside are rejected as those next to "
    "them are.",
    source="tutorials, the alphabet",
    needs=BUILDERS,
)
def numbers_far_from_the_letters_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """26 and -1 are next to the letters; 27, 1000 and -26 are what an index into the alphabet, a
    remainder or a comparison with one number would let pass.
    """
    alphabet = data(subject).alphabet
    for number in (26, 27, 1000, -1, -2, -26, -27):
        for row in ([number], [3, number, 5]):
            refused(trial, partial(alphabet.scale, row), f"scaling the numbers {row}")
            refused(trial, partial(alphabet.numbers_to_letters, row), f"the letters of {row}")
    same(trial, alphabet.scale([0, 25]), [0.0, 25 / 26], "scaled A and Z", ("column",))
