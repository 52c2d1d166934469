"""A pipeline that never uses its carried state, trained as documented and as a stateless network.

    python -m lstm_spec.pipelines.state_avoided echo-encoder-decoder --implementation keras-2.0

The encoder-decoders of the echo notebook have one batch in an epoch and a reset after it: each
update starts from a state of zero, so the network without ``stateful`` is the same network. Where
an implementation trains the two differently, its handling of the state is the cause.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from lstm_spec.checking.trial import describe
from lstm_spec.contract import Implementation, Model, build, maps_of
from lstm_spec.model import ModelSpec
from lstm_spec.pipelines.pipeline import Pipeline
from lstm_spec.pipelines.registry import find
from lstm_spec.pipelines.training import train
from lstm_spec.subjects.address import Address


class WithoutState:
    """An implementation that builds every network without ``stateful``; a reset does nothing."""

    def __init__(self, engine: Implementation) -> None:
        self._engine = engine
        self.name, self.version = engine.name, engine.version
        self.capabilities, self.maps = engine.capabilities, maps_of(engine)

    def build(self, model: ModelSpec) -> Model:
        """The same layers; the state of each call is zero."""
        stateless = model.with_cells(lambda layer: replace(layer, stateful=False))
        return cast(Model, _NothingToReset(build(self._engine, stateless)))


class _NothingToReset:
    """A stateless model that may be told to reset."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def reset_states(self) -> None:
        """There is no state."""


def carries_nothing(pipeline: Pipeline) -> bool:
    """Whether each update starts from a reset: then a state can make no difference."""
    return pipeline.updates_per_epoch == 1 and pipeline.schedule.reset_each_epoch


def both(
    pipeline: Pipeline, engine: Implementation, seed: int, epochs: int | None
) -> list[dict[str, Any]]:
    """Train the pipeline twice from the same weights on the same data; the figures of both.

    Raises ValueError for a pipeline in which a carried state has a meaning.
    """
    if not carries_nothing(pipeline):
        raise ValueError(f"{pipeline.name} uses its carried state: without it, it is another one")
    found = []
    for way, builder in (("stateful", engine), ("stateless", WithoutState(engine))):
        trained = train(pipeline, builder, seed=seed, epochs=epochs)
        every = pipeline.curve.every if pipeline.curve else trained.epochs
        found.append(
            {
                "pipeline": pipeline.name,
                "implementation": describe(engine),
                "network": way,
                "seed": seed,
                "updates": trained.updates,
                "seconds": round(trained.seconds, 1),
                "measures": {name: round(v, 4) for name, v in trained.measures().items()},
                "curve": {
                    name: [round(value, 4) for value in series[every - 1 :: every]]
                    for name, series in trained.history.items()
                },
            }
        )
    return found


def main(arguments: list[str] | None = None) -> None:
    """Train, print what came out, add it to a file of lines."""
    parser = argparse.ArgumentParser(description="With carried state and without.")
    parser.add_argument("pipeline")
    parser.add_argument("--implementation", default="numpy")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--file", type=Path)
    chosen = parser.parse_args(arguments)
    engine = Address(chosen.implementation).open()
    for one in both(find(chosen.pipeline), engine, chosen.seed, chosen.epochs):
        print(json.dumps(one))
        if chosen.file:
            with chosen.file.open("a") as file:
                file.write(json.dumps(one) + "\n")


if __name__ == "__main__":
    main()
