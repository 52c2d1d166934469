"""What a case is, how one is declared, and the numbers it is made of.

@vector("forward/sequence", "Every step of three rows from a state of zero.",
        clauses="SEQ-01 SEQ-03", notices=("a wrong gate order",))
def sequence(draw):
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    return Draft(spec, draw.weights(spec), [call(draw.x())])
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from lstm_spec import tolerances
from lstm_spec.contract import Array, States
from lstm_spec.model import ModelSpec, loss_facts
from lstm_spec.vectors.needs import needs, unusual_fields

UNITS, FEATURES, STEPS, ROWS = 4, 3, 5, 3
"""All above one; time is not as long as the batch, and neither is as wide as the units."""

GRID = 2.0**-14
"""Everything that is given is a whole multiple of this (but where a case needs tiny numbers): short
decimals that are exact as float and as double, so it makes no difference how a reader parses them.
Float16 and bfloat16 cannot hold them."""

MODULES = (
    "forward_cases",
    "gate_cases",
    "activation_cases",
    "equal_axes_cases",
    "value_cases",
    "operator_cases",
    "direction_cases",
    "mask_cases",
    "state_cases",
    "layer_cases",
    "loss_cases",
    "target_cases",
    "gradient_cases",
    "training_cases",
    "rule_cases",
    "combined_cases",
    "long_cases",
    "float64_cases",
    "data_cases",
)

Operation = dict[str, Any]
"""``op``, ``given`` (its arguments) and, once the oracle has run it, ``expect``."""


@dataclass
class Draft:
    """What a case consists of before its expectations are known."""

    model: ModelSpec | None
    weights: list[Array]
    operations: list[Operation]
    tolerance: dict[str, float] = field(default_factory=dict)
    """Where the usual tolerance of a quantity is not right; the case says why."""


@dataclass(frozen=True)
class Case:
    """One case without its expectations, and whom it serves."""

    id: str
    """Folder and name of its file, such as ``masks/hole``."""
    title: str
    clauses: tuple[str, ...]
    notices: tuple[str, ...]
    """Mistakes that give other numbers than these, in words."""
    draft: Draft

    @property
    def needs(self) -> tuple[str, ...]:
        """What an engine must have: capabilities of the contract, and values of unusual fields."""
        model = self.draft.model
        return (*sorted(needs(model, self.draft.operations)), *sorted(set(unusual_fields(model))))

    @property
    def tolerance(self) -> dict[str, float]:
        """How far each quantity may be from the expectation in float32."""
        return usual_tolerance(self.draft.operations) | self.draft.tolerance


Maker = Callable[["Draw"], Draft]

_declared: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], Maker]] = {}


def vector(
    name: str, title: str, *, clauses: str, notices: Sequence[str]
) -> Callable[[Maker], Maker]:
    """Declare the case that the decorated function makes. Raises ValueError for a doubled name."""
    if name in _declared:
        raise ValueError(f"there are two cases called {name!r}")

    def declare(maker: Maker) -> Maker:
        _declared[name] = title, tuple(clauses.split()), tuple(notices), maker
        return maker

    return declare


@cache
def cases(seed: int = 0) -> tuple[Case, ...]:
    """Every case with the numbers of one seed, in the order of declaration."""
    for name in MODULES:
        importlib.import_module(f"lstm_spec.vectors.{name}")
    return tuple(
        Case(name, title, clauses, notices, maker(Draw(seed, name)))
        for name, (title, clauses, notices, maker) in _declared.items()
    )


class Draw:
    """Random numbers on the grid; each case has its own, whatever cases stand before it."""

    def __init__(self, seed: int, name: str) -> None:
        self.rng = np.random.default_rng([seed, zlib.crc32(name.encode())])

    def array(self, *shape: int, scale: float = 0.7, grid: float = GRID) -> Array:
        """Values up to 1.75 times the scale on the grid, none of them zero."""
        values = self.rng.uniform(-1.75, 1.75, shape) * scale
        made: Array = np.round(values / grid) * grid
        made[made == 0] = grid
        return made

    def x(self, rows: int = ROWS, steps: int = STEPS, features: int = FEATURES) -> Array:
        """Input rows, all different."""
        return self.array(rows, steps, features, scale=0.8)

    def y(self, spec: ModelSpec, x: Array) -> Array:
        """Targets that fit the outputs for x: one-hot for cross-entropy, else of order one."""
        shape = spec.output_shape(len(x), x.shape[1])
        if loss_facts(spec.loss).targets == "numbers":
            return self.array(*shape)
        return np.eye(shape[-1])[self.rng.integers(0, shape[-1], shape[:-1])]

    def weights(self, spec: ModelSpec, scale: float = 0.45) -> list[Array]:
        """Random weights without symmetry; no bias is zero."""
        return [self.array(*shape, scale=scale) for shape in spec.weight_shapes]

    def states(self, spec: ModelSpec, rows: int = ROWS) -> States:
        """H and c for every direction: neither zero nor equal, every row its own."""
        return [
            (self.array(rows, one.width, scale=0.4), self.array(rows, one.units, scale=0.9))
            for one in spec.recurrent_layers
        ]


def pairs(states: States) -> list[dict[str, Array]]:
    """States as they stand in a file: one object with h and c for every direction."""
    return [{"h": h, "c": c} for h, c in states]


def operation(op: str, **given: Any) -> Operation:
    """One operation of the contract, or a function of the documents' data, with its arguments."""
    return {"op": op, "given": {name: one for name, one in given.items() if one is not None}}


def call(x: Array, mask: Any = None, initial_state: States | None = None) -> Operation:
    """Run x once; the outputs and the final state are compared."""
    starting = None if initial_state is None else pairs(initial_state)
    return operation(
        "call", x=x, mask=None if mask is None else np.array(mask, bool), initial_state=starting
    )


def reset() -> Operation:
    """Every carried state becomes zero."""
    return operation("reset_states")


TRAINING = ("train_on_batch", "fit")


def usual_tolerance(operations: Sequence[Operation]) -> dict[str, float]:
    """The tolerances of ``lstm_spec.tolerances``; behind an update, those of training."""
    if any(one["op"] in TRAINING for one in operations):
        names = ("outputs", "states", "loss", "accuracy", "history", "weights")
        return dict.fromkeys(
            (*names, "weight_gradients", "x_gradient"), max(tolerances.LOCKSTEP, tolerances.LOSS)
        )
    return {
        "outputs": tolerances.FORWARD,
        "states": tolerances.FORWARD,
        "loss": tolerances.LOSS,
        "accuracy": tolerances.LOSS,
        "weights": tolerances.FORWARD,
        "weight_gradients": tolerances.GRADIENT,
        "x_gradient": tolerances.GRADIENT,
        "results": tolerances.FORWARD,
    }
