"""Compiled models that nobody uses any more, kept to be used again for the same description.

What takes Keras the most time is to compile the functions of a model. A model is put on the shelf
as soon as nobody holds it, unless something has raised in it. When it is taken from there, all its
variables get the values that they had when it was new: weights, states, the memory and the count of
the optimizer. Models that draw masks, or compute in a narrow type, are always new.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from lstm_spec.model import ModelSpec
from lstm_spec.model.training import draws_masks

MOST = 128
"""Models on the shelf; beyond, the one that lies there longest is given up."""

Key = tuple[str, ModelSpec, str]


@dataclass
class Kept:
    """A Keras model, and the variables that it had when it was new, with their values."""

    model: Any
    new: list[tuple[Any, Any]] = field(default_factory=list)
    knows_optimizer: bool = False
    sound: bool = True
    """Whether nothing has raised in it."""

    def remember(self, keras: Any, variables: Any) -> None:
        """Write down the values of new variables."""
        self.new += [(one, keras.ops.convert_to_numpy(one).copy()) for one in variables]

    @property
    def can_be_renewed(self) -> bool:
        """Whether the value is known of everything that it may have changed."""
        optimizer = self.model.optimizer
        return self.sound and (self.knows_optimizer or not optimizer.built)

    def renew(self) -> None:
        """Every variable as it was when the model was new."""
        for variable, value in self.new:
            variable.assign(value)
        self.model.reset_metrics()


class Shelf:
    """The models, the one that lies there longest first."""

    def __init__(self) -> None:
        self._models: OrderedDict[Key, Kept] = OrderedDict()

    def take(self, key: Key) -> Kept | None:
        """A model for the description, or None: then a new one is needed."""
        return self._models.pop(key, None)

    def put_back_after(self, user: object, key: Key, kept: Kept) -> None:
        """Have the model put back when nobody holds its user any more."""
        weakref.finalize(user, self._put, key, kept).atexit = False

    def _put(self, key: Key, kept: Kept) -> None:
        if kept.can_be_renewed:
            self._models[key] = kept
            if len(self._models) > MOST:
                self._models.popitem(last=False)


def may_be_used_again(model: ModelSpec) -> bool:
    """Whether a used model can be made as good as new: it draws nothing, and rounds nothing."""
    return model.precision == "full" and not draws_masks(model)
