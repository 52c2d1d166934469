"""DATA: letters, windows of letters, and the two ways to present a window to a network."""

from __future__ import annotations

import string
from functools import partial

from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.data_one_hot import by_hand
from lstm_spec.conformance.support.data_agreement import data, refused, same
from lstm_spec.contract import Capability, Implementation
from lstm_spec.subjects.guard import array

BUILDERS = (Capability.DATA,)
TUTORIALS = "notebook-27 and tutorials, preparation of the alphabet"
CUBE = ("row", "step", "feature")


@clause("DATA-40", "The letters A to Z are the numbers 0 to 25.", source=TUTORIALS, needs=BUILDERS)
def letters_are_numbers_from_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both directions are tested over the whole alphabet, then with words, so that order and
    repeated letters matter.
    """
    alphabet = data(subject).alphabet
    letters = alphabet.ALPHABET
    trial.assert_that(
        letters == string.ascii_uppercase, f"expected the alphabet A..Z, got {letters!r}"
    )
    numbers = alphabet.letters_to_numbers(string.ascii_uppercase)
    same(trial, numbers, list(range(26)), "A..Z as numbers", ("letter",))
    same(trial, alphabet.letters_to_numbers("ZEBRA"), [25, 4, 1, 17, 0], "ZEBRA", ("letter",))

    def prove(text: str) -> None:
        back = alphabet.numbers_to_letters(alphabet.letters_to_numbers(text))
        trial.assert_that(back == text, f"{text!r} was decoded as {back!r}")

    trial.forall(
        prove,
        calls=2,
        text=st.lists(st.sampled_from(string.ascii_uppercase), max_size=9).map("".join),
    )


@clause(
    "DATA-41",
    "Characters other than the letters A to Z, and numbers that do not stand for a letter, are "
    "rejected.",
    source="data contract",
    needs=BUILDERS,
)
def what_is_not_a_letter_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Small letters would get numbers beyond 25, and -1 would silently be read as Z, the last
    letter.
    """
    alphabet = data(subject).alphabet
    for text in ("a", "A B", "Ä"):
        refused(trial, partial(alphabet.letters_to_numbers, text), f"the text {text!r}")
    for numbers in ([26], [3, -1], [0.5]):
        refused(trial, partial(alphabet.numbers_to_letters, numbers), f"the numbers {numbers}")
    trial.assert_that(
        alphabet.numbers_to_letters([25, 0]) == "ZA", "expected 'ZA' for the numbers 25, 0"
    )


@clause(
    "DATA-42",
    "One letter predicts the next: there are 25 pairs, from A and B to Y and Z.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def one_letter_predicts_the_next(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check notices 24 or 26 pairs, a pair that is out of order, and a target that equals its
    input.
    """
    x, y = data(subject).alphabet.windows(1)
    same(trial, x, [[letter] for letter in range(25)], "windows of one letter", ("row", "letter"))
    same(trial, y, list(range(1, 26)), "targets of one letter", ("row",))


@clause(
    "DATA-43",
    "Every window of consecutive letters predicts the letter after it: there are 23 windows of "
    "three, starting with ABC and D.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def every_window_predicts_the_letter_after_it(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first and last rows are compared with those printed in the tutorials, then every possible
    length is tested.
    """
    windows = data(subject).alphabet.windows
    x, y = (array(part, "windows(3)") for part in windows(3))
    same(trial, x[[0, 1, -1]], [[0, 1, 2], [1, 2, 3], [22, 23, 24]], "ABC, BCD and WXY")
    same(trial, y[[0, 1, -1]], [3, 4, 25], "what follows ABC, BCD and WXY", ("row",))
    for length in range(1, 26):
        x, y = windows(length)
        expected = [list(range(start, start + length)) for start in range(26 - length)]
        same(trial, x, expected, f"windows of {length}", ("row", "letter"))
        same(trial, y, list(range(length, 26)), f"targets of windows of {length}", ("row",))


@clause(
    "DATA-44",
    "A window has at least one letter, and leaves at least one letter to predict.",
    source="data contract",
    needs=BUILDERS,
)
def a_window_leaves_a_letter_to_predict(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Length 25 is the largest that has a target: A to Y predicts Z."""
    windows = data(subject).alphabet.windows
    for length in (0, -1, 26):
        refused(trial, partial(windows, length), f"windows of {length} letters")
    x, y = windows(25)
    same(trial, x, [list(range(25))], "the window of 25 letters", ("row", "letter"))
    same(trial, y, [25], "its target", ("row",))


@clause(
    "DATA-45",
    "A feature window is one time step whose features are the letters, oldest first.",
    source="notebook-27 and tutorials, feature window: (23, 1, 3)",
    needs=BUILDERS,
)
def a_feature_window_is_one_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """If the axes are exchanged, training still runs, but on another problem."""
    alphabet = data(subject).alphabet
    rows = [[start, start + 1, start + 2] for start in range(23)]
    got = alphabet.as_features(alphabet.windows(3)[0])
    same(trial, got, [[row] for row in rows], "three letters as features", CUBE)


@clause(
    "DATA-46",
    "A window of time steps has one letter per step, oldest first.",
    source="tutorials, time steps: (23, 3, 1)",
    needs=BUILDERS,
)
def a_time_step_window_has_one_letter_per_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The alphabet runs forwards, unlike the lagged columns of the moving-average example."""
    alphabet = data(subject).alphabet
    rows = [[[start], [start + 1], [start + 2]] for start in range(23)]
    got = alphabet.as_time_steps(alphabet.windows(3)[0])
    same(trial, got, rows, "three letters as time steps", CUBE)


@clause(
    "DATA-47",
    "Features and time steps contain the same numbers in different shapes, and are equal for a "
    "single letter.",
    source="tutorials: the feature window is not the time-step window",
    needs=BUILDERS,
    confirms="feature windows and time steps are different problems made of the same numbers",
)
def the_two_framings_contain_the_same_numbers(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rows are distinct, have four numbers each and are scaled, so that flattening a transposed
    array would not restore them.
    """
    alphabet = data(subject).alphabet
    rows = [[0.5, 0.25, 0.125, 0.75], [0.1, 0.2, 0.3, 0.4]]
    features = array(alphabet.as_features(rows), "as_features")
    steps = array(alphabet.as_time_steps(rows), "as_time_steps")
    trial.assert_that(
        features.shape == (2, 1, 4), f"expected features (2, 1, 4), got {features.shape}"
    )
    trial.assert_that(steps.shape == (2, 4, 1), f"expected time steps (2, 4, 1), got {steps.shape}")
    same(trial, features.ravel(), steps.ravel(), "the numbers of both framings", ("entry",))
    one = [[3], [4]]
    same(trial, alphabet.as_features(one), array(alphabet.as_time_steps(one), ""), "one letter")


@clause(
    "DATA-48",
    "Inputs are divided by 26: A is 0, Z is 25/26, and 1 is never reached.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def inputs_are_scaled_by_the_length_of_the_alphabet(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Division by 25, the largest number, would change every input by up to 4 % and make Z equal to
    1. The values must be float64 quotients: integer division would give zeros.
    """
    scale = data(subject).alphabet.scale
    expected = [letter / 26 for letter in range(26)]
    made = same(trial, scale(list(range(26))), expected, "scaled letters", ("letter",))
    trial.assert_that(bool(made.max() < 1), f"expected all inputs to be below 1, got {made.max()}")
    cube = scale([[[13], [0]], [[25], [1]]])
    same(trial, cube, [[[0.5], [0]], [[25 / 26], [1 / 26]]], "scaled time steps", CUBE)
    refused(trial, lambda: scale([26]), "scaling 26, which is no letter")
    refused(trial, lambda: scale([float("nan")]), "scaling NaN")


@clause(
    "DATA-49",
    "Targets are one-hot rows of width 26; the columns of letters that never follow a window are "
    "always zero.",
    source="notebook-27, printed targets; tutorials",
    needs=BUILDERS,
)
def targets_are_one_hot_over_the_whole_alphabet(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """For windows of three, the columns of A, B and C stay zero; the width does not shrink."""
    built = data(subject)
    for length in (1, 3):
        y = built.alphabet.windows(length)[1]
        made = same(
            trial,
            built.one_hot.one_hot(y),
            by_hand(list(range(length, 26)), 26),
            f"targets of windows of {length}",
            ("row", "class"),
        )
        cold = not made[:, :length].any()
        trial.assert_that(
            cold, f"one of the first {length} columns has a one, but no window predicts that letter"
        )
