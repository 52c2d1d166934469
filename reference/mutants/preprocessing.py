"""A framework's own padding and one-hot encoding."""

from __future__ import annotations

import numpy as np

from lstm_spec.data.one_hot import one_hot as right_one_hot
from lstm_spec.data.padding import pad_sequences as right_pad
from reference.mutants.planting import planter

plant = planter("preprocessing")


PAD = "preprocessing.pad_sequences"


ONE_HOT = "preprocessing.one_hot"


@plant("The framework's pad_sequences pads on the right by default.", "DATA-01 DATA-06", place=PAD)
def pads_on_the_right_by_default(rows, maxlen=None, padding="post", **how):
    return right_pad(rows, maxlen, padding=padding, **how)


@plant("The framework's pad_sequences truncates the end by default.", "DATA-02 DATA-09", place=PAD)
def truncates_the_end_by_default(rows, maxlen=None, truncating="post", **how):
    return right_pad(rows, maxlen, truncating=truncating, **how)


@plant("The framework's pad_sequences pads always on the left.", "DATA-03 DATA-05", place=PAD)
def pads_always_on_the_left(rows, maxlen=None, padding="pre", **how):
    return right_pad(rows, maxlen, **how)


@plant(
    "The framework's pad_sequences truncates on the side of padding.", "DATA-04 DATA-05", place=PAD
)
def truncates_on_the_side_of_padding(rows, maxlen=None, padding="pre", truncating="pre", **how):
    return right_pad(rows, maxlen, padding=padding, truncating=padding, **how)


@plant(
    "The framework's pad_sequences exchanges the sides when both are given.", "DATA-05", place=PAD
)
def exchanges_the_sides_when_both_are_given(
    rows, maxlen=None, padding=None, truncating=None, **how
):
    if padding and truncating:
        padding, truncating = truncating, padding
    return right_pad(rows, maxlen, padding=padding or "pre", truncating=truncating or "pre", **how)


@plant("The framework's pad_sequences takes the length of the first row.", "DATA-06", place=PAD)
def takes_the_length_of_the_first_row(rows, maxlen=None, **how):
    return right_pad(rows, len(rows[0]) if maxlen is None else maxlen, **how)


@plant(
    "The framework's pad_sequences pads with zero whatever is given.", "DATA-07 DATA-05", place=PAD
)
def pads_with_zero_whatever_is_given(rows, maxlen=None, value=0.0, **how):
    return right_pad(rows, maxlen, **how)


@plant("The framework's pad_sequences returns float32 always.", "DATA-08", place=PAD)
def returns_float32_always(rows, maxlen=None, dtype="int32", **how):
    return right_pad(rows, maxlen, dtype=dtype, **how).astype("float32")


@plant("The framework's pad_sequences drops empty rows.", "DATA-09 DATA-05", place=PAD)
def drops_empty_rows(rows, maxlen=None, **how):
    return right_pad([row for row in rows if len(row)], maxlen, **how)


@plant("The framework's pad_sequences fills empty rows with zero.", "DATA-09", place=PAD)
def fills_empty_rows_with_zero(rows, maxlen=None, **how):
    made = right_pad(rows, maxlen, **how)
    made[[not len(row) for row in rows]] = 0
    return made


@plant("The framework's pad_sequences sorts rows by length.", "DATA-10", place=PAD)
def sorts_rows_by_length(rows, maxlen=None, **how):
    return right_pad(sorted(rows, key=len), maxlen, **how)


@plant("The framework's pad_sequences cuts rows that fit.", "DATA-11", place=PAD)
def cuts_rows_that_fit(rows, maxlen=None, **how):
    longest = max(map(len, rows)) if maxlen is None else maxlen
    return right_pad([row[1:] if len(row) == longest else row for row in rows], longest, **how)


@plant("The framework's pad_sequences flattens vectors.", "DATA-12", place=PAD)
def flattens_vectors(rows, maxlen=None, **how):
    return right_pad([np.ravel(row) for row in rows], maxlen, **how)


@plant("The framework's pad_sequences takes any side.", "DATA-13", place=PAD)
def takes_any_side(rows, maxlen=None, padding="pre", truncating="pre", **how):
    sides = {"padding": padding, "truncating": truncating}
    known = {name: "post" if side == "post" else "pre" for name, side in sides.items()}
    return right_pad(rows, maxlen, **known, **how)


@plant("The framework's pad_sequences takes a negative length as zero.", "DATA-14", place=PAD)
def takes_a_negative_length_as_zero(rows, maxlen=None, **how):
    return right_pad(rows, maxlen if maxlen is None else max(maxlen, 0), **how)


def _flat(row):
    return [number for entry in row for number in np.ravel(entry)]


@plant("The framework's pad_sequences mixes entries of all shapes.", "DATA-15", place=PAD)
def mixes_entries_of_all_shapes(rows, maxlen=None, **how):
    return right_pad([_flat(row) for row in rows], maxlen, **how)


@plant("The framework's pad_sequences takes numbers for a row.", "DATA-16", place=PAD)
def takes_numbers_for_a_row(rows, maxlen=None, **how):
    return right_pad([rows] if np.isscalar(rows[0]) else rows, maxlen, **how)


def _bent(rows, maxlen, dtype, value, **how):
    wide = right_pad(rows, maxlen, dtype="float64", value=value, **how)
    with np.errstate(invalid="ignore"):
        return wide.astype(dtype)


@plant("The framework's pad_sequences bends numbers into the dtype.", "DATA-17 DATA-18", place=PAD)
def bends_numbers_into_the_dtype(rows, maxlen=None, dtype="int32", value=0.0, **how):
    return _bent(rows, maxlen, dtype, value, **how)


@plant(
    "The framework's pad_sequences returns its input where nothing is to do.", "DATA-19", place=PAD
)
def returns_its_input_where_nothing_is_to_do(rows, maxlen=None, **how):
    if isinstance(rows, np.ndarray) and rows.shape[1] == maxlen:
        return rows
    return right_pad(rows, maxlen, **how)


@plant("The framework's pad_sequences cuts the rows in place.", "DATA-19", place=PAD)
def cuts_the_rows_in_place(rows, maxlen=None, **how):
    made = right_pad(rows, maxlen, **how)
    for row in rows:
        if isinstance(row, list) and maxlen is not None:
            del row[: max(len(row) - maxlen, 0)]
    return made


@plant("The framework's one_hot makes the width one too large.", "DATA-20 DATA-22", place=ONE_HOT)
def makes_the_width_one_too_large(labels, width=None):
    return right_one_hot(labels, int(np.max(labels)) + 2 if width is None else width)


@plant("The framework's one_hot counts the different labels.", "DATA-20 DATA-22", place=ONE_HOT)
def counts_the_different_labels(labels, width=None):
    if width is None:
        labels = np.unique(labels, return_inverse=True)[1]
    return right_one_hot(labels, width)


@plant("The framework's one_hot ignores the width.", "DATA-21", place=ONE_HOT)
def ignores_the_width(labels, width=None):
    fits = width is None or not np.size(labels) or np.max(labels) >= width
    return right_one_hot(labels, width if fits else None)


@plant("The framework's one_hot counts labels from one.", "DATA-22 DATA-21", place=ONE_HOT)
def counts_labels_from_one(labels, width=None):
    made = right_one_hot(labels, width)
    return np.roll(made, -1, axis=-1)


@plant("The framework's one_hot flattens labels.", "DATA-23 DATA-24", place=ONE_HOT)
def flattens_labels(labels, width=None):
    return right_one_hot(np.ravel(labels), width)


@plant("The framework's one_hot drops a last axis of one.", "DATA-24", place=ONE_HOT)
def drops_a_last_axis_of_one(labels, width=None):
    made = right_one_hot(labels, width)
    return made[..., 0, :] if np.ndim(labels) > 1 and np.shape(labels)[-1] == 1 else made


@plant(
    "The framework's one_hot heats every column up to the label.", "DATA-25 DATA-21", place=ONE_HOT
)
def heats_every_column_up_to_the_label(labels, width=None):
    return np.cumsum(right_one_hot(labels, width)[..., ::-1], axis=-1)[..., ::-1]


@plant("The framework's one_hot leaves labels beyond the width cold.", "DATA-26", place=ONE_HOT)
def leaves_labels_beyond_the_width_cold(labels, width=None):
    return right_one_hot(labels) if width is None else right_one_hot(labels, 99)[..., :width]


@plant("The framework's one_hot takes negative labels from the end.", "DATA-27", place=ONE_HOT)
def takes_negative_labels_from_the_end(labels, width=None):
    numbers = np.asarray(labels)
    if width is None or not numbers.size:
        return right_one_hot(labels, width)
    return right_one_hot(np.where(numbers < 0, numbers + width, numbers), width)


@plant("The framework's one_hot rounds labels down.", "DATA-28", place=ONE_HOT)
def rounds_labels_down(labels, width=None):
    return right_one_hot(np.floor(labels), width)


@plant("The framework's one_hot takes missing labels for zero.", "DATA-29", place=ONE_HOT)
def takes_missing_labels_for_zero(labels, width=None):
    return right_one_hot(np.nan_to_num(labels), width)


@plant("The framework's one_hot joins ragged labels.", "DATA-30", place=ONE_HOT)
def joins_ragged_labels(labels, width=None):
    lists = [label for label in labels if isinstance(label, list)]
    ragged = len({len(label) for label in lists}) > 1
    return right_one_hot(np.concatenate(lists) if ragged else labels, width)


@plant("The framework's one_hot invents a width for no labels.", "DATA-31", place=ONE_HOT)
def invents_a_width_for_no_labels(labels, width=None):
    return right_one_hot(labels, 1 if width is None and not np.size(labels) else width)


@plant(
    "The framework's pad_sequences keeps the last maxlen entries with the slice [-maxlen:].",
    "DATA-100",
    place=PAD,
)
def keeps_whole_rows_if_maxlen_is_zero(rows, maxlen=None, truncating="pre", **how):
    if maxlen == 0 and truncating == "pre":
        return right_pad(rows, None, truncating=truncating, **how)
    return right_pad(rows, maxlen, truncating=truncating, **how)


@plant("The framework's pad_sequences takes a maxlen of 0 for none.", "DATA-100", place=PAD)
def takes_a_maxlen_of_zero_for_none(rows, maxlen=None, **how):
    return right_pad(rows, maxlen or None, **how)
