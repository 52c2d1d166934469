"""The scalar oracle as an implementation of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import numpy as np

from lstm_spec import __version__
from lstm_spec.contract import Capability, DropoutMasks, Maps, PaddingOutput, refuse_unmapped
from lstm_spec.initial_weights import MAPS as DRAWN
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import NARROW, ModelSpec, Reduction
from lstm_spec.model.json_form import from_json
from reference.scalar import data as builders
from reference.scalar import equations, losses, optimizers, rules, schedules
from reference.scalar.model import ScalarModel


class ScalarImplementation:
    """Builds models that compute in Python floats (float64) whatever the description says."""

    name = "scalar"
    version = __version__
    capabilities = frozenset(Capability) - {Capability.DEFAULTS}
    padding_output: PaddingOutput = "held"
    dropout_masks: DropoutMasks = "by gate"
    slow = True
    preprocessing = builders.Preprocessing
    data = builders
    maps: Maps = {  # noqa: RUF012
        "ModelSpec": (
            "layers",
            "features",
            "batch_size",
            "time_steps",
            "loss",
            "optimizer",
            "dtype",
            "precision",
            "inner_steps",
            "reduction",
        ),
        "dtype": ("float32", "float64"),
        "ModelSpec.precision": ("full", *NARROW),
        "ModelSpec.reduction": get_args(Reduction),
        **equations.MAPS,
        **losses.MAPS,
        **optimizers.MAPS,
        **schedules.MAPS,
        **rules.MAPS,
        **DRAWN,
    }

    def build(self, model: ModelSpec) -> ScalarModel:
        """A model with fresh weights, the same in every run.

        Raises ``Unsupported`` for what is not mapped and ValueError for a layer that cannot read
        what the layer before it gives.
        """
        refuse_unmapped(model, self.maps, self.name)
        return ScalarModel(model, initial_weights(model, seed=0))

    def load(self, path: Path) -> ScalarModel:
        """The model that ``save`` wrote: weights and optimiser as they were, states of zero."""
        path = Path(path)
        saved = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        model = self.build(from_json(saved["spec"]))
        model.set_weights([np.array(weight) for weight in saved["weights"]])
        model.optimizer.restore(saved["optimizer"])
        return model


implementation = ScalarImplementation()
