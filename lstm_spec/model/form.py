"""The form of what one layer hands to the next: the axes of one row, without the batch."""

from __future__ import annotations

from dataclasses import dataclass

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Form:
    """The axes of one row; None for a length that is not fixed.

    A sequence is (time, features), a plain vector (features,), and a sequence whose steps are
    sequences themselves (time, inner steps, features). The last axis is always known.
    """

    axes: tuple[int | None, ...]

    @classmethod
    def sequence(cls, features: int, steps: int | None = None) -> Form:
        """(time, features)."""
        return cls((steps, features))

    @classmethod
    def vector(cls, features: int) -> Form:
        """(features,)."""
        return cls((features,))

    @property
    def is_sequence(self) -> bool:
        """Whether there is a time axis before the features."""
        return len(self.axes) == 2

    @property
    def has_inner_steps(self) -> bool:
        """Whether each step is a sequence itself."""
        return len(self.axes) == 3

    @property
    def of_a_step(self) -> Form:
        """What one step is; ValueError where there are no steps."""
        if len(self.axes) == 1:
            raise ValueError(f"{self} has no steps")
        return Form(self.axes[1:])

    @property
    def width(self) -> int:
        """The length of the last axis: how many features a step or a vector has."""
        last = self.axes[-1]
        if last is None:
            raise ValueError(f"the last axis of {self} has no fixed length")
        return last

    def with_width(self, features: int) -> Form:
        """The same axes, the last of another length."""
        return Form((*self.axes[:-1], features))

    def shape(self, batch_size: int) -> Shape:
        """The shape of an array of so many rows; ValueError where a length is not fixed."""
        if None in self.axes:
            raise ValueError(f"a length of {self} is not fixed")
        return (batch_size, *(length for length in self.axes if length is not None))

    def __str__(self) -> str:
        return "(" + ", ".join("any" if one is None else str(one) for one in self.axes) + ")"
