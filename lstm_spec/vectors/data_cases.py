"""The contents of the arrays before they reach a network.

Functions that draw random numbers are left out: their numbers depend on the generator. Null stands
where there is no number (NaN).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec import tolerances
from lstm_spec.vectors.case import Draft, Draw, Maker, Operation, operation, vector


def data(*operations: Operation, exact: bool = True) -> Draft:
    """Functions of the documents' data; whole numbers and copies must be exact."""
    tolerance = tolerances.EXACT if exact else tolerances.FORWARD
    return Draft(None, [], list(operations), {"results": tolerance})


def fixed(draft: Draft) -> Maker:
    """A case without random numbers."""
    return lambda draw: draft


ROWS = [[5], [1, 2, 3, 4], [], [6, 7]]


def pad(**given: Any) -> Operation:
    """pad_sequences; ``rows`` stays a list, for its rows differ in length."""
    return operation("padding.pad_sequences", **{"rows": ROWS, **given})


vector(
    "data/padding",
    "Rows of other lengths: padded and cut on either side, with zero or another value.",
    clauses="DATA-01 DATA-02 DATA-03 DATA-04 DATA-05 DATA-06 DATA-07 DATA-09 DATA-11 DATA-90",
    notices=("the other side", "one side for both", "zero in place of the value asked for"),
)(
    fixed(
        data(
            pad(),
            pad(maxlen=3),
            pad(maxlen=3, padding="post"),
            pad(maxlen=3, truncating="post"),
            pad(maxlen=3, padding="post", truncating="pre"),
            pad(maxlen=3, padding="pre", truncating="post"),
            pad(maxlen=3, padding="post", truncating="post", value=9),
            pad(maxlen=4, dtype="float32", value=-1.5),
            pad(rows=[[0.5, 1.25], [2.75]], dtype="float32", maxlen=3),
        )
    )
)

vector(
    "data/padding-vectors",
    "Rows whose entries are vectors keep their features.",
    clauses="DATA-12",
    notices=("vectors flattened",),
)(fixed(data(pad(rows=[[[1, 2], [3, 4]], [[5, 6]]], maxlen=3))))

vector(
    "data/one-hot",
    "Labels in one and two axes, with and without a width.",
    clauses="DATA-20 DATA-21 DATA-23 DATA-91",
    notices=("a width of the largest label", "an axis that is lost"),
)(
    fixed(
        data(
            operation("one_hot.one_hot", labels=[2, 0, 3]),
            operation("one_hot.one_hot", labels=[2, 0, 3], width=6),
            operation("one_hot.one_hot", labels=[2, 1, 3], width=4),
            operation("one_hot.one_hot", labels=[[1, 2], [0, 1]]),
        )
    )
)

vector(
    "data/one-hot-of-one-step",
    "Labels of a single time step keep their time axis.",
    clauses="DATA-24",
    notices=("an axis of one that is lost",),
)(fixed(data(operation("one_hot.one_hot", labels=[[1], [0]]))))

vector(
    "data/one-hot-decode",
    "The position of the largest entry, the first of equals.",
    clauses="DATA-25 DATA-91",
    notices=("the last of equals",),
)(
    fixed(
        data(
            operation("one_hot.decode", encoded=[[0.0, 1.0, 0.0], [0.25, 0.25, 0.5]]),
            operation("one_hot.decode", encoded=[[0.375, 0.375, 0.25]]),
        )
    )
)

vector(
    "data/alphabet",
    "Letters, windows of one and three letters, as features and as time steps, prefixes.",
    clauses="DATA-40 DATA-42 DATA-43 DATA-45 DATA-46 DATA-47 DATA-50",
    notices=("a window too few or too many", "the newest letter first", "padding on the right"),
)(
    fixed(
        data(
            operation("alphabet.letters_to_numbers", text="AKZ"),
            operation("alphabet.windows", length=1),
            operation("alphabet.windows", length=3),
            operation("alphabet.as_features", windows=[[0, 1, 2], [1, 2, 3]]),
            operation("alphabet.as_time_steps", windows=[[0, 1, 2], [1, 2, 3]]),
            operation("alphabet.left_padded_prefixes"),
        )
    )
)

vector(
    "data/scaling",
    "Letters divided by 26.",
    clauses="DATA-48",
    notices=("divided by 25", "shifted by one"),
)(fixed(data(operation("alphabet.scale", numbers=[0, 1, 13, 25]), exact=False)))

vector(
    "data/echo-windows",
    "Windows over a sequence, each one step later, and their own first steps as targets.",
    clauses="DATA-61 DATA-62",
    notices=("a window too few", "the last steps as target", "windows that do not overlap"),
)(
    fixed(
        data(
            operation("echo.windows", encoded=[7, 3, 9, 1, 4, 8], n_in=4, n_out=2),
            operation("echo.windows", encoded=[[1, 2], [3, 4], [5, 6]], n_in=2, n_out=2),
        )
    )
)


@vector(
    "data/moving-average",
    "Rolling mean, lagged columns, inputs and targets.",
    clauses="DATA-70 DATA-72 DATA-73 DATA-74 DATA-75",
    notices=("the oldest value first", "a mean that begins too early", "rows that are not dropped"),
)
def moving_average(draw: Draw) -> Draft:
    """With more lags than the mean has values, and the other way round."""
    series = draw.array(7).tolist()
    return data(
        operation("moving_average.rows_to_drop", tsteps=2, lahead=1),
        operation("moving_average.rows_to_drop", tsteps=2, lahead=5),
        operation("moving_average.rolling_mean", series=[1.0, 2.0, 3.0, 4.0, 5.0], window=2),
        operation("moving_average.lagged", series=series, lahead=3),
        operation("moving_average.supervised", series=series, tsteps=2, lahead=3),
        operation("moving_average.supervised", series=series, tsteps=3, lahead=1),
        exact=False,
    )


vector(
    "data/split",
    "Training and test part in whole batches, and the series that each slot of a batch receives.",
    clauses="DATA-80 DATA-81 DATA-82 DATA-84 PIPE-07",
    notices=("a part that is no whole batch", "rows lost between the parts", "blocks for slots"),
)(
    fixed(
        data(
            operation(
                "moving_average.split",
                x=np.arange(26).reshape(13, 2),
                y=np.arange(13),
                batch_size=3,
            ),
            operation(
                "moving_average.split",
                x=list(range(11)),
                y=list(range(11)),
                batch_size=3,
                ratio=0.75,
            ),
            operation("moving_average.split", x=list(range(10)), y=list(range(10)), batch_size=1),
            operation("batches.interleaved", series=list(range(10)), slot=1, batch_size=3),
            operation("batches.whole_batches", count=12, batch_size=3),
        )
    )
)
