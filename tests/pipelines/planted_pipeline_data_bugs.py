"""Builders of the documented data that are wrong in one way each, and the clauses that see it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from planted_pipeline_bugs import PLANTED, Planted

from lstm_spec.data import alphabet, batches, echo, moving_average, one_hot, padding
from reference.numpy import implementation


def plant_data(name, place, wrong, *clauses):
    rooms = {
        module.__name__.rsplit(".", 1)[1]: SimpleNamespace(**vars(module))
        for module in (alphabet, batches, echo, moving_average, one_hot, padding)
    }
    room, function = place.split(".")
    setattr(rooms[room], function, wrong)
    subject = replace(implementation, name=name, data=SimpleNamespace(**rooms))
    PLANTED.append(Planted(name, subject, clauses))


plant_data(
    "letters are scaled by 25",
    "alphabet.scale",
    lambda numbers: np.asarray(numbers) / 25,
    *("PIPE-01", "PIPE-02", "PIPE-03", "PIPE-04", "PIPE-05"),
)
plant_data(
    "letters of a window stand newest first",
    "alphabet.windows",
    lambda length: tuple(part[..., ::-1] for part in alphabet.windows(length)),
    *("PIPE-02", "PIPE-03"),
)
plant_data(
    "padding goes behind the row",
    "padding.pad_sequences",
    lambda rows, **how: padding.pad_sequences(rows, **{**how, "padding": "post"}),
    "PIPE-04",
)
plant_data(
    "prefixes lack their first row",
    "alphabet.left_padded_prefixes",
    lambda: tuple(part[1:] for part in alphabet.left_padded_prefixes()),
    "PIPE-05",
)
plant_data(
    "the number 99 is drawn too",
    "echo.batch",
    lambda length, n_in, n_out, rng: echo.windows(
        one_hot.one_hot(rng.randint(0, 100, length), 100), n_in, n_out
    ),
    "PIPE-06",
)
plant_data(
    "targets are the last steps of a window",
    "echo.batch",
    lambda length, n_in, n_out, rng: (
        (x := echo.batch(length, n_in, n_out, rng)[0]),
        x[:, n_in - n_out :],
    ),
    "PIPE-06",
)
plant_data(
    "the test part begins with the last training row",
    "moving_average.split",
    lambda x, y, size: (
        (x[:800], y[:800]),
        (x[799:999], y[799:999]),
    ),
    *("PIPE-07", "PIPE-08"),
)
plant_data(
    "the oldest value stands first",
    "moving_average.supervised",
    lambda series, tsteps, lahead: (
        moving_average.supervised(series, tsteps, lahead)[0][:, ::-1],
        moving_average.supervised(series, tsteps, lahead)[1],
    ),
    "PIPE-08",
)
