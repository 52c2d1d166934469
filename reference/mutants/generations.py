"""A Keras whose defaults are not those of its generation: who relies on them gets another model."""

from __future__ import annotations

from typing import Any

from lstm_spec.contract import Capability
from lstm_spec.model import ModelSpec
from lstm_spec.mutants import Mutant
from reference.mutants.planting import MUTANTS, RIGHT, name_of

THIRD = {
    "recurrent_activation": "sigmoid",
    "hard_sigmoid": "x / 6 + 0.5",
    "forget_bias": "True",
    "epsilon_of_adam": "1e-07",
    "fit_shuffles": "True",
    "one_hot_dtype": "float64",
}
"""What the documentation of Keras 3 says."""


class PlaysKeras:
    """The NumPy engine under the name of a Keras, with the defaults that it states."""

    name = "keras"
    backend = "numpy"
    capabilities = frozenset({Capability.FORWARD, Capability.DEFAULTS})

    def __init__(self, version: str, **wrong: str) -> None:
        self.version = version
        self.defaults = {**THIRD, **wrong}

    def build(self, model: ModelSpec) -> Any:
        """A right model: every choice is spelt out in its description."""
        return RIGHT.build(model)


def plant(sentence: str, clause: str, address: str, **wrong: str) -> None:
    """A mutant that differs from Keras 3 in what it does by default."""
    made = PlaysKeras("3.15.1", **wrong)
    MUTANTS.append(
        Mutant(name_of(sentence), sentence, "generations", made, address, meant_for=(clause,))
    )


plant(
    "The gates of a Keras 3 use the hard sigmoid by default.",
    "CELL-90",
    "keras 2.3.0 notes",
    recurrent_activation="hard_sigmoid",
)
plant(
    "The name hard_sigmoid means in a Keras 3 what it meant in Keras 2.",
    "CELL-91",
    "keras#19477",
    hard_sigmoid="0.2 x + 0.5",
)
plant(
    "The forget bias of a Keras starts at zero by default.",
    "CELL-92",
    "pytorch#750",
    forget_bias="False",
)
plant(
    "The epsilon of Adam is still 1e-8 in a Keras 3.",
    "TRAIN-90",
    "the defaults of Keras 1 and 2.0",
    epsilon_of_adam="1e-08",
)
plant("fit does not shuffle unless it is asked to.", "TRAIN-91", "keras FAQ", fit_shuffles="False")
plant(
    "to_categorical of a Keras 3 gives float32.",
    "DATA-95",
    "the default of Keras 2.2 to 2.15",
    one_hot_dtype="float32",
)
