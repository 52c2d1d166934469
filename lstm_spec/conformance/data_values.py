"""DATA: what no builder takes: text, other numbers of axes, an amplitude that is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.data_alphabet import BUILDERS
from lstm_spec.conformance.support.data_agreement import data, refused, same
from lstm_spec.contract import Implementation


@clause(
    "DATA-170",
    "The amplitude of a uniform series is a finite number above zero: zero, a negative number, "
    "infinity and NaN are rejected.",
    source="data contract",
    needs=BUILDERS,
)
def an_amplitude_that_is_none_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With an amplitude of zero the network would learn a constant; a negative one gives the series
    of its magnitude.
    """
    series = data(subject).moving_average.uniform_series
    for amplitude in (0.0, -0.1, float("inf"), float("nan")):
        attempt = partial(series, 5, amplitude, np.random.RandomState(1986))
        refused(trial, attempt, f"amplitude={amplitude}")
    expected = np.random.RandomState(1986).uniform(-2.5, 2.5, 5)
    got = series(5, 2.5, np.random.RandomState(1986))
    same(trial, got, expected, "a series of amplitude 2.5", ("entry",))


def _takes_numbers(built: Any) -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """The builders that are given numbers, each with what else it takes."""
    average = built.moving_average
    return {
        "alphabet.as_features": (built.alphabet.as_features, ()),
        "alphabet.as_time_steps": (built.alphabet.as_time_steps, ()),
        "alphabet.numbers_to_letters": (built.alphabet.numbers_to_letters, ()),
        "alphabet.scale": (built.alphabet.scale, ()),
        "echo.windows": (built.echo.windows, (2, 1)),
        "batches.interleaved": (built.batches.interleaved, (0, 1)),
        "moving_average.rolling_mean": (average.rolling_mean, (1,)),
        "moving_average.lagged": (average.lagged, (1,)),
        "one_hot.one_hot": (built.one_hot.one_hot, ()),
        "one_hot.decode": (built.one_hot.decode, ()),
    }


@clause(
    "DATA-171",
    "Every builder that takes numbers rejects text, and arrays that have no axes or one more "
    "than it takes.",
    source="data contract",
    needs=BUILDERS,
)
def text_and_other_axes_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Digits that were read from a file are text until somebody converts them. A pair of brackets
    too many around a series looks harmless, and is another axis.
    """
    built = data(subject)
    for name, (build, others) in _takes_numbers(built).items():
        one_axis = name.endswith(("letters", "mean", "lagged"))
        windows = name.startswith("alphabet.as")
        text = np.array(["1", "2"]) if one_axis else np.array([["1", "2"], ["3", "4"]])
        refused(trial, partial(build, text, *others), f"text in {name}")
        if one_axis:
            refused(trial, partial(build, np.array([[0]]), *others), f"two axes in {name}")
        if windows:
            refused(trial, partial(build, np.zeros((2, 3, 4))), f"three axes in {name}")
            refused(trial, partial(build, np.zeros(3)), f"one axis in {name}")
        if name not in ("alphabet.scale", "one_hot.one_hot"):
            refused(trial, partial(build, 0, *others), f"a single number in {name}")
    cube = np.arange(6.0).reshape(1, 2, 3)
    same(trial, built.echo.windows(cube[0], 2, 1)[0], cube, "a window of two steps of three")
    deep = np.arange(24.0).reshape(2, 3, 4)
    same(trial, built.echo.windows(deep, 1, 1)[0], deep[:, None], "windows of matrices")
    same(trial, built.one_hot.decode([[0.0, 1.0]]), [1], "the decoded row 0, 1", ("row",))


@clause(
    "DATA-172",
    "The builders pad with integers or floating-point numbers: a dtype of truth values, of text or "
    "of complex numbers is rejected.",
    source="data contract: no number is changed silently",
    needs=BUILDERS,
)
def padding_in_another_kind_of_number_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """As truth values, every letter but A would be the same letter."""
    pad = data(subject).padding.pad_sequences
    for dtype in ("bool", "str", "complex64", "object"):
        refused(trial, partial(pad, [[1, 2], [0]], dtype=dtype), f"dtype={dtype!r}")
    for dtype in ("int64", "uint8", "float64"):
        same(trial, pad([[1, 2], [0]], dtype=dtype), [[1, 2], [0, 0]], f"padded as {dtype}")
