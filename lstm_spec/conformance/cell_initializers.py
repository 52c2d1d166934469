"""CELL: what a layer starts from that asks for another start than the usual one.

As in ``cell_initial_weights``, each bound is one that a right draw practically never passes. A
kernel here has 9600 entries. Of n entries within plus and minus b, Hoeffding's inequality says that
the mean of their squares is off by t with a probability of at most 2 exp(-2 n t^2 / b^4), and their
mean by 2 exp(-n t^2 / (2 b^2)). A fifth of the variance v as t, with b^2 = 5.2 v for a normal
number that is cut off at two standard deviations (3 v for a uniform one), gives 2 exp(-28) = 1e-12;
a mean of an eighth of b gives 2 exp(-75).
"""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Array, Capability, Implementation, build
from lstm_spec.initial_weights import SMALL, SPREAD_OF_TRUNCATED
from lstm_spec.model import LSTM, BiasInitializer, Initializer, ModelSpec

FEATURES, UNITS = 60, 40
ROUNDED = 1e-5
NEEDS = (Capability.FORWARD, Capability.TRAIN)
SOURCE = "Keras documentation of initializers; Glorot & Bengio 2010; He et al. 2015; LeCun 1998"

CUT = 2 / SPREAD_OF_TRUNCATED
"""Where a normal number is cut off, in units of its own standard deviation: 2.27."""


def fresh(subject: Implementation, **how: Any) -> list[Array]:
    """The weights of a new layer."""
    return [
        np.asarray(one, np.float64)
        for one in build(subject, ModelSpec((LSTM(UNITS, **how),), FEATURES)).get_weights()
    ]


def variance_of(word: Initializer, fan_in: int, fan_out: int) -> float:
    """The variance that an initializer promises for a kernel."""
    if word.startswith("glorot"):
        return 2 / (fan_in + fan_out)
    if word.startswith("he"):
        return 2 / fan_in
    if word.startswith("lecun"):
        return 1 / fan_in
    spread = {"random uniform": 3**-0.5, "truncated normal": SPREAD_OF_TRUNCATED}.get(word, 1)
    return (SMALL * spread) ** 2


def is_drawn(trial: Trial, weight: Array, word: Initializer, what: str) -> None:
    """The entries have the variance, the limit and the shape that the word stands for.

    Of 9600 uniform numbers the largest is beyond 0.99 of the limit but with 0.99^9600 = 1e-42; of
    as many normal numbers, cut off at two of the deviations before the cut, one is beyond 1.67 of
    these but with 1e-221; of those that are not cut off one is beyond 2.9 deviations but with
    3e-16, and none beyond 7 but with 2e-8.
    """
    variance = variance_of(word, *weight.shape)
    scaled = weight / np.sqrt(variance)
    least, most = {"uniform": (0.99 * 3**0.5, 3**0.5), "normal": (1.9, CUT)}[word.split()[1]]
    if word == "random normal":
        least, most = 2.9, 7.0
    largest, square = float(np.abs(scaled).max()), float(np.square(scaled).mean())
    trial.assert_that(
        least < largest < most + ROUNDED,
        f"{what}, {word}: expected the largest entry within {least:.2f} and {most:.2f} standard "
        f"deviations, got {largest:.3g}",
    )
    trial.assert_that(
        abs(square - 1) < 0.2,
        f"{what}, {word}: expected a variance of {variance:.3g}, got {square:.3g} times that",
    )
    mean = float(scaled.mean())
    trial.assert_that(abs(mean) < most / 8, f"{what}, {word}: expected a mean near 0, got {mean}")


SCALED: tuple[Initializer, ...] = (
    "glorot normal", "he uniform", "he normal", "lecun uniform", "lecun normal",
)  # fmt: skip
SMALL_ONES: tuple[Initializer, ...] = ("random uniform", "random normal", "truncated normal")


@clause(
    "CELL-300",
    "A new kernel has the variance that its initializer promises: 2 / (features + 4 units) for "
    "Glorot, 2 / features for He, 1 / features for LeCun; a normal one is cut off at two standard "
    "deviations and scaled to that variance.",
    source=SOURCE,
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def a_new_kernel_has_the_variance_of_its_initializer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """60 features and 160 columns: no two of these variances are within a third of each other."""
    for word in SCALED:
        is_drawn(trial, fresh(subject, kernel_initializer=word)[0], word, "the new kernel")


@clause(
    "CELL-301",
    "A new recurrent kernel is drawn as its own initializer says, with units rows and 4 units "
    "columns, and the kernel as its own one says, orthogonal or not.",
    source=SOURCE + "; Saxe et al. 2014",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def a_new_recurrent_kernel_has_its_own_initializer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The two are exchanged once: an orthogonal kernel, and a recurrent kernel of Glorot's. The
    recurrent kernel has 6400 entries, which makes the bounds of this file 2 exp(-19) = 1e-8.
    """
    kernel, recurrent, _ = fresh(
        subject, kernel_initializer="orthogonal", recurrent_initializer="glorot uniform"
    )
    trial.assert_close(kernel @ kernel.T, np.eye(FEATURES), "kernel times its transpose", ROUNDED)
    is_drawn(trial, recurrent, "glorot uniform", "the new recurrent kernel")
    recurrent = fresh(subject, recurrent_initializer="he normal")[1]
    is_drawn(trial, recurrent, "he normal", "the new recurrent kernel")


@clause(
    "CELL-302",
    "Initializers without a scale draw within plus and minus 0.05, or with a standard deviation of "
    "0.05, cut off at 0.1 if they are truncated.",
    source="Keras documentation of RandomUniform, RandomNormal and TruncatedNormal",
    needs=NEEDS,
    strength=Strength.SHOULD,
)
def initializers_without_a_scale(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each for both kernels of one layer."""
    for word in SMALL_ONES:
        made = fresh(subject, kernel_initializer=word, recurrent_initializer=word)
        is_drawn(trial, made[0], word, "the new kernel")
        is_drawn(trial, made[1], word, "the new recurrent kernel")


@clause(
    "CELL-303",
    "A constant initializer gives every entry its value: zero, one or the one that was given.",
    source="Keras documentation of Zeros, Ones and Constant",
    needs=NEEDS,
)
def a_constant_is_everywhere(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Each of the three for another array, in turn."""
    values = {"zeros": 0.0, "ones": 1.0, "halves": 0.5}
    words = list(values)
    for turn in range(3):
        chosen = [words[(place + turn) % 3] for place in range(3)]
        names = ("kernel", "recurrent", "bias")
        how = {f"{of}_initializer": word for of, word in zip(names, chosen, strict=True)}
        made = fresh(subject, forget_bias=False, **how)
        for of, word, weight in zip(names, chosen, made, strict=True):
            trial.assert_equal(weight, np.full_like(weight, values[word]), f"the new {of}")


@clause(
    "CELL-304",
    "The bias of the forget gate starts at one where a layer says so, and the other three blocks "
    "as its initializer says; else all four do.",
    source="Jozefowicz et al. 2015; Keras documentation of unit_forget_bias",
    needs=NEEDS,
)
def the_forget_gate_starts_at_one_beside_any_bias(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of 120 numbers, all have the same sign but with 2^-119; none is beyond 0.8 of the limit of a
    uniform one but with 2e-12, nor beyond one standard deviation of a normal one but with 1e-20.
    """
    for word in get_args(BiasInitializer):
        for forget in (True, False):
            bias = fresh(subject, bias_initializer=word, forget_bias=forget)[2]
            blocks = bias.reshape(4, UNITS)
            rest = blocks[[0, 2, 3]]
            told = f"bias {word}, forget gate at one: {forget}"
            if forget:
                trial.assert_equal(blocks[1], np.ones(UNITS), f"{told}: the forget block")
            else:
                rest = blocks
            if word in ("zeros", "ones", "halves"):
                value = {"zeros": 0.0, "ones": 1.0, "halves": 0.5}[word]
                trial.assert_equal(rest, np.full_like(rest, value), f"{told}: the other blocks")
                continue
            least, most = {"random uniform": (0.8, 1.0), "random normal": (1.0, 7.0)}.get(
                word, (0.8, 2.0)
            )
            largest = float(np.abs(rest).max()) / SMALL
            trial.assert_that(
                least < largest < most + ROUNDED and rest.min() < 0 < rest.max(),
                f"{told}: expected numbers of both signs, the largest of {least} to {most} times "
                f"{SMALL}, got {largest:.3g} times that",
            )
