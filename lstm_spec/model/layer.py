"""The base of every layer: what can be said of one without computing it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from lstm_spec.model.capabilities import Capability
from lstm_spec.model.form import Form, Shape
from lstm_spec.model.initializers import AnyInitializer
from lstm_spec.model.rules import AnyConstraint, AnyRegularizer

if TYPE_CHECKING:
    from lstm_spec.model.layers import LSTM


class Weight(NamedTuple):
    """One array of a layer: its name in words, its shape, and how a fresh one is drawn."""

    name: str
    shape: Shape
    initial: AnyInitializer
    of: str
    """The kind of layer that it belongs to, such as "LSTM" for both halves of a Bidirectional."""
    half: int = 0
    """Which one of these, where a layer wraps two."""
    regularizer: AnyRegularizer | None = None
    """The penalty on it, which counts only while it is trained."""
    constraint: AnyConstraint | None = None
    """What it obeys after each update."""
    trainable: bool = True
    """Whether an update may change it."""
    forget_gate_at_one: bool = False
    """Whether the second of its four blocks starts at one, whatever the others do."""


@dataclass(frozen=True)
class Layer(ABC):
    """The base of every layer. Its fields are what can be asked for; see ``fields.about``."""

    always_needs: ClassVar[tuple[Capability, ...]]
    """The capabilities that the layer needs whatever its fields say."""

    both_ways: ClassVar[bool] = False
    """Whether it wraps one LSTM for each way, or one for both: the last one runs backwards."""

    starts_anew: ClassVar[bool] = False
    """Whether what it wraps starts from zero at every step, so that it neither takes nor gives a
    state."""

    takes_inner_steps: ClassVar[bool] = False
    """Whether it reads (batch, time, inner steps, features)."""

    trains: ClassVar[bool] = True
    """Whether a derivative is specified for it; without one a model runs but cannot be trained."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not hasattr(cls, "always_needs") and ABC not in cls.__bases__:
            raise TypeError(
                f"the layer {cls.__name__} must say which capabilities it needs: always_needs"
            )

    @abstractmethod
    def weights(self, given: Form) -> tuple[Weight, ...]:
        """Its arrays in the order of ``get_weights``, for an input of this form."""

    @abstractmethod
    def output(self, given: Form) -> Form:
        """The form of its output; ValueError says why it cannot read an input of this form."""

    @property
    def in_words(self) -> str:
        """The layer in a few words, for a table: its name unless there is more to say."""
        return type(self).__name__

    @property
    def wrapped(self) -> tuple[Layer, ...]:
        """The layers that stand in its fields."""
        return tuple(one for one in vars(self).values() if isinstance(one, Layer))

    def with_cells(self, change: Callable[[LSTM], LSTM]) -> Self:
        """The same layer with every recurrent layer changed that it wraps or is."""
        changed = {
            name: one.with_cells(change)
            for name, one in vars(self).items()
            if isinstance(one, Layer)
        }
        return replace(self, **changed)

    @property
    def cells(self) -> tuple[LSTM, ...]:
        """Every recurrent cell in it, one for each direction."""
        inside = tuple(one for layer in self.wrapped for one in layer.cells)
        return (inside[0], replace(inside[-1], go_backwards=True)) if self.both_ways else inside

    @property
    def directions(self) -> tuple[LSTM, ...]:
        """Those of its cells that have a state which is given, carried and returned."""
        return () if self.starts_anew else self.cells


def reads_sequence(given: Form) -> None:
    """ValueError unless there is a time axis."""
    if not given.is_sequence:
        raise ValueError(
            "reads a sequence but is given one vector a row: set return_sequences on the layer "
            "before it, or put a RepeatVector between"
        )
