"""Keras 3 on the backend that ``KERAS_BACKEND`` names, used the way its documentation teaches.

Nothing here mends what Keras does: states are carried, masked and reset by Keras or not at all.
Keras is imported when the first model is built, not before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile

from lstm_spec.contract import (
    Array,
    Capability,
    DropoutMasks,
    WeightsTogether,
    refuse_unmapped,
)
from lstm_spec.model import ModelSpec
from reference.keras3.defaults import defaults
from reference.keras3.engine import backend_name, keras_for
from reference.keras3.feeding import ways_on
from reference.keras3.layers import MAPS, refuse_other_layers, sequential
from reference.keras3.model import KerasModel
from reference.keras3.recurrent import BY_GATE, PATHS

INFERENCE = frozenset(Capability) - {
    Capability.DATA,
    Capability.CELL_OPTIONS,
    Capability.EVALUATE,
    Capability.GRADIENTS,
    Capability.STATE_GRADIENTS,
    Capability.TRAIN,
    Capability.FIT,
    Capability.WEIGHTED,
    Capability.FIT_OPTIONS,
}
"""What Keras offers on every backend, those without training (openvino) included."""

TRAINING = frozenset(Capability) - {Capability.DATA, Capability.CELL_OPTIONS}
"""What it offers where there is a trainer and automatic differentiation."""


class KerasPreprocessing:
    """``keras.utils`` under the names of the data contracts."""

    def pad_sequences(
        self,
        rows: Sequence[Sequence[float]],
        maxlen: int | None = None,
        dtype: str = "int32",
        padding: Literal["pre", "post"] = "pre",
        truncating: Literal["pre", "post"] = "pre",
        value: float = 0.0,
    ) -> Array:
        """``keras.utils.pad_sequences``: rows of any length as one array (rows, maxlen)."""
        with keras_for("float32") as keras:
            padded: Array = keras.utils.pad_sequences(
                rows,
                maxlen=maxlen,
                dtype=dtype,
                padding=padding,
                truncating=truncating,
                value=value,
            )
        return padded

    def one_hot(self, labels: Sequence[int] | Array, width: int | None = None) -> Array:
        """``keras.utils.to_categorical``: labels as rows with a single one."""
        with keras_for("float32") as keras:
            encoded: Array = keras.utils.to_categorical(labels, num_classes=width)
        return encoded


class KerasImplementation:
    """Keras 3 as an implementation; see ``lstm_spec.contract``."""

    name = "keras"
    padding_output = "held"
    weights_together: WeightsTogether = "rejected"
    preprocessing = KerasPreprocessing()
    maps = MAPS
    paths = PATHS

    def __init__(self, path: str = "") -> None:
        self.path = path

    def on(self, path: str) -> KerasImplementation:
        """The same Keras, which takes this path wherever it can be taken."""
        known = dict.fromkeys([*self.paths, *self.fit_paths])
        if path not in known:
            raise ValueError(f"{self.name} has no path {path!r}, but {', '.join(known)}")
        return type(self)(path)

    @property
    def fit_paths(self) -> tuple[str, ...]:
        """The ways to run fit, evaluate and predict besides the usual one."""
        return ways_on(self.backend) if Capability.FIT in self.capabilities else ()

    @property
    def version(self) -> str:
        """The installed version, asked of the package's metadata so that nothing is imported."""
        try:
            return installed_version("keras")
        except PackageNotFoundError:
            return "not installed"

    @property
    def backend(self) -> str:
        """The engine underneath: tensorflow, jax, torch, ..."""
        return backend_name()

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Everything but the data builders; without training where the backend has none."""
        return TRAINING if self.backend in ("tensorflow", "jax", "torch") else INFERENCE

    @property
    def dropout_masks(self) -> DropoutMasks:
        """One for all gates, unless the cell computes gate by gate, as it does for one of h.

        Up to 3.4 there is one mask on every path.
        """
        if re.match(r"3\.[0-4]\.", self.version):
            return "one"
        return "by gate" if self.path == BY_GATE else "by gate beside recurrent dropout"

    @property
    def defaults(self) -> dict[str, str]:
        """What this Keras does unless it is told otherwise."""
        with keras_for("float32") as keras:
            return defaults(keras)

    def build(self, model: ModelSpec) -> KerasModel:
        """A compiled ``keras.Sequential`` with fresh weights.

        Raises ``Unsupported`` for what is not mapped, ImportError where Keras 3 or its backend is
        not installed, ``Refused`` where Keras itself raises.
        """
        refuse_unmapped(model, self.maps, "the adapter of Keras 3")
        policy = model.dtype if model.precision == "full" else model.precision
        with keras_for(policy) as keras:
            return KerasModel(sequential(keras, model, self.path), policy, self.path)

    def load(self, path: Path) -> KerasModel:
        """The model that ``KerasModel.save`` wrote to ``path``, a file name without a suffix.

        Raises ``Unsupported`` for a layer that is not mapped.
        """
        file = path.with_name(path.name + ".keras")
        with ZipFile(file) as archive:
            config = json.loads(archive.read("config.json"))["config"]
        refuse_other_layers(config, self.maps)
        dtype = policy_of(config["layers"])
        with keras_for(dtype) as keras:
            return KerasModel(keras.models.load_model(file), dtype, self.path)


def policy_of(layers: Sequence[Any]) -> str:
    """The number type of a saved model, or its policy: the layers have it, the input its type."""
    said = layers[-1]["config"]["dtype"]
    return str(said["config"]["name"] if isinstance(said, dict) else said)


implementation = KerasImplementation()
