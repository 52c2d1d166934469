"""Builders of the documented data that are wrong in one way."""

import numpy as np
from planting import planted

from lstm_spec.data import alphabet, batches, echo, moving_average, one_hot, padding

right_pad = padding.pad_sequences


def right_runs(count, draw, letter_after=1):
    """Rows from ``draw() -> (start, end)`` with the letter after each."""
    rows = [list(range(start, end + 1)) for start, end in (draw() for _ in range(count))]
    return rows, np.array([row[-1] + letter_after for row in rows], dtype=int)


# The alphabet ---------------------------------------------------------------------------------


@planted("data.alphabet.letters_to_numbers", "DATA-40", "DATA-51")
def counts_letters_from_one(text):
    return alphabet.letters_to_numbers(text) + 1


@planted("data.alphabet.letters_to_numbers", "DATA-41")
def takes_small_letters(text):
    return alphabet.letters_to_numbers(text.upper())


@planted("data.alphabet.numbers_to_letters", "DATA-41")
def takes_minus_one_for_z(numbers):
    return "".join(alphabet.ALPHABET[int(number)] for number in numbers)


@planted("data.alphabet.windows", "DATA-42", "DATA-43")
def makes_one_window_too_few(length):
    x, y = alphabet.windows(length)
    return x[:-1], y[:-1]


@planted("data.alphabet.windows", "DATA-42", "DATA-43", "DATA-49")
def predicts_the_last_letter_of_the_window(length):
    x, _ = alphabet.windows(length)
    return x, x[:, -1]


@planted("data.alphabet.windows", "DATA-43")
def moves_windows_by_their_length(length):
    x, y = alphabet.windows(length)
    return x[::length], y[::length]


@planted("data.alphabet.windows", "DATA-44")
def makes_no_window_of_the_whole_alphabet(length):
    if length == 26:
        return np.zeros((0, 26), int), np.zeros(0, int)
    return alphabet.windows(length)


@planted("data.alphabet.as_features", "DATA-45", "DATA-47")
def shows_features_as_time_steps(windows):
    return alphabet.as_time_steps(windows)


@planted("data.alphabet.as_time_steps", "DATA-46", "DATA-47")
def shows_time_steps_as_features(windows):
    return alphabet.as_features(windows)


@planted("data.alphabet.as_time_steps", "DATA-46", "DATA-47")
def shows_the_newest_letter_first(windows):
    return alphabet.as_time_steps(windows)[:, ::-1]


@planted("data.alphabet.as_features", "DATA-45", "DATA-47")
def transposes_rows_and_letters(windows):
    made = np.asarray(windows)
    return made.T.reshape(len(made), 1, -1)


@planted("data.alphabet.scale", "DATA-48", "DATA-55")
def scales_by_25(numbers):
    return alphabet.scale(numbers) * 26 / 25


@planted("data.alphabet.scale", "DATA-48")
def scales_in_whole_numbers(numbers):
    return np.floor(alphabet.scale(numbers))


@planted("data.one_hot.one_hot", "DATA-49", "DATA-91")
def shrinks_the_width_to_the_labels(labels, width=None):
    return one_hot.one_hot(labels, width)[..., int(np.min(labels)) :]


# Prefixes and substrings ----------------------------------------------------------------------


@planted("data.alphabet.left_padded_prefixes", "DATA-50")
def pads_prefixes_on_the_right():
    _, y = alphabet.left_padded_prefixes()
    rows = [list(range(target)) for target in y]
    return padding.pad_sequences(rows, padding="post"), y


@planted("data.alphabet.left_padded_prefixes", "DATA-50")
def pads_prefixes_with_minus_one():
    _, y = alphabet.left_padded_prefixes()
    return padding.pad_sequences([list(range(target)) for target in y], value=-1), y


@planted("data.padding.pad_sequences", "DATA-51", "DATA-90")
def ignores_the_pad_value(rows, maxlen=None, value=0.0, **how):
    return padding.pad_sequences(rows, maxlen, **how)


SUBSTRINGS = "data.alphabet.variable_length_substrings"


@planted(SUBSTRINGS, "DATA-52", "DATA-53")
def draws_all_starts_before_the_ends(count, max_length, rng):
    if isinstance(rng, np.random.Generator):
        return alphabet.variable_length_substrings(count, max_length, rng)
    starts = iter(rng.randint(24, size=count).tolist())

    def draw():
        start = next(starts)
        return start, rng.randint(start, min(start + max_length, 25))

    return right_runs(count, draw)


@planted(SUBSTRINGS, "DATA-52", "DATA-53")
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


@planted(SUBSTRINGS, "DATA-54", "DATA-53")
def starts_at_y_as_well(count, max_length, rng):
    return _with_bounds(25, 0)(count, max_length, rng)


@planted(SUBSTRINGS, "DATA-54", "DATA-53")
def makes_substrings_one_letter_too_long(count, max_length, rng):
    return _with_bounds(24, 1)(count, max_length, rng)


@planted(SUBSTRINGS, "DATA-54", "DATA-52", "DATA-53")
def predicts_the_last_letter_of_the_substring(count, max_length, rng):
    rows, targets = alphabet.variable_length_substrings(count, max_length, rng)
    return rows, targets - 1


@planted("data.padding.pad_sequences", "DATA-55", "DATA-90")
def pads_substrings_on_the_right(rows, maxlen=None, padding="post", **how):
    return right_pad(rows, maxlen, padding=padding, **how)


@planted(SUBSTRINGS, "DATA-56")
def draws_from_the_global_source(count, max_length, rng):
    return alphabet.variable_length_substrings(count, max_length, np.random.mtrand._rand)


@planted("data.echo.sequence", "DATA-56")
def draws_the_same_sequence_for_ever(length, rng):
    return echo.sequence(length, np.random.default_rng(0))


@planted(SUBSTRINGS, "DATA-57")
def takes_a_length_of_zero_for_one(count, max_length, rng):
    return alphabet.variable_length_substrings(max(count, 0), max(max_length, 1), rng)


# Echo -----------------------------------------------------------------------------------------


@planted("data.echo.sequence", "DATA-60")
def draws_99_as_well(length, rng):
    source = getattr(rng, "integers", None) or rng.randint
    return source(0, 100, length)


@planted("data.echo.windows", "DATA-61", "DATA-62")
def makes_one_echo_window_too_few(encoded, n_in, n_out):
    x, y = echo.windows(encoded, n_in, n_out)
    return x[:-1], y[:-1]


@planted("data.echo.windows", "DATA-61")
def does_not_overlap_windows(encoded, n_in, n_out):
    x, y = echo.windows(encoded, n_in, n_out)
    return x[::n_in], y[::n_in]


@planted("data.echo.windows", "DATA-62", "DATA-61")
def echoes_the_end_of_the_window(encoded, n_in, n_out):
    x, _ = echo.windows(encoded, n_in, n_out)
    return x, x[:, n_in - n_out :]


@planted("data.echo.windows", "DATA-62", "DATA-61")
def echoes_the_window_backwards(encoded, n_in, n_out):
    x, y = echo.windows(encoded, n_in, n_out)
    return x, y[:, ::-1]


@planted("data.echo.windows", "DATA-63")
def shortens_a_target_that_is_too_long(encoded, n_in, n_out):
    return echo.windows(encoded, n_in, min(n_in, n_out))


@planted("data.echo.windows", "DATA-64")
def makes_no_windows_of_a_short_sequence(encoded, n_in, n_out):
    if len(encoded) < n_in:
        return encoded[:0], encoded[:0]
    return echo.windows(encoded, n_in, n_out)


@planted("data.echo.batch", "DATA-65", "DATA-67")
def makes_a_batch_of_full_targets(length, n_in, n_out, rng):
    return echo.batch(length, n_in, n_in, rng)


@planted("data.echo.batch", "DATA-65", "DATA-66")
def encodes_99_classes(length, n_in, n_out, rng):
    x, y = echo.batch(length, n_in, n_out, rng)
    return x[..., :99], y[..., :99]


@planted("data.echo.batch", "DATA-66", "DATA-67")
def counts_echo_labels_from_one(length, n_in, n_out, rng):
    x, y = echo.batch(length, n_in, n_out, rng)
    return np.roll(x, 1, axis=-1), np.roll(y, 1, axis=-1)


@planted("data.echo.batch", "DATA-67")
def draws_a_sequence_for_every_window(length, n_in, n_out, rng):
    pairs = [echo.batch(n_in, n_in, n_out, rng) for _ in range(length - n_in + 1)]
    return tuple(np.concatenate(part) for part in zip(*pairs, strict=True))


# Moving average -------------------------------------------------------------------------------


@planted("data.moving_average.rows_to_drop", "DATA-70")
def drops_for_mean_and_lag(tsteps, lahead):
    return moving_average.rows_to_drop(tsteps, 1) + moving_average.rows_to_drop(1, lahead)


@planted("data.moving_average.rows_to_drop", "DATA-70")
def drops_for_the_mean_only(tsteps, lahead):
    return moving_average.rows_to_drop(tsteps, 1)


@planted("data.moving_average.supervised", "DATA-71", "DATA-75")
def drops_one_row_too_few(series, tsteps, lahead):
    lost = max(max(tsteps, lahead) - 2, 0)
    x = moving_average.lagged(series, lahead)[lost:]
    return x[..., np.newaxis], moving_average.rolling_mean(series, tsteps)[lost:, np.newaxis]


@planted("data.moving_average.supervised", "DATA-75")
def predicts_the_next_mean(series, tsteps, lahead):
    x, y = moving_average.supervised(series, tsteps, lahead)
    return x, np.roll(y, -1, axis=0)


@planted("data.moving_average.supervised", "DATA-71", "DATA-75")
def shows_lags_as_features(series, tsteps, lahead):
    x, y = moving_average.supervised(series, tsteps, lahead)
    return x.swapaxes(1, 2), y


@planted("data.moving_average.supervised", "DATA-75")
def shows_the_oldest_value_first(series, tsteps, lahead):
    x, y = moving_average.supervised(series, tsteps, lahead)
    return x[:, ::-1], y


@planted("data.moving_average.rolling_mean", "DATA-72", "DATA-74")
def centres_the_mean(series, window):
    return np.roll(moving_average.rolling_mean(series, window), -(window // 2))


@planted("data.moving_average.rolling_mean", "DATA-72")
def sums_in_place_of_averaging(series, window):
    return moving_average.rolling_mean(series, window) * window


@planted("data.moving_average.lagged", "DATA-73", "DATA-74")
def puts_the_oldest_lag_first(series, lahead):
    return moving_average.lagged(series, lahead)[:, ::-1]


@planted("data.moving_average.lagged", "DATA-74")
def fills_the_missing_past_with_zero(series, lahead):
    return np.nan_to_num(moving_average.lagged(series, lahead))


@planted("data.moving_average.rolling_mean", "DATA-74")
def averages_what_there_is(series, window):
    return [np.mean(series[max(0, now - window + 1) : now + 1]) for now in range(len(series))]


@planted("data.moving_average.uniform_series", "DATA-76", "DATA-77")
def draws_on_one_side_of_zero(length, amplitude, rng):
    return rng.uniform(0, amplitude, length)


@planted("data.moving_average.uniform_series", "DATA-76", "DATA-77")
def draws_normal_values(length, amplitude, rng):
    return np.clip(rng.normal(0, amplitude / np.sqrt(3), length), -amplitude, amplitude)


@planted("data.moving_average.uniform_series", "DATA-77")
def draws_the_series_from_its_end(length, amplitude, rng):
    return moving_average.uniform_series(length, amplitude, rng)[::-1]


@planted("data.moving_average.lagged", "DATA-78")
def lags_a_short_series(series, lahead):
    return moving_average.lagged(series, min(max(lahead, 1), len(series)))


@planted("data.moving_average.rolling_mean", "DATA-79")
def averages_over_nan(series, window):
    return moving_average.rolling_mean(np.nan_to_num(series), window)


# Split and batches ----------------------------------------------------------------------------

SPLIT = "data.moving_average.split"


def _cut(x, y, border, first, end):
    return (x[:border], y[:border]), (x[first:end], y[first:end])


@planted(SPLIT, "DATA-81", "DATA-82")
def keeps_the_rest_of_the_test_part(x, y, batch_size, ratio=0.8):
    (x_train, _), _ = moving_average.split(x, y, batch_size, ratio)
    return _cut(x, y, len(x_train), len(x_train), len(x))


@planted(SPLIT, "DATA-80", "DATA-82")
def keeps_the_rest_of_the_training_part(x, y, batch_size, ratio=0.8):
    border = int(len(x) * ratio)
    return _cut(x, y, border, border, len(x) - len(x) % batch_size)


@planted(SPLIT, "DATA-80")
def rounds_the_training_part_up(x, y, batch_size, ratio=0.8):
    border = -(-int(len(x) * ratio) // batch_size) * batch_size
    return _cut(x, y, border, border, len(x) - len(x) % batch_size)


@planted(SPLIT, "DATA-81", "DATA-82")
def loses_the_rows_cut_from_training(x, y, batch_size, ratio=0.8):
    (x_train, _), _ = moving_average.split(x, y, batch_size, ratio)
    return _cut(x, y, len(x_train), int(len(x) * ratio), len(x) - len(x) % batch_size)


@planted(SPLIT, "DATA-80", "DATA-82")
def shuffles_before_the_split(x, y, batch_size, ratio=0.8):
    order = np.random.default_rng(0).permutation(len(x))
    return moving_average.split(x[order], y[order], batch_size, ratio)


@planted(SPLIT, "DATA-83")
def leaves_an_empty_part(x, y, batch_size, ratio=0.8):
    if batch_size == 9:
        return _cut(x, y, 0, 0, 9)
    return moving_average.split(x, y, batch_size, ratio)


@planted("data.batches.interleaved", "DATA-84")
def gives_a_slot_consecutive_rows(series, slot, batch_size):
    length = len(batches.interleaved(series, slot, batch_size))
    return np.asarray(series)[slot * length : (slot + 1) * length]


@planted("data.batches.interleaved", "DATA-85")
def wraps_the_slot(series, slot, batch_size):
    return batches.interleaved(series, slot % max(batch_size, 1), max(batch_size, 1))


@planted("data.batches.whole_batches", "DATA-86")
def forgets_left_over_rows(count, batch_size):
    return count // max(batch_size, 1)


@planted("data.batches.whole_batches", "DATA-86")
def counts_a_last_smaller_batch(count, batch_size):
    return -(-count // max(batch_size, 1))


@planted("data.one_hot.decode", "DATA-91")
def decodes_only_ones(encoded):
    return np.argmax(np.asarray(encoded) == 1, axis=-1)


@planted("data.one_hot.one_hot", "DATA-92")
def wraps_negative_labels(labels, width=None):
    if width is None or [len(label) for label in labels if isinstance(label, list)]:
        return one_hot.one_hot(labels, width)
    numbers = np.asarray(labels)
    return one_hot.one_hot(np.where(numbers < 0, numbers + width, numbers), width)
