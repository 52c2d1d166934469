"""DATA: prefixes and random substrings of the alphabet, padded on the left with the number of A."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.data_alphabet import BUILDERS
from lstm_spec.conformance.data_padding import by_hand
from lstm_spec.conformance.support.data_agreement import data, refused, same
from lstm_spec.contract import Array, Implementation

TUTORIALS = "tutorials, variable-length input"
SEEDS = st.integers(0, 2**32 - 1)


@clause(
    "DATA-50",
    "In left-padded prefixes, row i ends with the letters up to letter i and has zeros before "
    "them.",
    source="tutorials: '---a -> b', '--ab -> c', fixed at 25 letters, zero-padded",
    needs=BUILDERS,
)
def prefixes_are_at_the_end_of_their_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are 25 rows of 25 letters. The last one is full, from A to Y, and predicts Z."""
    x, y = data(subject).alphabet.left_padded_prefixes()
    expected = [[0] * (24 - last) + list(range(last + 1)) for last in range(25)]
    same(trial, x, expected, "left-padded prefixes", ("row", "letter"))
    same(trial, y, list(range(1, 26)), "their targets", ("row",))


@clause(
    "DATA-51",
    "Padding with zero is padding with A: AB and B are the same row, and have the same target.",
    source="tutorials: A is encoded as 0 and rows are padded with 0",
    needs=BUILDERS,
)
def the_pad_value_is_the_number_of_a(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """No information is lost here, only because both predict C. With another padding value they
    could be distinguished.

    The second half of the check confirms this: the two rows differ if the padding value is not a
    letter.
    """
    built = data(subject)
    runs = [built.alphabet.letters_to_numbers(text) for text in ("AB", "B")]
    zero = same(
        trial,
        built.padding.pad_sequences(runs, maxlen=5),
        [[0, 0, 0, 0, 1], [0, 0, 0, 0, 1]],
        "AB and B, padded with 0",
    )
    same(trial, zero[0], zero[1], "AB compared with B", ("letter",))
    other = built.padding.pad_sequences(runs, maxlen=5, value=-1)
    same(trial, other, [[-1, -1, -1, 0, 1], [-1, -1, -1, -1, 1]], "AB and B, padded with -1")


@clause(
    "DATA-52",
    "With NumPy's seed 7 the first substrings are PQRST, W, O, OPQ, IJKLM, QRSTU, ABCD, X, GHIJ.",
    source="tutorials, printed sample of the generated pairs",
    needs=BUILDERS,
    strength=Strength.CLAIM,
    confirms="seed 7 gives the printed pairs PQRST to U, W to X, ... GHIJ to K",
)
def seed_seven_gives_the_printed_pairs(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """These are the only printed data of the tutorials that can still be reproduced from a seed,
    letter by letter.
    """
    alphabet = data(subject).alphabet
    rows, targets = alphabet.variable_length_substrings(9, 5, np.random.RandomState(7))
    got = " ".join(alphabet.numbers_to_letters(row) for row in rows)
    printed = "PQRST W O OPQ IJKLM QRSTU ABCD X GHIJ"
    trial.assert_that(got == printed, f"expected the substrings {printed}, got {got}")
    got = alphabet.numbers_to_letters(targets)
    trial.assert_that(
        got == "UXPRNVEYK", f"expected the targets U X P R N V E Y K, got {' '.join(got)}"
    )


@clause(
    "DATA-53",
    "The substrings are drawn row by row: first the start, from A to X, then the end, at most Y.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def starts_and_ends_are_drawn_in_turn(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """If all starts were drawn first, or the end before the start, the same seed would give other
    data.
    """

    def prove(seed: int, longest: int) -> None:
        rng, expected = np.random.RandomState(seed), []
        for _ in range(6):
            start = rng.randint(24)
            expected.append(range(start, rng.randint(start, min(start + longest, 25)) + 1))
        rows, targets = data(subject).alphabet.variable_length_substrings(
            6, longest, np.random.RandomState(seed)
        )
        got = [[int(letter) for letter in row] for row in rows]
        wanted = [list(run) for run in expected]
        trial.assert_that(got == wanted, f"seed {seed}: expected the rows {wanted}, got {got}")
        same(trial, targets, [run[-1] + 1 for run in wanted], "targets", ("row",))

    prove(7, 5)
    trial.forall(prove, calls=1, seed=SEEDS, longest=st.integers(1, 8))


@clause(
    "DATA-54",
    "Substrings consist of one to max_length consecutive letters, and the target is the next "
    "letter.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def substrings_are_consecutive_letters_with_a_successor(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """In 2000 rows from a modern generator, every start, every length and both ends must occur. The
    rarest of these, the start X, is missed with a probability of (23/24)^2000, which is below
    1e-36.
    """
    alphabet, rng = data(subject).alphabet, np.random.default_rng(trial.seed)
    rows, targets = alphabet.variable_length_substrings(2000, 5, rng)
    trial.assert_that(len(rows) == 2000, f"expected 2000 rows, got {len(rows)}")
    runs = [[int(row[0]) + step for step in range(len(row))] for row in rows]
    broken = [row for row, run in zip(rows, runs, strict=True) if list(row) != run]
    trial.assert_that(not broken, f"expected neighbouring letters, got {broken[:1]}")
    same(trial, targets, [run[-1] + 1 for run in runs], "letter after each run", ("row",))
    for what, seen, allowed in (
        ("lengths", {len(run) for run in runs}, set(range(1, 6))),
        ("starts", {run[0] for run in runs}, set(range(24))),
        ("ends", {run[-1] for run in runs}, set(range(25))),
    ):
        trial.assert_that(
            seen == allowed, f"expected the {what} {sorted(allowed)}, got {sorted(seen)}"
        )


@clause(
    "DATA-55",
    "1000 substrings of at most five letters become an input of shape (1000, 5, 1), padded on the "
    "left.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def substrings_become_padded_time_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check covers all steps up to the input of the network: draw, pad, scale, one letter per
    time step.
    """
    built = data(subject)
    rows, _ = built.alphabet.variable_length_substrings(1000, 5, np.random.RandomState(7))
    padded = built.padding.pad_sequences(rows, maxlen=5, dtype="float32")
    got = built.alphabet.as_time_steps(built.alphabet.scale(padded))
    expected = np.array(by_hand([list(row) for row in rows], 5, "pre", "pre", 0)) / 26
    same(trial, got, expected[:, :, np.newaxis], "padded substrings", ("row", "step", "feature"))


@clause(
    "DATA-56",
    "Data is drawn only from the given random source: the same seed repeats it, and another seed "
    "does not.",
    source="data contract: seeds in the documents fix the data",
    needs=BUILDERS,
)
def data_is_drawn_only_from_the_given_source(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A builder that uses NumPy's global source would change that source, and ignore the one it is
    given.
    """
    built = data(subject)
    draws: dict[str, Callable[[np.random.Generator], Array]] = {
        "substrings": lambda rng: np.array(
            built.alphabet.variable_length_substrings(50, 1, rng)[1]
        ),
        "echo sequence": lambda rng: np.asarray(built.echo.sequence(50, rng)),
        "uniform series": lambda rng: np.asarray(built.moving_average.uniform_series(50, 0.1, rng)),
    }
    before = np.random.get_state(legacy=False)["state"]
    for what, draw in draws.items():
        once, again, other = (draw(np.random.default_rng(seed)) for seed in (11, 11, 12))
        same(trial, again, once, f"{what} from the same seed", ("entry",))
        trial.assert_differ(once, other, f"{what} from another seed")
        rng = np.random.default_rng(11)
        trial.assert_differ(draw(rng), draw(rng), f"{what} drawn twice from one source")
    after = np.random.get_state(legacy=False)["state"]
    unmoved = before["pos"] == after["pos"] and bool((before["key"] == after["key"]).all())
    trial.assert_that(unmoved, "NumPy's global random source was used")


@clause(
    "DATA-57",
    "Substrings without a letter are rejected.",
    source="data contract",
    needs=BUILDERS,
)
def substrings_without_a_letter_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """max_length=0 requests empty rows, and a negative count requests nothing at all."""
    draw, rng = data(subject).alphabet.variable_length_substrings, np.random.default_rng(3)
    refused(trial, lambda: draw(4, 0, rng), "max_length=0")
    refused(trial, lambda: draw(-1, 5, rng), "count=-1")
    rows, _ = draw(4, 1, rng)
    trial.assert_that(
        [len(row) for row in rows] == [1] * 4, "expected single letters for max_length=1"
    )
