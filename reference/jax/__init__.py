"""The fast reference: the same equations as pure functions, compiled by jax.

``implementation`` computes in the dtype of the description. jax is imported when the first model is
built, not before. ``whole_runs`` trains a documented pipeline, all epochs of it, in one program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from lstm_spec.contract import Capability, Maps, refuse_unmapped
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import ModelSpec
from reference.numpy import storage

if TYPE_CHECKING:
    from lstm_spec.pipelines import Pipeline
    from lstm_spec.pipelines.training import Training
    from reference.jax.model import JaxModel


OF_AN_LSTM = (
    "linear",
    "tanh",
    "sigmoid",
    "relu",
    "hard_sigmoid_keras2",
    "hard_sigmoid_keras3",
)
"""Softmax is an activation of Dense, not of an LSTM."""

MAPS: Maps = {
    "ModelSpec": (
        "layers",
        "features",
        "batch_size",
        "time_steps",
        "loss",
        "optimizer",
        "dtype",
    ),
    "LSTM": (
        "units",
        "activation",
        "recurrent_activation",
        "use_bias",
        "forget_bias",
        "return_sequences",
        "go_backwards",
        "stateful",
    ),
    "LSTM.activation": OF_AN_LSTM,
    "LSTM.recurrent_activation": OF_AN_LSTM,
    "Bidirectional": ("layer", "merge_mode"),
    "Bidirectional.merge_mode": ("concat", "sum", "mul", "ave"),
    "Dense": ("units", "activation"),
    "Dense.activation": (*OF_AN_LSTM, "softmax"),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
    "loss": ("categorical_crossentropy", "mse"),
    "dtype": ("float32", "float64"),
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
}
"""What is computed, said here so that jax need not be imported to know it."""


@dataclass(frozen=True)
class JaxImplementation:
    """Builds compiled models; ``seed`` draws their fresh weights and the order of shuffled rows."""

    name: str = "jax"
    seed: int = 0
    backend: str = "XLA on one CPU thread"
    capabilities: frozenset[Capability] = frozenset(Capability) - {
        Capability.DEFAULTS,
        Capability.DATA,
        Capability.PREPROCESSING,
        Capability.DROPOUT,
        Capability.RESET_ROWS,
        Capability.STATE_GRADIENTS,
        Capability.WEIGHTED,
        Capability.FIT_OPTIONS,
        Capability.CELL_OPTIONS,
    }
    maps: ClassVar[Maps] = MAPS

    @property
    def version(self) -> str:
        """The installed version of jax, asked without importing it."""
        try:
            return installed_version("jax")
        except PackageNotFoundError:
            return "not installed"

    def build(self, model: ModelSpec) -> JaxModel:
        """A model with the fresh weights of this implementation's seed.

        Raises ImportError where jax is not installed, ``Unsupported`` for what is not mapped and
        ValueError for a layer that cannot read what the layer before it gives.
        """
        refuse_unmapped(model, self.maps, self.name)
        model.forms()  # refuses a layer that cannot read what it is given
        from reference.jax.model import JaxModel

        return JaxModel(model, self, initial_weights(model, self.seed))

    def load(self, path: Path) -> JaxModel:
        """The model that ``save`` wrote: weights and optimiser as they were, states of zero."""
        spec, weights, memory = storage.read(path)
        model = self.build(spec)
        model.set_weights(weights)
        model.restore(memory)
        return model

    def whole_runs(
        self, pipeline: Pipeline, seeds: Sequence[int], epochs: int | None = None
    ) -> list[Training]:
        """The pipeline trained once from every seed; compiled once, each run one program."""
        from reference.jax.whole_runs import whole_runs

        return whole_runs(self, pipeline, seeds, epochs)


implementation = JaxImplementation()
"""Float32 or float64, as the description of a model says."""
