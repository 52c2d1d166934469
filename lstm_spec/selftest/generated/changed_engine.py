"""An engine with one module changed, loaded beside the right one; no file is touched."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

from lstm_spec.contract import Implementation
from lstm_spec.subjects.find import find


class _ChangedSource(MetaPathFinder, Loader):
    """Finds one module, and gives it another source than its file has."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source
        self._asked = False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.name or self._asked:
            return None
        self._asked = True  # the usual finders are asked where the file is
        try:
            usual = importlib.util.find_spec(name)
        finally:
            self._asked = False
        if usual is not None:
            usual.loader = self
        return usual

    def exec_module(self, module: ModuleType) -> None:
        code: CodeType = compile(self.source, str(module.__file__), "exec")
        exec(code, vars(module))


def changed_engine(
    subject: str, packages: Sequence[str], module: str, source: str
) -> Implementation:
    """The subject of that name, made of fresh copies of the packages, one module of them changed.

    Everything else of this process goes on with the modules that it has. Raises what the changed
    module raises when it is imported.
    """
    with _set_aside(packages):
        finder = _ChangedSource(module, source)
        sys.meta_path.insert(0, finder)
        try:
            return find(subject)
        finally:
            sys.meta_path.remove(finder)


@contextmanager
def _set_aside(packages: Sequence[str]) -> Iterator[None]:
    """Inside, these packages have not been imported yet; afterwards they are as they were."""
    ours = {name: one for name, one in sys.modules.items() if _is_part(name, packages)}
    attributes: list[tuple[Any, str, Any]] = []
    for name in packages:
        holder, _, last = name.rpartition(".")
        parent = sys.modules.get(holder)
        if parent is not None and hasattr(parent, last):
            attributes.append((parent, last, getattr(parent, last)))
            delattr(parent, last)
    for name in ours:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if _is_part(name, packages)]:
            del sys.modules[name]
        sys.modules.update(ours)
        for parent, last, module in attributes:
            setattr(parent, last, module)


def _is_part(name: str, packages: Sequence[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in packages)
