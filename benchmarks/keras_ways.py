"""The ways in which Keras can do the same work: the plain one, and what a user can choose.

A way is plain data, so that it can be handed to the Keras of another environment.
``benchmarks.keras_at_work`` does the work, ``benchmarks.keras_choices`` compares and times it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lstm_spec.model import Precision
from reference.keras3.recurrent import UNROLLED

TRAINING, STEPPING = "training", "one step"
"""The two works: training a pipeline row by row, and predicting step by step."""

PIPELINES = {TRAINING: "alphabet-time-steps", STEPPING: "alphabet-stateful"}
WHAT = {
    TRAINING: "Training `alphabet-time-steps`: 23 rows of three letters, in order",
    STEPPING: "Predicting one letter at a time with the stateful network of `alphabet-stateful`",
}
PIECES = {TRAINING: "row", STEPPING: "step"}

LETTERS = 5
"""Steps of a pass, after which the state is reset."""

ENVIRONMENTS = {
    "tensorflow": "keras-3-tensorflow",
    "jax": "keras-3-jax",
    "torch": "keras-3-torch",
}
"""The pinned environment of each backend, all with the newest Keras."""


@dataclass(frozen=True)
class Way:
    """One way to do a work."""

    work: str
    code: str
    """What a user writes, as the table shows it."""
    does: str
    """The method of ``benchmarks.keras_at_work.AtWork`` that does it."""
    backend: str = "tensorflow"
    path: str = ""
    """The path of the adapter ``reference.keras3`` on which the network is built."""
    compiled: Mapping[str, Any] = field(default_factory=dict)
    """Arguments with which the network is compiled once more."""
    precision: Precision = "full"
    batch_size: int = 1

    @property
    def name(self) -> str:
        """Tells it from every other way."""
        return f"{self.work}, {self.backend}: {self.code}"

    @property
    def another_training(self) -> bool:
        """Whether the updates are others than those of the plain way by definition."""
        return self.work == TRAINING and self.batch_size != 1

    @property
    def narrow(self) -> bool:
        """Whether it computes in a narrower type than the plain way."""
        return self.precision != "full"


EPOCH = {"steps_per_execution": 23}
"""All updates of an epoch in one execution."""
XLA = {"jit_compile": True}

ONE_EPOCH = "np.concatenate([x] * n), one epoch"
"""Several passes over the rows are one epoch of ``fit``, which has a price of its own."""

PLAIN = (
    Way(TRAINING, "model.fit(x, y, batch_size=1)", "fit"),
    Way(STEPPING, "model.predict(x, batch_size=1)", "predict"),
)

TO_CHOOSE = (
    Way(TRAINING, "steps_per_execution=23", "fit", compiled=EPOCH),
    Way(TRAINING, ONE_EPOCH, "fit_in_one_epoch"),
    Way(TRAINING, f"{ONE_EPOCH}, steps_per_execution=23", "fit_in_one_epoch", compiled=EPOCH),
    Way(TRAINING, "jit_compile=True", "fit", compiled=XLA),
    Way(TRAINING, "jit_compile=False", "fit", compiled={"jit_compile": False}),
    Way(TRAINING, "unroll=True", "fit", path=UNROLLED),
    Way(TRAINING, "jit_compile=True, unroll=True", "fit", path=UNROLLED, compiled=XLA),
    Way(
        TRAINING,
        "jit_compile=True, unroll=True, steps_per_execution=23",
        "fit",
        path=UNROLLED,
        compiled={**XLA, **EPOCH},
    ),
    Way(TRAINING, "train_on_batch", "train_on_batch"),
    Way(TRAINING, "mixed_float16", "fit", precision="mixed_float16"),
    Way(TRAINING, "mixed_bfloat16", "fit", precision="mixed_bfloat16"),
    Way(TRAINING, "batch_size=8", "fit", batch_size=8),
    Way(TRAINING, "batch_size=23", "fit", batch_size=23),
    Way(TRAINING, "model.fit(x, y, batch_size=1)", "fit", backend="jax"),
    Way(TRAINING, "steps_per_execution=23", "fit", backend="jax", compiled=EPOCH),
    Way(TRAINING, "model.fit(x, y, batch_size=1)", "fit", backend="torch"),
    Way(STEPPING, "model.predict_on_batch(x)", "predict_on_batch"),
    Way(STEPPING, "model(x)", "call"),
    Way(STEPPING, "tf.function(model)", "compiled_call"),
    Way(STEPPING, "tf.function(model, jit_compile=True)", "compiled_call", compiled=XLA),
    Way(STEPPING, "model.predict(x, batch_size=1)", "predict", backend="jax"),
    Way(STEPPING, "model(x)", "call", backend="jax"),
    Way(STEPPING, "jax.jit, keras.StatelessScope", "compiled_call", backend="jax"),
    Way(STEPPING, "model.predict(x, batch_size=1)", "predict", backend="torch"),
    Way(STEPPING, "model(x)", "call", backend="torch"),
)
