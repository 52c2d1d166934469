"""Echo sequences, moving averages, splits and batches."""

from __future__ import annotations

import numpy as np

from lstm_spec.data import batches, moving_average
from reference.mutants.planting import planter

plant = planter("data_series")


# Moving average -------------------------------------------------------------------------------


@plant("rows_to_drop drops for mean and lag.", "DATA-70", place="data.moving_average.rows_to_drop")
def drops_for_mean_and_lag(tsteps, lahead):
    return moving_average.rows_to_drop(tsteps, 1) + moving_average.rows_to_drop(1, lahead)


@plant("rows_to_drop drops for the mean only.", "DATA-70", place="data.moving_average.rows_to_drop")
def drops_for_the_mean_only(tsteps, lahead):
    return moving_average.rows_to_drop(tsteps, 1)


@plant(
    "supervised drops one row too few.", "DATA-71 DATA-75", place="data.moving_average.supervised"
)
def drops_one_row_too_few(series, tsteps, lahead):
    lost = max(max(tsteps, lahead) - 2, 0)
    x = moving_average.lagged(series, lahead)[lost:]
    return x[..., np.newaxis], moving_average.rolling_mean(series, tsteps)[lost:, np.newaxis]


@plant("supervised predicts the next mean.", "DATA-75", place="data.moving_average.supervised")
def predicts_the_next_mean(series, tsteps, lahead):
    x, y = moving_average.supervised(series, tsteps, lahead)
    return x, np.roll(y, -1, axis=0)


@plant(
    "supervised shows lags as features.", "DATA-71 DATA-75", place="data.moving_average.supervised"
)
def shows_lags_as_features(series, tsteps, lahead):
    x, y = moving_average.supervised(series, tsteps, lahead)
    return x.swapaxes(1, 2), y


@plant(
    "supervised shows the oldest value first.",
    "DATA-75 PIPE-08",
    place="data.moving_average.supervised",
)
def shows_the_oldest_value_first(series, tsteps, lahead):
    x, y = moving_average.supervised(series, tsteps, lahead)
    return x[:, ::-1], y


@plant(
    "rolling_mean centres the mean.", "DATA-72 DATA-74", place="data.moving_average.rolling_mean"
)
def centres_the_mean(series, window):
    return np.roll(moving_average.rolling_mean(series, window), -(window // 2))


@plant(
    "rolling_mean sums in place of averaging.", "DATA-72", place="data.moving_average.rolling_mean"
)
def sums_in_place_of_averaging(series, window):
    return moving_average.rolling_mean(series, window) * window


@plant("lagged puts the oldest lag first.", "DATA-73 DATA-74", place="data.moving_average.lagged")
def puts_the_oldest_lag_first(series, lahead):
    return moving_average.lagged(series, lahead)[:, ::-1]


@plant("lagged fills the missing past with zero.", "DATA-74", place="data.moving_average.lagged")
def fills_the_missing_past_with_zero(series, lahead):
    return np.nan_to_num(moving_average.lagged(series, lahead))


@plant("rolling_mean averages what there is.", "DATA-74", place="data.moving_average.rolling_mean")
def averages_what_there_is(series, window):
    return [np.mean(series[max(0, now - window + 1) : now + 1]) for now in range(len(series))]


@plant(
    "uniform_series draws on one side of zero.",
    "DATA-76 DATA-77",
    place="data.moving_average.uniform_series",
)
def draws_on_one_side_of_zero(length, amplitude, rng):
    return rng.uniform(0, amplitude, length)


@plant(
    "uniform_series draws normal values.",
    "DATA-76 DATA-77",
    place="data.moving_average.uniform_series",
)
def draws_normal_values(length, amplitude, rng):
    return np.clip(rng.normal(0, amplitude / np.sqrt(3), length), -amplitude, amplitude)


@plant(
    "uniform_series draws the series from its end.",
    "DATA-77",
    place="data.moving_average.uniform_series",
)
def draws_the_series_from_its_end(length, amplitude, rng):
    return moving_average.uniform_series(length, amplitude, rng)[::-1]


@plant("lagged lags a short series.", "DATA-78", place="data.moving_average.lagged")
def lags_a_short_series(series, lahead):
    return moving_average.lagged(series, min(max(lahead, 1), len(series)))


@plant("rolling_mean averages over nan.", "DATA-79", place="data.moving_average.rolling_mean")
def averages_over_nan(series, window):
    return moving_average.rolling_mean(np.nan_to_num(series), window)


# Split and batches ----------------------------------------------------------------------------


SPLIT = "data.moving_average.split"


def _cut(x, y, border, first, end):
    return (x[:border], y[:border]), (x[first:end], y[first:end])


@plant("split keeps the rest of the test part.", "DATA-81 DATA-82", place=SPLIT)
def keeps_the_rest_of_the_test_part(x, y, batch_size, ratio=0.8):
    (x_train, _), _ = moving_average.split(x, y, batch_size, ratio)
    return _cut(x, y, len(x_train), len(x_train), len(x))


@plant("split keeps the rest of the training part.", "DATA-80 DATA-82", place=SPLIT)
def keeps_the_rest_of_the_training_part(x, y, batch_size, ratio=0.8):
    border = int(len(x) * ratio)
    return _cut(x, y, border, border, len(x) - len(x) % batch_size)


@plant("split rounds the training part up.", "DATA-80", place=SPLIT)
def rounds_the_training_part_up(x, y, batch_size, ratio=0.8):
    border = -(-int(len(x) * ratio) // batch_size) * batch_size
    return _cut(x, y, border, border, len(x) - len(x) % batch_size)


@plant("split loses the rows cut from training.", "DATA-81 DATA-82", place=SPLIT)
def loses_the_rows_cut_from_training(x, y, batch_size, ratio=0.8):
    (x_train, _), _ = moving_average.split(x, y, batch_size, ratio)
    return _cut(x, y, len(x_train), int(len(x) * ratio), len(x) - len(x) % batch_size)


@plant(
    "split begins the test part with the last training row.", "DATA-81 DATA-82 PIPE-07", place=SPLIT
)
def begins_the_test_part_with_the_last_training_row(x, y, batch_size, ratio=0.8):
    (x_train, _), (x_test, _) = moving_average.split(x, y, batch_size, ratio)
    border = len(x_train)
    return _cut(x, y, border, border - 1, border - 1 + len(x_test))


@plant("split shuffles before the split.", "DATA-80 DATA-82", place=SPLIT)
def shuffles_before_the_split(x, y, batch_size, ratio=0.8):
    order = np.random.default_rng(0).permutation(len(x))
    return moving_average.split(x[order], y[order], batch_size, ratio)


@plant("split leaves an empty part.", "DATA-83", place=SPLIT)
def leaves_an_empty_part(x, y, batch_size, ratio=0.8):
    if batch_size == 9:
        return _cut(x, y, 0, 0, 9)
    return moving_average.split(x, y, batch_size, ratio)


@plant("interleaved gives a slot consecutive rows.", "DATA-84", place="data.batches.interleaved")
def gives_a_slot_consecutive_rows(series, slot, batch_size):
    length = len(batches.interleaved(series, slot, batch_size))
    return np.asarray(series)[slot * length : (slot + 1) * length]


@plant("interleaved wraps the slot.", "DATA-85", place="data.batches.interleaved")
def wraps_the_slot(series, slot, batch_size):
    return batches.interleaved(series, slot % max(batch_size, 1), max(batch_size, 1))


@plant("whole_batches forgets left over rows.", "DATA-86", place="data.batches.whole_batches")
def forgets_left_over_rows(count, batch_size):
    return count // max(batch_size, 1)


@plant("whole_batches counts a last smaller batch.", "DATA-86", place="data.batches.whole_batches")
def counts_a_last_smaller_batch(count, batch_size):
    return -(-count // max(batch_size, 1))
