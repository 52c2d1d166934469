"""A subject in another process, used like one in this process.

A worker (another Python interpreter) and a command (any program) speak the same protocol, so one
class stands for both. Whatever goes wrong over there arrives as ``SubjectLost``.
"""

from __future__ import annotations

import shlex
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from lstm_spec.contract import (
    AdamEpsilon,
    Capability,
    DropoutMasks,
    EmptyRows,
    Maps,
    PaddingOutput,
    Refused,
    RMSpropEpsilon,
    Unsupported,
    WeightsTogether,
    refuse_unmapped,
)
from lstm_spec.model import SPECIFICATION_0_1, ModelSpec
from lstm_spec.model.json_form import to_json
from lstm_spec.subjects import answers
from lstm_spec.subjects.process import Child, Limits
from lstm_spec.subjects.protocol import (
    VERSION,
    AdapterRaised,
    ProtocolError,
    SubjectLost,
    read_reply,
    request_line,
)
from lstm_spec.subjects.remote_data import RemoteData, RemotePreprocessing
from lstm_spec.subjects.remote_model import RemoteModel
from lstm_spec.subjects.trace import Trace

WORKER = Path(__file__).with_name("worker.py")
T = TypeVar("T")
Exchange = Callable[[bytes, float, str], bytes]


def open_worker(
    python: Path,
    subject: str,
    limits: Limits | None = None,
    variables: Mapping[str, str] | None = None,
    trace: Trace | None = None,
) -> RemoteImplementation:
    """The implementation ``subject`` inside the interpreter ``python``.

    ``subject`` is ``module:attribute``, ``path/to/file.py:attribute``, or the name of an installed
    implementation; ``variables`` are added to its environment; ``trace`` hears what is said. Raises
    SubjectLost if it cannot be opened.
    """
    command = [str(python), "-B", str(WORKER), _address(subject)]
    return RemoteImplementation(command, limits or Limits(), variables, trace)


def open_command(
    command: str,
    limits: Limits | None = None,
    variables: Mapping[str, str] | None = None,
    trace: Trace | None = None,
) -> RemoteImplementation:
    """The implementation that a program offers; ``command`` is split like a shell's, without one.

    Raises SubjectLost if it cannot be opened.
    """
    return RemoteImplementation(shlex.split(command), limits or Limits(), variables, trace)


def _address(subject: str) -> str:
    """What the worker can find: a known name becomes the file that holds the implementation."""
    if ":" in subject:
        return subject
    for point in entry_points(group="lstm_spec.implementations", name=subject):
        found = find_spec(point.module)
        if found is not None and found.origin is not None:
            return f"{found.origin}:{point.attr}"
    raise SubjectLost(
        f"there is no implementation called {subject!r}: give one of `lstm-spec list "
        f"implementations`, module:attribute, or path/to/file.py:attribute"
    )


class RemoteImplementation:
    """An implementation in another process, which is started anew whenever it was lost.

    ``deadline``, if set, is a time of ``time.monotonic()`` past which every request is given up.
    """

    def __init__(
        self,
        command: Sequence[str],
        limits: Limits,
        variables: Mapping[str, str] | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.command, self.limits, self._trace = list(command), limits, trace
        self.variables = dict(variables or {})
        self.deadline: float | None = None
        self.starts = 0
        self._child: Child | None = None
        self._requests = 0
        self._dropped: deque[tuple[Child, int]] = deque()
        hello = self._start()
        self.name: str = hello["name"]
        self.version: str = hello["version"]
        self.backend: str = hello.get("backend", "")
        self.language: str = hello.get("language", "")
        self.padding_output: PaddingOutput = hello.get("padding_output", "held")
        self.empty_rows: EmptyRows = hello.get("empty_rows", "kept")
        self.adam_epsilon: AdamEpsilon = hello.get("adam_epsilon", "before")
        self.rmsprop_epsilon: RMSpropEpsilon = hello.get("rmsprop_epsilon", "inside")
        self.dropout_masks: DropoutMasks = hello.get("dropout_masks", "one")
        self.weights_together: WeightsTogether = hello.get("weights_together", "multiplied")
        self.maps: Maps = hello.get("maps", SPECIFICATION_0_1)
        self.defaults: dict[str, str] = hello.get("defaults", {})
        self.paths: tuple[str, ...] = tuple(hello.get("paths", ()))
        self.fit_paths: tuple[str, ...] = tuple(hello.get("fit_paths", ()))
        self.capabilities = frozenset(Capability(one) for one in hello["capabilities"])
        self.preprocessing = RemotePreprocessing(self)
        self.data = RemoteData(self)

    @property
    def python(self) -> str:
        """The version of the Python that it runs in; empty for another language."""
        return self.language.removeprefix("Python ") if "Python " in self.language else ""

    @property
    def process(self) -> Child | None:
        """The process at work, if one is running."""
        return self._child if self._child is not None and not self._child.ended else None

    def build(self, model: ModelSpec, **asked: str) -> RemoteModel:
        """A new model over there; Unsupported for what it does not map, before it is asked.

        ``on`` may name the path that it shall take.
        """
        refuse_unmapped(model, self.maps, self.name)
        return self._model("build", model.dtype, spec=to_json(model, self.maps), **asked)

    def load(self, path: Path, **asked: str) -> RemoteModel:
        """The model that ``save`` wrote; both processes see the same files."""
        return self._model("load", path=str(path), **asked)

    def on(self, path: str) -> RemoteOnPath:
        """The same subject, whose models take this path; ValueError if it names no such path."""
        known = dict.fromkeys([*self.paths, *self.fit_paths])
        if path not in known:
            raise ValueError(f"{self.name} has no path {path!r}, but {', '.join(known)}")
        return RemoteOnPath(self, path)

    def close(self) -> None:
        """End the process; the next use would start another."""
        if self._child is not None:
            self._child.end()

    def __enter__(self) -> RemoteImplementation:
        return self

    def __exit__(self, *how: object) -> None:
        self.close()

    @contextmanager
    def within(self, seconds: float | None) -> Iterator[None]:
        """Inside, all requests together may take so many seconds; None sets no limit."""
        before = self.deadline
        self.deadline = None if seconds is None else time.monotonic() + seconds
        try:
            yield
        finally:
            self.deadline = before

    # The protocol -------------------------------------------------------------------------------

    def ask(self, op: str, read: Callable[[answers.Ok], T], **fields: Any) -> T:
        """What ``read`` makes of the answer to one request.

        Raises what the subject answers (Refused, Unsupported, AdapterRaised) or SubjectLost.
        """
        if self.process is None:
            self._start()
        while self._dropped:
            child, handle = self._dropped.popleft()
            if child is self._child:
                self._exchange("release", answers.nothing, model=handle)
        return self._exchange(op, read, **fields)

    def _start(self) -> answers.Ok:
        self._dropped.clear()
        self._child = Child(self.command, self.limits, self.variables)
        self.starts += 1
        try:
            return self._exchange("hello", answers.hello, protocol=VERSION)
        except (AdapterRaised, Refused, Unsupported) as error:
            raise self._child.lost(f"the subject could not be opened: {error}") from error

    def _exchange(self, op: str, read: Callable[[answers.Ok], T], **fields: Any) -> T:
        assert self._child is not None
        longer = {"hello": self.limits.start, "fit": self.limits.fit, "time": self.limits.fit}
        seconds = longer.get(op, self.limits.call)
        if self.deadline is not None:
            seconds = min(seconds, self.deadline - time.monotonic())
            if seconds <= 0:
                raise SubjectLost(f"the time for this clause ran out before {op}")
        self._requests += 1
        number = self._requests
        request = request_line(number, op, fields)
        line = self._said(request, self._child.exchange, seconds, op)
        try:
            return read(read_reply(line, number))
        except ProtocolError as error:
            if self._trace is not None:
                self._trace.happened(str(error))
            raise self._child.lost(f"the subject broke the protocol in {op}: {error}") from error

    def _said(self, request: bytes, exchange: Exchange, seconds: float, op: str) -> bytes:
        """The answer to a request; both are written down if somebody wants to know."""
        if self._trace is None:
            return exchange(request, seconds, op)
        self._trace.sent(request)
        try:
            line = exchange(request, seconds, op)
        except SubjectLost as lost:
            self._trace.happened(str(lost))
            raise
        self._trace.heard(line)
        return line

    def _model(self, op: str, dtype: str | None = None, **fields: Any) -> RemoteModel:
        handle = self.ask(op, answers.handle, **fields)
        assert self._child is not None
        return RemoteModel(self, self._child, handle, dtype)

    def drop(self, child: Child, handle: int) -> None:
        """Have the model released with the next request; nothing is sent from a destructor."""
        self._dropped.append((child, handle))


class RemoteOnPath:
    """A subject in another process on one of its paths; everything else is the subject's own."""

    def __init__(self, implementation: RemoteImplementation, path: str) -> None:
        self._implementation, self._path = implementation, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._implementation, name)

    def build(self, model: ModelSpec) -> RemoteModel:
        """A new model that takes the path wherever it can be taken."""
        return self._implementation.build(model, on=self._path)

    def load(self, path: Path) -> RemoteModel:
        """A model that was saved on this path."""
        return self._implementation.load(path, on=self._path)
