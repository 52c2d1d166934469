"""Masked steps at the beginning, at the end, in the middle of rows and in whole rows.

The masks are written as pictures: x counts, . does not. At masked steps stand large numbers, so
that the smallest leak is seen. Outputs at masked steps are the held ones: the previous output, zero
before the first valid step.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, AnyLayer, Bidirectional, Dense, Masking, ModelSpec, RepeatVector
from lstm_spec.vectors.case import FEATURES, UNITS, Draft, Draw, call, operation, vector

SEQUENCE = ModelSpec((LSTM(UNITS, return_sequences=True),), FEATURES)
GARBAGE = 65536.0


def picture(*rows: str) -> Array:
    """A mask (batch, time): True where a row has an x."""
    return np.array([[one == "x" for one in row] for row in rows])


def masked(draw: Draw, layer: AnyLayer, mask: Array) -> Draft:
    """One layer from given states, with garbage at the masked steps."""
    spec = ModelSpec((layer,), FEATURES)
    x = np.where(mask[:, :, None], draw.x(), GARBAGE)
    return Draft(spec, draw.weights(spec), [call(x, mask, draw.states(spec))])


EVERYTHING = picture("xx.x.", ".xxx.", ".....")
"""Masked in the middle and at the end; at the beginning and at the end; a whole row."""


@vector(
    "masks/tail",
    "Rows of five, three and one valid step, from given states.",
    clauses="MASK-01 MASK-02 MASK-12 MASK-25",
    notices=("a mask ignored or inverted", "h or c that changes at masked steps"),
)
def tail(draw: Draw) -> Draft:
    """What every engine with sequence lengths can do."""
    return masked(draw, LSTM(UNITS, return_sequences=True), picture("xxxxx", "xxx..", "x...."))


@vector(
    "masks/head",
    "Masked first steps, as left padding makes them, from given states.",
    clauses="MASK-03 MASK-13 MASK-24",
    notices=("a mask taken for a length", "the given state lost at the first valid step"),
)
def head(draw: Draw) -> Draft:
    """Before the first valid step the output is zero, whatever h is."""
    return masked(draw, LSTM(UNITS, return_sequences=True), picture(".xxxx", "...xx", "xxxxx"))


@vector(
    "masks/hole",
    "Masked steps in the middle, other ones in every row.",
    clauses="MASK-04 MASK-05 MASK-06 MASK-12 MASK-14",
    notices=(
        "masked steps between valid ones treated as valid",
        "the state set to zero",
        "one row's mask used for all rows",
    ),
)
def hole(draw: Draw) -> Draft:
    """The output is held, and h and c do not change."""
    return masked(draw, LSTM(UNITS, return_sequences=True), picture("x.xxx", "xx..x", "x.x.x"))


@vector(
    "masks/whole-row",
    "One row without a valid step: its output is zero and its state the given one.",
    clauses="MASK-07 MASK-26",
    notices=("an empty row that gets one step", "a state of zero"),
)
def whole_row(draw: Draw) -> Draft:
    """The other rows are not masked at all."""
    return masked(draw, LSTM(UNITS, return_sequences=True), picture("xxxxx", ".....", "xxxxx"))


@vector(
    "masks/last-output",
    "Masked in the middle, at the beginning and in a whole row, with a single output.",
    clauses="MASK-01 MASK-04 MASK-07 MASK-10",
    notices=("the output of a masked last step",),
)
def last_output(draw: Draw) -> Draft:
    """The output is that of the last valid step; zero for the empty row."""
    return masked(draw, LSTM(UNITS), EVERYTHING)


@vector(
    "masks/backwards",
    "A backward layer with the same masks.",
    clauses="MASK-19 MASK-20",
    notices=("a mask that is not reversed with the row",),
)
def backwards(draw: Draw) -> Draft:
    """It reads from the last valid step to the first."""
    return masked(draw, LSTM(UNITS, return_sequences=True, go_backwards=True), EVERYTHING)


@vector(
    "masks/bidirectional",
    "Both directions skip the same steps.",
    clauses="MASK-21 MASK-22 MASK-23 MASK-40",
    notices=("a backward half without a mask", "states of the directions exchanged"),
)
def bidirectional(draw: Draw) -> Draft:
    """With given states for both directions."""
    return masked(draw, Bidirectional(LSTM(UNITS, return_sequences=True)), EVERYTHING)


@vector(
    "masks/none-after-one",
    "A call with a mask, a call without, and steps of zeros without a mask.",
    clauses="MASK-09 MASK-11 MASK-29",
    notices=("a mask that is remembered", "steps of zeros skipped without a mask"),
)
def none_after_one(draw: Draw) -> Draft:
    """A step of zeros is a step."""
    x = draw.x()
    zeros = np.where(EVERYTHING[:, :, None], x, 0.0)
    nothing = np.ones_like(EVERYTHING)
    operations = [call(x, EVERYTHING), call(x), call(x, nothing), call(zeros)]
    return Draft(SEQUENCE, draw.weights(SEQUENCE), operations)


def with_value(draw: Draw, value: float) -> Array:
    """Rows whose masked steps hold the value in every feature, and some steps in one of them."""
    x = np.where(EVERYTHING[:, :, None], draw.x(), value)
    x[:, :, 1] = np.where(picture("x....", "..x..", ".....") == 1, value, x[:, :, 1])
    return x


@vector(
    "masks/masking-layer",
    "Masking by the value 0.5, then a stack of two layers and a Dense layer.",
    clauses="MASK-31 MASK-32 MASK-33 MASK-34 MASK-35",
    notices=("masked if any feature equals the value", "a mask that ends at the first layer"),
)
def masking_layer(draw: Draw) -> Draft:
    """Called, then predicted in batches of two and one."""
    layers = (
        Masking(0.5),
        LSTM(UNITS, return_sequences=True),
        LSTM(3, return_sequences=True),
        Dense(2),
    )
    spec = ModelSpec(layers, FEATURES)
    x = with_value(draw, 0.5)
    return Draft(spec, draw.weights(spec), [call(x), operation("predict", x=x, batch_size=2)])


@vector(
    "masks/masking-layer-from-given-states",
    "Masking by the value 0.5 in a call that is given its states.",
    clauses="MASK-43",
    notices=("a given initial state that disables the mask of a layer",),
)
def masking_layer_from_given_states(draw: Draw) -> Draft:
    """States and mask are separate inputs, and the states must not disable the mask."""
    spec = ModelSpec((Masking(0.5), LSTM(UNITS, return_sequences=True)), FEATURES)
    return Draft(spec, draw.weights(spec), [call(with_value(draw, 0.5), None, draw.states(spec))])


@vector(
    "masks/backwards-then-forwards",
    "After a backward layer, the mask is in processing order, like the outputs.",
    clauses="MASK-41",
    notices=("a mask that stays in time order after a backward layer",),
)
def backwards_then_forwards(draw: Draw) -> Draft:
    """Both layers under one mask."""
    layers = (
        LSTM(UNITS, return_sequences=True, go_backwards=True),
        LSTM(3, return_sequences=True),
    )
    spec = ModelSpec((Masking(), *layers), FEATURES)
    return Draft(spec, draw.weights(spec), [call(with_value(draw, 0.0))])


@vector(
    "masks/behind-bidirectional",
    "After a bidirectional layer, the mask is passed on unchanged.",
    clauses="MASK-42",
    notices=("a bidirectional layer that ends the mask",),
)
def behind_bidirectional(draw: Draw) -> Draft:
    """A single output at the end."""
    layers = (Bidirectional(LSTM(UNITS, return_sequences=True)), LSTM(3))
    spec = ModelSpec((Masking(), *layers), FEATURES)
    return Draft(spec, draw.weights(spec), [call(with_value(draw, 0.0))])


@vector(
    "masks/encoder-decoder",
    "A single output ends the mask: the decoder masks nothing.",
    clauses="MASK-36",
    notices=("a mask that is passed on after a single output",),
)
def encoder_decoder(draw: Draw) -> Draft:
    """As many steps out as in, so that the old mask would fit."""
    layers = (Masking(), LSTM(UNITS), RepeatVector(5), LSTM(3, return_sequences=True))
    spec = ModelSpec(layers, FEATURES)
    return Draft(spec, draw.weights(spec), [call(with_value(draw, 0.0))])


@vector(
    "masks/given-to-an-encoder-decoder",
    "The same with a mask that is given to the call.",
    clauses="MASK-36",
    notices=("a given mask that is passed on after a single output",),
)
def given_to_an_encoder_decoder(draw: Draw) -> Draft:
    """A row without a valid step gives a vector of zeros."""
    layers = (LSTM(UNITS), RepeatVector(5), LSTM(3, return_sequences=True))
    spec = ModelSpec(layers, FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), EVERYTHING)])


@vector(
    "masks/full-lengths",
    "A mask without a masked step is a mask: rows of full length beside rows of length three.",
    clauses="MASK-124",
    notices=("a mask of full lengths taken for none, or for one of no lengths",),
)
def full_lengths(draw: Draw) -> Draft:
    """A call with a mask of full lengths, and one with a mask of both kinds of rows."""
    full = np.ones_like(EVERYTHING)
    both = picture("xxxxx", "xxx..", "xxxxx")
    operations = [call(draw.x(), one, draw.states(SEQUENCE)) for one in (full, both)]
    return Draft(SEQUENCE, draw.weights(SEQUENCE), operations)


@vector(
    "masks/zeros-at-masked-steps",
    "With zero_output_for_mask, outputs at masked steps are zero, and h and c are held.",
    clauses="MASK-180",
    notices=("the option ignored", "h that becomes zero as well"),
)
def zeros_at_masked_steps(draw: Draw) -> Draft:
    """Masked in the middle, at the beginning, and in a whole row."""
    layer = LSTM(UNITS, return_sequences=True, zero_output_for_mask=True)
    spec = ModelSpec((Masking(), layer), FEATURES)
    return Draft(spec, draw.weights(spec), [call(with_value(draw, 0.0))])


@vector(
    "masks/zeros-under-another-value",
    "Masking by the value 0.5: steps of zeros are valid, steps of 0.5 are not.",
    clauses="MASK-31 LIFE-141",
    notices=("steps of zeros that are masked as well",),
)
def zeros_under_another_value(draw: Draw) -> Draft:
    """Two steps of zeros beside the masked ones."""
    spec = ModelSpec((Masking(0.5), LSTM(UNITS, return_sequences=True)), FEATURES)
    x = with_value(draw, 0.5)
    x[0, 1] = x[1, 2] = 0.0
    return Draft(spec, draw.weights(spec), [call(x)])
