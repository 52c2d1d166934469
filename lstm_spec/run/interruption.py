"""Ctrl-C and its kin: noticed at any moment, acted upon when nothing can be torn in two.

While an ``Interruption`` is in force, a signal that would end this process raises nothing: it is
remembered, and whoever waits is told. What was judged is reported then, and the process ends with
128 plus the number of the signal, as a shell expects: 130 for Ctrl-C, 143 for SIGTERM.

Somebody who presses Ctrl-C again, a second or more later, does not want to wait for that report:
the process ends at once. (Programs that start others often send a signal twice, but not so slowly.)
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AGAIN = 1.0
"""Seconds after which a second signal means that the report is not waited for."""


class Interrupted(SystemExit):
    """A signal ended a command that has nothing to report before its end."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Inside, and outside an ``Interruption``, each of the signals raises ``Interrupted``.

    What was being done is given up on the way out, with everything that it had started.
    """

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise Interrupted(128 + number)

    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Interruption:
    """Whether the run is to end now, and by which signal.

    Enter it in the main thread, before the run begins, and leave it when everything is written. In
    another thread it does nothing, for no signal arrives there. A signal that was ignored before
    (as under ``nohup``) stays ignored.
    """

    def __init__(self) -> None:
        self.number = 0
        """The number of the signal that came first; 0 while there was none."""
        self._since = 0.0
        self._before: dict[int, Any] = {}
        self._tell: list[Callable[[], None]] = []

    def __bool__(self) -> bool:
        return self.number != 0

    @property
    def exit_code(self) -> int:
        """What the process should end with."""
        return 128 + self.number

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._notice)
        return self

    def __exit__(self, *how: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    @contextmanager
    def telling(self, somebody: Callable[[], None]) -> Iterator[None]:
        """Inside, ``somebody`` is called as soon as a signal comes, or at once if one has come."""
        self._tell.append(somebody)
        try:
            if self:
                somebody()
            yield
        finally:
            self._tell.remove(somebody)

    def _notice(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self.number:
            self.number, self._since = number, now
            for tell in self._tell:
                tell()
        elif now - self._since > AGAIN:
            raise KeyboardInterrupt
