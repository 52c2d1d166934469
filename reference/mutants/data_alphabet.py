"""The alphabet: letters, windows, prefixes and substrings."""

from __future__ import annotations

import numpy as np

from lstm_spec.data import alphabet, one_hot, padding
from reference.mutants.planting import planter

plant = planter("data_alphabet")


right_pad = padding.pad_sequences


def right_runs(count, draw, letter_after=1):
    """Rows from ``draw() -> (start, end)`` with the letter after each."""
    rows = [list(range(start, end + 1)) for start, end in (draw() for _ in range(count))]
    return rows, np.array([row[-1] + letter_after for row in rows], dtype=int)


# The alphabet ---------------------------------------------------------------------------------


@plant(
    "letters_to_numbers counts letters from one.",
    "DATA-40 DATA-51",
    place="data.alphabet.letters_to_numbers",
)
def counts_letters_from_one(text):
    return alphabet.letters_to_numbers(text) + 1


@plant(
    "letters_to_numbers takes small letters.", "DATA-41", place="data.alphabet.letters_to_numbers"
)
def takes_small_letters(text):
    return alphabet.letters_to_numbers(text.upper())


@plant(
    "numbers_to_letters takes minus one for z.", "DATA-41", place="data.alphabet.numbers_to_letters"
)
def takes_minus_one_for_z(numbers):
    return "".join(alphabet.ALPHABET[int(number)] for number in numbers)


@plant("windows makes one window too few.", "DATA-42 DATA-43", place="data.alphabet.windows")
def makes_one_window_too_few(length):
    x, y = alphabet.windows(length)
    return x[:-1], y[:-1]


@plant(
    "windows predicts the last letter of the window.",
    "DATA-42 DATA-43 DATA-49",
    place="data.alphabet.windows",
)
def predicts_the_last_letter_of_the_window(length):
    x, _ = alphabet.windows(length)
    return x, x[:, -1]


@plant(
    "windows shows the newest letter first.",
    "PIPE-02 PIPE-03",
    place="data.alphabet.windows",
)
def shows_the_newest_letter_of_a_window_first(length):
    x, y = alphabet.windows(length)
    return x[:, ::-1], y


@plant("windows moves windows by their length.", "DATA-43", place="data.alphabet.windows")
def moves_windows_by_their_length(length):
    x, y = alphabet.windows(length)
    return x[::length], y[::length]


@plant("windows makes no window of the whole alphabet.", "DATA-44", place="data.alphabet.windows")
def makes_no_window_of_the_whole_alphabet(length):
    if length == 26:
        return np.zeros((0, 26), int), np.zeros(0, int)
    return alphabet.windows(length)


@plant(
    "as_features shows features as time steps.",
    "DATA-45 DATA-47",
    place="data.alphabet.as_features",
)
def shows_features_as_time_steps(windows):
    return alphabet.as_time_steps(windows)


@plant(
    "as_time_steps shows time steps as features.",
    "DATA-46 DATA-47",
    place="data.alphabet.as_time_steps",
)
def shows_time_steps_as_features(windows):
    return alphabet.as_features(windows)


@plant(
    "as_time_steps shows the newest letter first.",
    "DATA-46 DATA-47",
    place="data.alphabet.as_time_steps",
)
def shows_the_newest_letter_first(windows):
    return alphabet.as_time_steps(windows)[:, ::-1]


@plant(
    "as_features transposes rows and letters.", "DATA-45 DATA-47", place="data.alphabet.as_features"
)
def transposes_rows_and_letters(windows):
    made = np.asarray(windows)
    return made.T.reshape(len(made), 1, -1)


@plant(
    "scale scales by 25.",
    "DATA-48 DATA-55 PIPE-01 PIPE-02 PIPE-03 PIPE-04 PIPE-05",
    place="data.alphabet.scale",
)
def scales_by_25(numbers):
    return alphabet.scale(numbers) * 26 / 25


@plant("scale scales in whole numbers.", "DATA-48", place="data.alphabet.scale")
def scales_in_whole_numbers(numbers):
    return np.floor(alphabet.scale(numbers))


@plant("one_hot shrinks the width to the labels.", "DATA-49 DATA-91", place="data.one_hot.one_hot")
def shrinks_the_width_to_the_labels(labels, width=None):
    return one_hot.one_hot(labels, width)[..., int(np.min(labels)) :]


# Prefixes and substrings ----------------------------------------------------------------------


@plant(
    "left_padded_prefixes pads prefixes on the right.",
    "DATA-50",
    place="data.alphabet.left_padded_prefixes",
)
def pads_prefixes_on_the_right():
    _, y = alphabet.left_padded_prefixes()
    rows = [list(range(target)) for target in y]
    return padding.pad_sequences(rows, padding="post"), y


@plant(
    "left_padded_prefixes leaves out the first prefix.",
    "DATA-50 PIPE-05",
    place="data.alphabet.left_padded_prefixes",
)
def leaves_out_the_first_prefix():
    return tuple(part[1:] for part in alphabet.left_padded_prefixes())


@plant(
    "left_padded_prefixes pads prefixes with minus one.",
    "DATA-50",
    place="data.alphabet.left_padded_prefixes",
)
def pads_prefixes_with_minus_one():
    _, y = alphabet.left_padded_prefixes()
    return padding.pad_sequences([list(range(target)) for target in y], value=-1), y


@plant(
    "pad_sequences ignores the pad value.", "DATA-51 DATA-90", place="data.padding.pad_sequences"
)
def ignores_the_pad_value(rows, maxlen=None, value=0.0, **how):
    return padding.pad_sequences(rows, maxlen, **how)


SUBSTRINGS = "data.alphabet.variable_length_substrings"


@plant(
    "variable_length_substrings draws all starts before the ends.",
    "DATA-52 DATA-53",
    place=SUBSTRINGS,
)
def draws_all_starts_before_the_ends(count, max_length, rng):
    if isinstance(rng, np.random.Generator):
        return alphabet.variable_length_substrings(count, max_length, rng)
    starts = iter(rng.randint(24, size=count).tolist())

    def draw():
        start = next(starts)
        return start, rng.randint(start, min(start + max_length, 25))

    return right_runs(count, draw)


@plant(
    "variable_length_substrings draws the length in place of the end.",
    "DATA-52 DATA-53",
    place=SUBSTRINGS,
)
def draws_the_length_in_place_of_the_end(count, max_length, rng):
    if isinstance(rng, np.random.Generator):
        return alphabet.variable_length_substrings(count, max_length, rng)

    def draw():
        start = rng.randint(24)
        return start, min(start + rng.randint(max_length), 24)

    return right_runs(count, draw)


def _with_bounds(first_excluded, longest):
    def substrings(count, max_length, rng):
        source = getattr(rng, "integers", None) or rng.randint

        def draw():
            start = int(source(0, first_excluded))
            return start, int(source(start, min(start + max_length + longest, 25)))

        return right_runs(count, draw)

    return substrings


@plant("variable_length_substrings starts at y as well.", "DATA-54", place=SUBSTRINGS)
def starts_at_y_as_well(count, max_length, rng):
    return _with_bounds(25, 0)(count, max_length, rng)


@plant(
    "variable_length_substrings makes substrings one letter too long.",
    "DATA-54 DATA-53",
    place=SUBSTRINGS,
)
def makes_substrings_one_letter_too_long(count, max_length, rng):
    return _with_bounds(24, 1)(count, max_length, rng)


@plant(
    "variable_length_substrings predicts the last letter of the substring.",
    "DATA-54 DATA-52 DATA-53",
    place=SUBSTRINGS,
)
def predicts_the_last_letter_of_the_substring(count, max_length, rng):
    rows, targets = alphabet.variable_length_substrings(count, max_length, rng)
    return rows, targets - 1


@plant(
    "pad_sequences pads substrings on the right.",
    "DATA-55 DATA-90 PIPE-04",
    place="data.padding.pad_sequences",
)
def pads_substrings_on_the_right(rows, maxlen=None, padding="post", **how):
    return right_pad(rows, maxlen, padding=padding, **how)


@plant("variable_length_substrings draws from the global source.", "DATA-56", place=SUBSTRINGS)
def draws_from_the_global_source(count, max_length, rng):
    return alphabet.variable_length_substrings(count, max_length, np.random.mtrand._rand)


@plant("variable_length_substrings takes a length of zero for one.", "DATA-57", place=SUBSTRINGS)
def takes_a_length_of_zero_for_one(count, max_length, rng):
    return alphabet.variable_length_substrings(max(count, 0), max(max_length, 1), rng)


@plant("decode decodes only ones.", "DATA-91", place="data.one_hot.decode")
def decodes_only_ones(encoded):
    return np.argmax(np.asarray(encoded) == 1, axis=-1)


@plant("one_hot wraps negative labels.", "DATA-92", place="data.one_hot.one_hot")
def wraps_negative_labels(labels, width=None):
    if width is None or [len(label) for label in labels if isinstance(label, list)]:
        return one_hot.one_hot(labels, width)
    numbers = np.asarray(labels)
    return one_hot.one_hot(np.where(numbers < 0, numbers + width, numbers), width)
