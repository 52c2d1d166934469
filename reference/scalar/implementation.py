"""The scalar oracle as an implementation of the contract."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from lstm_spec import __version__
from lstm_spec.contract import Capability, PaddingOutput, Unsupported
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import ModelSpec
from lstm_spec.spec_json import from_json
from reference.scalar import data as builders
from reference.scalar.model import ScalarModel


class ScalarImplementation:
    """Builds models that compute in Python floats (float64) whatever the description says."""

    name = "scalar"
    version = __version__
    capabilities = frozenset(Capability) - {Capability.DEFAULTS}
    padding_output: PaddingOutput = "held"
    slow = True
    preprocessing = builders.Preprocessing
    data = builders

    def build(self, model: ModelSpec) -> ScalarModel:
        """A model with fresh weights, the same in every run."""
        for layer in model.recurrent_layers:
            if "softmax" in (layer.activation, layer.recurrent_activation):
                raise Unsupported("softmax is an activation of Dense, not of an LSTM")
        return ScalarModel(model, initial_weights(model, seed=0))

    def load(self, path: Path) -> ScalarModel:
        """The model that ``save`` wrote: weights and optimiser as they were, states of zero."""
        path = Path(path)
        saved = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        weights = [np.array(weight) for weight in saved["weights"]]
        model = ScalarModel(from_json(saved["spec"]), weights)
        model.optimizer.restore(saved["optimizer"])
        return model


implementation = ScalarImplementation()
