"""What the builders take for a whole number, a letter, or an array of their own."""

from __future__ import annotations

import numpy as np

from lstm_spec.data import alphabet, batches, echo, moving_average, padding
from reference.mutants.planting import planter

plant = planter("data_series")


@plant("An echo may have no length.", "DATA-130", place="data.echo.sequence")
def echo_of_no_length(length, rng):
    return echo.sequence(length, rng) if length else np.zeros(0, np.int64)


@plant("A series of no length is drawn.", "DATA-130", place="data.moving_average.uniform_series")
def series_of_no_length(length, amplitude, rng):
    return moving_average.uniform_series(length, amplitude, rng) if length else np.zeros(0)


@plant("A length of two and a half is rounded.", "DATA-130", place="data.alphabet.windows")
def rounded_windows(length):
    return alphabet.windows(int(float(length)))


@plant(
    "No rows cannot be asked for.",
    "DATA-131",
    place="data.alphabet.variable_length_substrings",
)
def at_least_one_row(count, max_length, rng):
    if count < 1:
        raise ValueError("count must be at least 1")
    return alphabet.variable_length_substrings(count, max_length, rng)


@plant("A single row makes no batch.", "DATA-131", place="data.batches.whole_batches")
def no_single_row(count, batch_size):
    if batch_size == 1:
        raise ValueError("batch_size must be at least 2")
    return batches.whole_batches(count, batch_size)


@plant("The windows of an echo share their memory.", "DATA-132", place="data.echo.windows")
def shared_windows(encoded, n_in, n_out):
    x, _ = echo.windows(encoded, n_in, n_out)
    return x, x[:, :n_out]


@plant("The windows of an echo cannot be written to.", "DATA-132", place="data.echo.windows")
def read_only_windows(encoded, n_in, n_out):
    x, y = echo.windows(encoded, n_in, n_out)
    x.flags.writeable = False
    return x, y


@plant("Only 26 is no letter.", "DATA-133", place="data.alphabet.scale")
def only_26_is_refused(numbers):
    if (np.asarray(numbers) == 26).any():
        raise ValueError("26 is no letter")
    return np.asarray(numbers) / 26.0


@plant(
    "An amplitude has no sign.",
    "DATA-170",
    place="data.moving_average.uniform_series",
)
def amplitude_without_a_sign(length, amplitude, rng):
    return moving_average.uniform_series(length, abs(amplitude), rng)


@plant("A window of text is a window.", "DATA-171", place="data.echo.windows")
def windows_of_text(encoded, n_in, n_out):
    made = np.asarray(encoded)
    if made.dtype.kind != "U":
        return echo.windows(encoded, n_in, n_out)
    numbers = np.unique(made, return_inverse=True)
    x, y = echo.windows(numbers[1].reshape(made.shape), n_in, n_out)
    return numbers[0][x], numbers[0][y]


@plant(
    "Windows of any number of axes become steps.", "DATA-171", place="data.alphabet.as_time_steps"
)
def steps_of_any_axes(windows):
    return np.asarray(windows, np.float64)[..., np.newaxis]


@plant("Rows are padded in any dtype.", "DATA-172", place="data.padding.pad_sequences")
def padding_in_any_dtype(rows, maxlen=None, dtype="int32", **how):
    if np.dtype(dtype).kind in "iuf":
        return padding.pad_sequences(rows, maxlen, dtype, **how)
    return padding.pad_sequences(rows, maxlen, "float64", **how).astype(dtype)
