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
from typing import TYPE_CHECKING

from lstm_spec.contract import Capability, Unsupported
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import LSTM, Bidirectional, ModelSpec
from reference.numpy import checks, storage

if TYPE_CHECKING:
    from lstm_spec.pipelines import Pipeline
    from lstm_spec.pipelines.training import Training
    from reference.jax.model import JaxModel


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
    }

    @property
    def version(self) -> str:
        """The installed version of jax, asked without importing it."""
        try:
            return installed_version("jax")
        except PackageNotFoundError:
            return "not installed"

    def build(self, model: ModelSpec) -> JaxModel:
        """A model with the fresh weights of this implementation's seed.

        Raises ImportError where jax is not installed.
        """
        checks.check_layers(model)
        for layer in model.layers:
            one = layer.layer if isinstance(layer, Bidirectional) else layer
            if isinstance(one, LSTM) and "softmax" in (one.activation, one.recurrent_activation):
                raise Unsupported("softmax is an activation of Dense, not of an LSTM")
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
