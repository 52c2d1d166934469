"""Keras 3 in the fastest setting that was found for batch-1 training: many updates in one call.

jax as the backend, compiled, and as many updates a call as an epoch has (``steps_per_execution``).
On this backend a stateful layer carries nothing through ``fit``, so stateful pipelines are refused.
"""

from __future__ import annotations

import os

from lstm_spec.contract import Unsupported
from lstm_spec.model import ModelSpec
from reference.keras3 import KerasImplementation
from reference.keras3.model import KerasModel

MOST_UPDATES_IN_A_CALL = 25


class FastKeras(KerasImplementation):
    """``keras`` with another compilation."""

    name = "keras, fastest setting"

    def build(self, model: ModelSpec) -> KerasModel:
        """The model of ``keras``, compiled once more.

        Raises Unsupported for a stateful model, whose state this backend loses in ``fit``.
        """
        if model.stateful:
            raise Unsupported("Keras on jax carries no state through fit")
        os.environ.setdefault("KERAS_BACKEND", "jax")
        built = super().build(model)
        compiled = built.model
        compiled.compile(
            loss=compiled.loss,
            optimizer=compiled.optimizer,
            metrics=["accuracy"] if model.loss == "categorical_crossentropy" else None,
            jit_compile=True,
            steps_per_execution=MOST_UPDATES_IN_A_CALL,
        )
        return built


implementation = FastKeras()
