"""Inputs and weights of the fixtures: drawn from the model's name, the same in every Keras."""

import zlib

import numpy as np

ROWS = 3


def generator(name):
    """Random numbers that belong to a name; NumPy promises the same ones in every version."""
    return np.random.RandomState(zlib.crc32(name.encode("ascii")) & 0xFFFFFFFF)


def inputs(name, model):
    """The arrays A and B, float32 of shape (rows, ...); tokens are whole numbers.

    The rows have a fixed batch's number of rows where there is one. In ``tokens``, 0 stands at the
    end, at the beginning, and in the middle of a row. In ``steps left out``, all features of such a
    step are -1 in the same places, or 0 where the model's Masking layer looks for 0.
    """
    draw = generator("rows of " + name)
    shape = ((model["batch"] or ROWS),) + tuple(model["shape"])
    found = {}
    for letter in "AB":
        if model["inputs"] == "tokens":
            array = draw.randint(1, 7, size=shape).astype("float32")
            hide(array, 0)
        else:
            array = draw.uniform(-2, 2, size=shape).astype("float32")
            if model["inputs"] == "steps left out":
                hide(array, masked_value(model))
        found[letter] = array
    return found


def rows_of(given, letters):
    """The rows that a call is given; ``A+B`` means those of ``A`` and then those of ``B``."""
    return np.concatenate([given[letter] for letter in letters.split("+")])


def hide(array, value):
    """Leave out the last two steps of row 0, the first of row 1, and one in the middle of row 2."""
    array[0, -2:] = value
    array[1, :1] = value
    array[2, 2] = value


def masked_value(model):
    """What a Masking layer of the model looks for."""
    for layer in model["layers"]:
        if layer[0] == "Masking":
            return layer[1].get("mask_value", 0.0)
    return 0.0


def targets(name, shape):
    """What a model is trained towards for one step: rows that sum to 1."""
    drawn = generator("targets of " + name).uniform(0.1, 1, size=shape)
    return (drawn / drawn.sum(axis=-1, keepdims=True)).astype("float32")


def weights(draw, kind, shapes, scale):
    """Arrays for one layer, in the order and layout of Keras 2.

    The last array of a BatchNormalization is a variance: it is positive.
    """
    arrays = [draw.uniform(-0.9 * scale, 0.9 * scale, size=shape) for shape in shapes]
    if kind == "BatchNormalization":
        arrays[-1] = draw.uniform(0.3, 2.0, size=shapes[-1])
    return [array.astype("float32") for array in arrays]
