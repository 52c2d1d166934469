"""Descriptions that nobody can know: layers, fields, optimisers and words of tomorrow."""

from dataclasses import dataclass, make_dataclass
from dataclasses import field as declared
from typing import ClassVar

import pytest

from lstm_spec.contract import Unsupported
from lstm_spec.model import (
    LSTM,
    Adam,
    Bidirectional,
    Dense,
    Form,
    Layer,
    Masking,
    ModelSpec,
    Optimizer,
    RepeatVector,
    Weight,
)


@dataclass(frozen=True)
class Unheard(Layer):
    """A layer that nobody has heard of."""

    units: int = 2
    always_needs: ClassVar = ()

    def weights(self, given):
        return (Weight("kernel", (given.width, 3 * self.units), "zeros", "Unheard"),)

    def output(self, given):
        return Form.sequence(self.units)


@dataclass(frozen=True)
class UnheardLSTM(LSTM):
    """One that an ``isinstance`` would take for something known."""


@dataclass(frozen=True)
class UnheardDescent(Optimizer):
    """An optimiser that nobody has heard of."""

    learning_rate: float = 0.1


@dataclass(frozen=True)
class UnheardAdam(Adam):
    """One that an ``isinstance`` would take for something known."""

    decay: float = 0.1


def with_field(kind, name, usual):
    """The same class, of the same name, with one field more."""
    new = [(name, type(usual), declared(default=usual))]
    return make_dataclass(kind.__name__, new, bases=(kind,), frozen=True)


NewLSTM = with_field(LSTM, "unheard_of", 0.0)
NewBidirectional = with_field(Bidirectional, "unheard_of", "concat")
NewMasking = with_field(Masking, "unheard_of", 0.0)
NewRepeat = with_field(RepeatVector, "unheard_of", 1)
NewDense = with_field(Dense, "unheard_of", True)
NewAdam = with_field(Adam, "unheard_of", False)
NewSpec = with_field(ModelSpec, "unheard_of", 0.0)

PLAIN = LSTM(4, return_sequences=True)


def model(*layers, kind=ModelSpec, **options):
    return kind(layers, features=3, **options)


@dataclass(frozen=True)
class Planted:
    """A model that asks for something unknown, and what every refusal must name."""

    spec: ModelSpec
    names: tuple

    def refused(self, build):
        """Whether ``build`` raises ``Unsupported`` with all the names; anything else is raised."""
        with pytest.raises(Unsupported) as refusal:
            build(self.spec)
        said = str(refusal.value)
        return all(name in said for name in self.names) or said


UNKNOWN = {
    "layer": Planted(model(Unheard()), ("Unheard",)),
    "layer of a known base": Planted(model(UnheardLSTM(4)), ("UnheardLSTM",)),
    "layer after a known one": Planted(model(PLAIN, Unheard()), ("Unheard",)),
    "wrapped layer": Planted(model(Bidirectional(UnheardLSTM(4))), ("UnheardLSTM",)),
    "field of LSTM": Planted(model(NewLSTM(4, unheard_of=0.5)), ("LSTM", "unheard_of", "0.5")),
    "field of a wrapped LSTM": Planted(
        model(Bidirectional(NewLSTM(4, unheard_of=0.5))),
        ("LSTM", "unheard_of", "0.5"),
    ),
    "field of Bidirectional": Planted(
        model(NewBidirectional(LSTM(4), unheard_of="sum")), ("Bidirectional", "unheard_of", "'sum'")
    ),
    "field of Masking": Planted(
        model(NewMasking(0.0, unheard_of=0.125), PLAIN), ("Masking", "unheard_of", "0.125")
    ),
    "field of RepeatVector": Planted(
        model(LSTM(4), NewRepeat(3, unheard_of=2)), ("RepeatVector", "unheard_of", "2")
    ),
    "field of Dense": Planted(
        model(PLAIN, NewDense(2, unheard_of=False)), ("Dense", "unheard_of", "False")
    ),
    "field of ModelSpec": Planted(
        model(PLAIN, kind=NewSpec, unheard_of=1.0), ("ModelSpec", "unheard_of", "1.0")
    ),
    "optimizer": Planted(model(PLAIN, optimizer=UnheardDescent()), ("UnheardDescent",)),
    "optimizer of a known base": Planted(model(PLAIN, optimizer=UnheardAdam()), ("UnheardAdam",)),
    "field of an optimizer": Planted(
        model(PLAIN, optimizer=NewAdam(unheard_of=True)), ("Adam", "unheard_of", "True")
    ),
    "loss": Planted(model(PLAIN, loss="unheard_of"), ("loss", "'unheard_of'")),
    "activation": Planted(
        model(LSTM(4, activation="unheard_of")), ("LSTM", "activation", "'unheard_of'")
    ),
    "gate": Planted(
        model(LSTM(4, recurrent_activation="unheard_of")),
        ("LSTM", "recurrent_activation", "'unheard_of'"),
    ),
    "activation of Dense": Planted(
        model(PLAIN, Dense(2, "unheard_of")), ("Dense", "activation", "'unheard_of'")
    ),
    "dtype": Planted(model(PLAIN, dtype="unheard_of"), ("dtype", "'unheard_of'")),
}

UNASKED = {
    "LSTM": model(NewLSTM(4, return_sequences=True)),
    "optimizer": model(PLAIN, optimizer=NewAdam()),
    "ModelSpec": model(PLAIN, kind=NewSpec),
}
"""New fields at their default ask for nothing."""
