"""A saved model as data: who wrote it, what it computes, its weights, and what is remarkable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_spec.meaning.notes import Meaning, Remark
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import LSTM, Embedding, Form, ModelSpec

Array = NDArray[Any]
InputKind = Literal["sequence", "vector", "tokens"]


@dataclass(frozen=True)
class Input:
    """What the saved model is given.

    ``sequence`` is (batch, time, features); ``vector`` is (batch, features) and ``tokens`` is
    (batch, time) of whole numbers below ``tokens``. None is a length that is not fixed. ``axes``
    says in which order the model itself has batch, time and features, such as ``tbf`` for an export
    whose time comes first; ``shape`` is in the order above whatever ``axes`` says.
    """

    kind: InputKind
    shape: tuple[int | None, ...]
    tokens: int | None = None
    axes: str = ""

    @property
    def order(self) -> str:
        """The axes of ``shape``."""
        return {"sequence": "btf", "vector": "bf", "tokens": "bt"}[self.kind]

    @property
    def own_shape(self) -> tuple[int | None, ...]:
        """The shape in the order of the model itself."""
        return tuple(self.shape[self.order.index(one)] for one in self.axes or self.order)

    @property
    def batch_size(self) -> int | None:
        """The number of rows, where the file fixes it."""
        return self.shape[0]

    @property
    def time_steps(self) -> int | None:
        """The number of steps, where the file fixes it; a vector is one step."""
        return 1 if self.kind == "vector" else self.shape[1]

    @property
    def features(self) -> int:
        """The number of features of a step; a token is one."""
        last = 1 if self.kind == "tokens" else self.shape[-1]
        assert last is not None  # nothing else is made an Input
        return last

    def of_specification(self, x: Array) -> Array:
        """An array of the model's own shape as the (batch, time, features) of the specification.

        A vector is a single step, a token a step with one feature. Any number of rows is taken: a
        fixed batch size says how many at a time. Raises ValueError for an array of another shape.
        """
        wanted = self.own_shape
        fits = x.ndim == len(wanted) and all(
            axis == "b" or said in (None, got)
            for axis, said, got in zip(self.axes or self.order, wanted, x.shape, strict=True)
        )
        if not fits:
            raise ValueError(f"the model takes an input of shape {Form(wanted)}, not {x.shape}")
        if self.axes:
            x = x.transpose([self.axes.index(one) for one in self.order])
        if self.kind == "tokens":
            self._check_tokens(x)
            return x[:, :, None]
        return x[:, None, :] if self.kind == "vector" else x

    def _check_tokens(self, x: Array) -> None:
        whole = np.asarray(x)
        if (whole != np.round(whole)).any():
            raise ValueError("the model takes whole numbers, but the input holds fractions")
        if self.tokens is not None and ((whole < 0) | (whole >= self.tokens)).any():
            raise ValueError(
                f"the model takes numbers from 0 to {self.tokens - 1}, but the input holds "
                f"{whole.min():g} to {whole.max():g}"
            )

    def of_model(self, x: Array) -> Array:
        """The inverse of ``of_specification``."""
        x = {"tokens": x[:, :, 0], "vector": x[:, 0]}.get(self.kind, x)
        if self.axes:
            x = x.transpose([self.order.index(one) for one in self.axes])
        return x


@dataclass(frozen=True)
class Row:
    """One layer of the file, for the table."""

    kind: str
    name: str
    says: str
    form: Form
    """Of its output."""
    parameters: int
    first: int
    """Which layers of the specification it became: from ``first`` up to, not with, ``last``."""
    last: int


@dataclass(frozen=True)
class SavedModel:
    """What a file computes, in the words of the specification.

    ``weights`` are float64 in the canonical layout of ``spec.weight_shapes``.
    """

    file: Path
    format: str
    writer: Writer
    style: str
    input: Input
    spec: ModelSpec
    weights: tuple[Array, ...]
    rows: tuple[Row, ...]
    meanings: tuple[Meaning, ...]
    remarks: tuple[Remark, ...]
    training: Mapping[str, str] = field(default_factory=dict)
    output_axes: str = ""
    """The order of the axes of what the model itself returns, where it is not batch first."""

    def of_model(self, outputs: Array) -> Array:
        """Outputs of the specification in the order of the model itself."""
        if not self.output_axes:
            return outputs
        return outputs.transpose(["btf".index(one) for one in self.output_axes])

    def batch_first(self, outputs: Array) -> Array:
        """Outputs of the model itself, batch first."""
        if not self.output_axes:
            return outputs
        return outputs.transpose([self.output_axes.index(one) for one in "btf"])

    @property
    def parameter_count(self) -> int:
        """How many numbers the file holds for its layers."""
        return sum(prod(one.shape) for one in self.weights)

    @property
    def recurrent(self) -> tuple[LSTM, ...]:
        """Every LSTM direction."""
        return tuple(self.spec.recurrent_layers)

    @property
    def embedding(self) -> Embedding | None:
        """The layer that reads tokens, if the first one does."""
        first = self.spec.layers[0]
        return first if isinstance(first, Embedding) else None
