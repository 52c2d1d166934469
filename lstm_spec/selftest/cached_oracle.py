"""An oracle that is asked the same again and again, and computes each answer once.

The self-test puts the same questions for every mutant. What a deterministic oracle answers depends
on its description and on everything it was asked before, so that history is the key. A model is
built, and brought to where it would be, only for a question that was never asked at this point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from lstm_spec.contract import Implementation
from lstm_spec.model import ModelSpec

LARGE = 1 << 20
"""Bytes from which an answer is not kept: it is computed again."""

Step = tuple[str, tuple[Any, ...], dict[str, Any]]
"""The name of a method, and its arguments as they were."""


class CachedOracle:
    """An implementation in front of another one; both give the same numbers."""

    def __init__(self, oracle: Implementation) -> None:
        self._oracle = oracle
        self._answers: dict[bytes, Any] = {}

    def build(self, model: ModelSpec) -> Any:
        """A model that is built when it is needed."""
        return CachedModel(
            self._answers, digest("build", model), lambda: self._oracle.build(model), model
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._oracle, name)


class CachedModel:
    """Answers from memory; ``_waiting`` are the steps that the model itself has not made yet."""

    def __init__(
        self, answers: dict[bytes, Any], history: bytes, make: Callable[[], Any], spec: ModelSpec
    ) -> None:
        self.spec = spec
        self._answers, self._history, self._make = answers, history, make
        self._model: Any = None
        self._waiting: list[Step] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "save":  # it leaves a file, which no memory does
            return self._current().save
        return lambda *args, **kwargs: self._asked(name, args, kwargs)

    def _asked(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args, kwargs = copied(args), copied(kwargs)
        self._history = digest(self._history, name, args, kwargs)
        if name == "clone":
            model = self._current()
            self._history = digest(self._history)
            twin = model.clone()
            return CachedModel(self._answers, self._history + b"twin", lambda: twin, self.spec)
        if self._history in self._answers:
            self._waiting.append((name, args, kwargs))
            answer = self._answers[self._history]
        else:
            try:
                answer = getattr(self._current(), name)(*copied(args), **copied(kwargs))
            except Exception as error:
                answer = error
            if size(answer) < LARGE:
                self._answers[self._history] = copied(answer)
        if isinstance(answer, Exception):
            raise answer
        return copied(answer)

    def _current(self) -> Any:
        """The model itself, after every step that was answered from memory."""
        if self._model is None:
            self._model = self._make()
        for name, args, kwargs in self._waiting:
            try:
                getattr(self._model, name)(*args, **kwargs)
            except Exception:  # the answer that was remembered
                continue
        self._waiting.clear()
        return self._model


def digest(*parts: Any) -> bytes:
    """A key for everything that was asked: values, shapes and dtypes."""
    made = blake2b(digest_size=16)
    for part in parts:
        _feed(part, made.update)
    return made.digest()


def _feed(value: Any, take: Callable[[bytes], None]) -> None:
    if isinstance(value, np.ndarray):
        take(f"{value.dtype.str}{value.shape}".encode())
        take(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, bytes):
        take(value)
    elif isinstance(value, Mapping):
        take(b"{")
        for key in sorted(value):
            take(f"{key}=".encode())
            _feed(value[key], take)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        take(f"[{len(value)}".encode())
        for one in value:
            _feed(one, take)
    else:
        take(f"|{value!r}".encode())


def copied(value: Any) -> Any:
    """The same with arrays of its own."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(copied, value))
    if isinstance(value, list | tuple):
        return type(value)(map(copied, value))
    return value


def size(value: Any) -> int:
    """Bytes of the arrays in it."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    return sum(map(size, value)) if isinstance(value, list | tuple) else 0
