"""Preprocessing and documented data, asked of a subject in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_spec.subjects import answers
from lstm_spec.subjects.protocol import move_rng, write_value

if TYPE_CHECKING:
    from lstm_spec.subjects.remote import RemoteImplementation

RNG = (np.random.RandomState, np.random.Generator)


class RemotePreprocessing:
    """The framework's own preparation of data; what is not given is its own default."""

    def __init__(self, implementation: RemoteImplementation) -> None:
        self._implementation = implementation

    def pad_sequences(self, rows: Any, maxlen: Any = ..., **named: Any) -> Any:
        """See ``lstm_spec.contract.Preprocessing``."""
        return self._ask("pad_sequences", rows=rows, maxlen=maxlen, **named)

    def one_hot(self, labels: Any, width: Any = ...) -> Any:
        """See ``lstm_spec.contract.Preprocessing``."""
        return self._ask("one_hot", labels=labels, width=width)

    def _ask(self, op: str, **given: Any) -> Any:
        fields = {name: write_value(value) for name, value in given.items() if value is not ...}
        return self._implementation.ask(op, answers.result, **fields)


class RemoteData:
    """The subject's builders of documented data: ``data.echo.windows(...)`` is asked over there."""

    def __init__(self, implementation: RemoteImplementation) -> None:
        self._implementation = implementation

    def __getattr__(self, module: str) -> RemoteDataModule:
        if module.startswith("_"):
            raise AttributeError(module)
        return RemoteDataModule(self._implementation, module)


class RemoteDataModule:
    """One group of builders; a name in capitals is a constant, whose value is asked for."""

    def __init__(self, implementation: RemoteImplementation, module: str) -> None:
        self._implementation, self._module = implementation, module

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        full = f"{self._module}.{name}"
        if name.isupper():
            return self._implementation.ask("data", answers.result, name=full)

        def function(*arguments: Any, **named: Any) -> Any:
            sources = [one for one in (*arguments, *named.values()) if isinstance(one, RNG)]

            def read(ok: answers.Ok) -> Any:
                left = answers.moved(ok, len(sources))
                for source, state in zip(sources, left, strict=True):
                    move_rng(source, state)
                return answers.result(ok)

            return self._implementation.ask(
                "data",
                read,
                name=full,
                arguments=[write_value(one) for one in arguments],
                named={key: write_value(one) for key, one in named.items()},
            )

        return function
