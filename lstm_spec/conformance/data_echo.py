"""DATA: random integers, one-hot, in overlapping windows that the network has to echo."""

from __future__ import annotations

from functools import partial

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.data_alphabet import BUILDERS
from lstm_spec.conformance.support.data_agreement import data, refused, same
from lstm_spec.contract import Implementation
from lstm_spec.subjects.guard import array

NOTEBOOK = "echo-notebook, generation of sequences"
PRINTED = [35, 66, 12, 21, 97, 74, 15, 47, 37, 90, 24, 92, 43, 9, 89, 92, 89, 70, 67, 19, 18, 34]
"""Numbers that the notebook printed, window by window, as expected outputs of length four."""


@clause(
    "DATA-60",
    "Echo sequences contain integers from 0 to 98: the upper bound 99 is exclusive.",
    source=NOTEBOOK,
    needs=BUILDERS,
)
def echo_numbers_end_at_98(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """5000 draws contain every number: the probability of missing one is below 99 * (98/99)^5000 <
    1e-19.
    """
    numbers = array(
        data(subject).echo.sequence(5000, np.random.default_rng(trial.seed)), "sequence"
    )
    trial.assert_that(numbers.shape == (5000,), f"expected shape (5000,), got {numbers.shape}")
    trial.assert_that(numbers.dtype.kind in "iu", f"expected integers, got {numbers.dtype}")
    same(trial, np.unique(numbers), np.arange(99), "the set of drawn numbers", ("entry",))


@clause(
    "DATA-61",
    "A sequence of L steps has L - n_in + 1 windows, and each window starts one step after the "
    "previous one.",
    source=NOTEBOOK,
    needs=BUILDERS,
)
def windows_move_by_one_step(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The rows have two features, all distinct, so that a missing window, a stride or exchanged
    axes are noticed.
    """
    windows = data(subject).echo.windows
    x, y = windows(np.array(PRINTED), 5, 4)
    same(trial, x, [PRINTED[at : at + 5] for at in range(18)], "printed windows of five")
    same(trial, y, [PRINTED[at : at + 4] for at in range(18)], "printed outputs of four")

    def prove(length: int, n_in: int) -> None:
        n_in = min(n_in, length)
        steps = [[10 * step, 10 * step + 1] for step in range(length)]
        expected = [steps[at : at + n_in] for at in range(length - n_in + 1)]
        got = windows(np.array(steps), n_in, n_in)[0]
        same(
            trial, got, expected, f"windows of {n_in} from {length}", ("window", "step", "feature")
        )

    trial.forall(prove, calls=1, length=st.integers(1, 9), n_in=st.integers(1, 9))


@clause(
    "DATA-62",
    "The target of a window consists of its own first n_out steps.",
    source=NOTEBOOK,
    needs=BUILDERS,
)
def the_target_is_the_beginning_of_the_window(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The target is neither the last steps of the window nor the steps after it: it is an echo, not
    a forecast.
    """

    def prove(length: int, n_in: int, n_out: int) -> None:
        n_in = min(n_in, length)
        n_out = min(n_out, n_in)
        steps = [[10 * step, 10 * step + 1] for step in range(length)]
        expected = [steps[at : at + n_out] for at in range(length - n_in + 1)]
        got = data(subject).echo.windows(np.array(steps), n_in, n_out)[1]
        axes = ("window", "step", "feature")
        same(trial, got, expected, f"targets of {n_out} for windows of {n_in}", axes)

    prove(7, 4, 2)
    sizes = st.integers(1, 8)
    trial.forall(prove, calls=1, length=sizes, n_in=sizes, n_out=sizes)


@clause(
    "DATA-63",
    "A target that is longer than its window is rejected.",
    source="echo-notebook raises an error for it",
    needs=BUILDERS,
)
def a_target_longer_than_its_window_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Equal lengths are the whole-sequence echo and must be accepted."""
    windows, steps = data(subject).echo.windows, np.arange(8)
    refused(trial, lambda: windows(steps, 3, 4), "n_in=3, n_out=4")
    x, y = windows(steps, 3, 3)
    same(trial, y, array(x, "windows"), "targets of the whole-sequence echo")


@clause(
    "DATA-64",
    "A sequence that is shorter than its window, and windows without a step, are rejected.",
    source="data contract",
    needs=BUILDERS,
)
def a_sequence_shorter_than_its_window_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Otherwise there would be zero windows, and training on nothing would give no error."""
    windows, steps = data(subject).echo.windows, np.arange(4)
    for n_in, n_out in ((5, 2), (0, 0), (3, 0)):
        refused(trial, partial(windows, steps, n_in, n_out), f"n_in={n_in}, n_out={n_out} of 4")
    x, _ = windows(steps, 4, 1)
    same(trial, x, [[0, 1, 2, 3]], "the only window of full length")


@clause(
    "DATA-65",
    "The documented batches have the documented shapes.",
    source="echo-notebook: (20, 6, 100) twice; batches of 21 windows of 5, targets of 2 and of 4",
    needs=BUILDERS,
)
def batches_have_the_documented_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """20 rows give four batches of 5, and 21 rows give one batch of 21: a stateful model needs
    whole batches.
    """
    for n_in, n_out, rows in ((6, 6, 20), (5, 2, 21), (5, 4, 21)):
        parts = data(subject).echo.batch(25, n_in, n_out, np.random.default_rng(trial.seed))
        for name, part, steps in zip("xy", parts, (n_in, n_out), strict=True):
            shape = array(part, name).shape
            wanted = (rows, steps, 100)
            trial.assert_that(
                shape == wanted, f"{name} of {n_in} to {n_out}: expected {wanted}, got {shape}"
            )


@clause(
    "DATA-66",
    "Every step of an echo batch has exactly one one among 100 columns, and the last column is "
    "always zero.",
    source="echo-notebook: width 100 for numbers up to 98",
    needs=BUILDERS,
)
def echo_steps_are_one_hot_of_width_100(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The width is given and not derived from the data, so it cannot change from epoch to epoch."""
    x, y = data(subject).echo.batch(1000, 6, 2, np.random.default_rng(trial.seed))
    for name, part in (("x", array(x, "x")), ("y", array(y, "y"))):
        trial.assert_that(
            part.shape[-1] == 100, f"{name}: expected width 100, got {part.shape[-1]}"
        )
        binary = bool(np.isin(part, (0, 1)).all())
        trial.assert_that(binary, f"{name} contains numbers other than 0 and 1")
        same(trial, part.sum(axis=-1), np.ones(part.shape[:-1]), f"{name}: number of ones per step")
        trial.assert_that(not part[..., 99].any(), f"{name} contains 99, which is never drawn")


@clause(
    "DATA-67",
    "The windows of an echo batch overlap: together they are one sequence from the random source.",
    source=NOTEBOOK,
    needs=BUILDERS,
)
def a_batch_is_one_sequence_in_windows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """If every window were a new sequence, or the windows were in another order, they would not fit
    together.
    """
    echo = data(subject).echo
    x, y = (
        array(part, "batch").argmax(axis=-1)
        for part in echo.batch(25, 6, 4, np.random.RandomState(5))
    )
    numbers = array(echo.sequence(25, np.random.RandomState(5)), "sequence")
    same(
        trial, x, [numbers[at : at + 6] for at in range(20)], "decoded windows", ("window", "step")
    )
    same(trial, y, x[:, :4], "decoded targets", ("window", "step"))
    trial.assert_differ(x[0], x[1], "neighbouring windows", by=1)
