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
class GRU(Layer):
    """A layer that nobody has heard of."""

    units: int = 2
    always_needs: ClassVar = ()
    in_words: ClassVar = "GRU"

    def weights(self, given):
        return (Weight("kernel", (given.width, 3 * self.units), "zeros", "GRU"),)

    def output(self, given):
        return Form.sequence(self.units)


@dataclass(frozen=True)
class PeepholeLSTM(LSTM):
    """One that an ``isinstance`` would take for something known."""


@dataclass(frozen=True)
class Lion(Optimizer):
    """An optimiser that nobody has heard of."""

    learning_rate: float = 0.1


@dataclass(frozen=True)
class AdamW(Adam):
    """One that an ``isinstance`` would take for something known."""

    decay: float = 0.1


def with_field(kind, name, usual):
    """The same class, of the same name, with one field more."""
    new = [(name, type(usual), declared(default=usual))]
    return make_dataclass(kind.__name__, new, bases=(kind,), frozen=True)


NewLSTM = with_field(LSTM, "zoneout", 0.0)
NewBidirectional = with_field(Bidirectional, "pooling", "none")
NewMasking = with_field(Masking, "tolerance", 0.0)
NewRepeat = with_field(RepeatVector, "times", 1)
NewDense = with_field(Dense, "sparsity", 0.0)
NewAdam = with_field(Adam, "amsgrad", False)
NewSpec = with_field(ModelSpec, "clipnorm", 0.0)

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
    "layer": Planted(model(GRU()), ("GRU",)),
    "layer of a known base": Planted(model(PeepholeLSTM(4)), ("PeepholeLSTM",)),
    "layer after a known one": Planted(model(PLAIN, GRU()), ("GRU",)),
    "wrapped layer": Planted(model(Bidirectional(PeepholeLSTM(4))), ("PeepholeLSTM",)),
    "field of LSTM": Planted(model(NewLSTM(4, zoneout=0.5)), ("LSTM", "zoneout", "0.5")),
    "field of a wrapped LSTM": Planted(
        model(Bidirectional(NewLSTM(4, zoneout=0.5))),
        ("LSTM", "zoneout", "0.5"),
    ),
    "field of Bidirectional": Planted(
        model(NewBidirectional(LSTM(4), pooling="max")), ("Bidirectional", "pooling", "'max'")
    ),
    "field of Masking": Planted(
        model(NewMasking(0.0, tolerance=0.125), PLAIN), ("Masking", "tolerance", "0.125")
    ),
    "field of RepeatVector": Planted(
        model(LSTM(4), NewRepeat(3, times=2)), ("RepeatVector", "times", "2")
    ),
    "field of Dense": Planted(
        model(PLAIN, NewDense(2, sparsity=0.5)), ("Dense", "sparsity", "0.5")
    ),
    "field of ModelSpec": Planted(
        model(PLAIN, kind=NewSpec, clipnorm=1.0), ("ModelSpec", "clipnorm", "1.0")
    ),
    "optimizer": Planted(model(PLAIN, optimizer=Lion()), ("Lion",)),
    "optimizer of a known base": Planted(model(PLAIN, optimizer=AdamW()), ("AdamW",)),
    "field of an optimizer": Planted(
        model(PLAIN, optimizer=NewAdam(amsgrad=True)), ("Adam", "amsgrad", "True")
    ),
    "loss": Planted(model(PLAIN, loss="hinge"), ("loss", "'hinge'")),
    "activation": Planted(model(LSTM(4, activation="snake")), ("LSTM", "activation", "'snake'")),
    "gate": Planted(
        model(LSTM(4, recurrent_activation="snake")), ("LSTM", "recurrent_activation", "'snake'")
    ),
    "activation of Dense": Planted(
        model(PLAIN, Dense(2, "snake")), ("Dense", "activation", "'snake'")
    ),
    "dtype": Planted(model(PLAIN, dtype="bfloat16"), ("dtype", "'bfloat16'")),
}

UNASKED = {
    "LSTM": model(NewLSTM(4, return_sequences=True)),
    "optimizer": model(PLAIN, optimizer=NewAdam()),
    "ModelSpec": model(PLAIN, kind=NewSpec),
}
"""New fields at their default ask for nothing."""
