"""The echo experiments: sequences of integers, one-hot, in windows."""

from __future__ import annotations

import numpy as np

from lstm_spec.data import echo, one_hot
from reference.mutants.planting import planter

plant = planter("data_series")


@plant("sequence draws the same sequence for ever.", "DATA-56", place="data.echo.sequence")
def draws_the_same_sequence_for_ever(length, rng):
    return echo.sequence(length, np.random.default_rng(0))


# Echo -----------------------------------------------------------------------------------------


@plant("sequence draws 99 as well.", "DATA-60", place="data.echo.sequence")
def draws_99_as_well(length, rng):
    source = getattr(rng, "integers", None) or rng.randint
    return source(0, 100, length)


@plant("windows makes one echo window too few.", "DATA-61 DATA-62", place="data.echo.windows")
def makes_one_echo_window_too_few(encoded, n_in, n_out):
    x, y = echo.windows(encoded, n_in, n_out)
    return x[:-1], y[:-1]


@plant("windows does not overlap windows.", "DATA-61", place="data.echo.windows")
def does_not_overlap_windows(encoded, n_in, n_out):
    x, y = echo.windows(encoded, n_in, n_out)
    return x[::n_in], y[::n_in]


@plant("windows echoes the end of the window.", "DATA-62 DATA-61", place="data.echo.windows")
def echoes_the_end_of_the_window(encoded, n_in, n_out):
    x, _ = echo.windows(encoded, n_in, n_out)
    return x, x[:, n_in - n_out :]


@plant("windows echoes the window backwards.", "DATA-62 DATA-61", place="data.echo.windows")
def echoes_the_window_backwards(encoded, n_in, n_out):
    x, y = echo.windows(encoded, n_in, n_out)
    return x, y[:, ::-1]


@plant("windows shortens a target that is too long.", "DATA-63", place="data.echo.windows")
def shortens_a_target_that_is_too_long(encoded, n_in, n_out):
    return echo.windows(encoded, n_in, min(n_in, n_out))


@plant("windows makes no windows of a short sequence.", "DATA-64", place="data.echo.windows")
def makes_no_windows_of_a_short_sequence(encoded, n_in, n_out):
    if len(encoded) < n_in:
        return encoded[:0], encoded[:0]
    return echo.windows(encoded, n_in, n_out)


@plant("batch makes a batch of full targets.", "DATA-65 DATA-67", place="data.echo.batch")
def makes_a_batch_of_full_targets(length, n_in, n_out, rng):
    return echo.batch(length, n_in, n_in, rng)


@plant("batch encodes 99 classes.", "DATA-65 DATA-66", place="data.echo.batch")
def encodes_99_classes(length, n_in, n_out, rng):
    x, y = echo.batch(length, n_in, n_out, rng)
    return x[..., :99], y[..., :99]


@plant("batch counts echo labels from one.", "DATA-66 DATA-67", place="data.echo.batch")
def counts_echo_labels_from_one(length, n_in, n_out, rng):
    x, y = echo.batch(length, n_in, n_out, rng)
    return np.roll(x, 1, axis=-1), np.roll(y, 1, axis=-1)


@plant("batch draws a sequence for every window.", "DATA-67", place="data.echo.batch")
def draws_a_sequence_for_every_window(length, n_in, n_out, rng):
    pairs = [echo.batch(n_in, n_in, n_out, rng) for _ in range(length - n_in + 1)]
    return tuple(np.concatenate(part) for part in zip(*pairs, strict=True))


@plant("batch draws 99 as well.", "DATA-67 PIPE-06", place="data.echo.batch")
def draws_99_for_a_batch(length, n_in, n_out, rng):
    encoded = one_hot.one_hot(draws_99_as_well(length, rng), echo.WIDTH)
    return echo.windows(encoded, n_in, n_out)


@plant("batch echoes the end of the window.", "DATA-67 PIPE-06", place="data.echo.batch")
def echoes_the_end_of_every_window(length, n_in, n_out, rng):
    x, _ = echo.batch(length, n_in, n_out, rng)
    return x, x[:, n_in - n_out :]
