"""A subject's process: lines in, lines out, within time limits; its whole tree is ended with it.

The child leads a session of its own, so Ctrl-C reaches only this process, which then ends it. What
leaves the child's process group is found by a mark in its environment (where /proc shows one).
"""

from __future__ import annotations

import atexit
import os
import select
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lstm_spec.subjects.protocol import SubjectLost

LAUNCH = Path(__file__).with_name("launch.py")
MARK = "LSTM_SPEC_PROCESS_"
LAST_WORDS = 8192
"""Bytes of stderr that are kept."""


@dataclass(frozen=True)
class Limits:
    """How much a subject may take, in seconds and bytes."""

    start: float = 120.0  # until the handshake is answered: imports and all
    call: float = 60.0  # for one request
    fit: float = 1800.0  # for one request to fit
    end: float = 2.0  # between the end of its input and its own end
    memory: int | None = None  # of address space; frameworks reserve far more than they use
    line: int = 256 * 2**20  # for one line of the protocol


class Child:
    """One running program. Any failure ends it and raises SubjectLost with the cause."""

    def __init__(
        self, command: Sequence[str], limits: Limits, variables: Mapping[str, str] | None = None
    ) -> None:
        """Start ``command`` with these variables added; SubjectLost if there is no such program."""
        if not command or shutil.which(command[0]) is None:
            name = command[0] if command else ""
            raise SubjectLost(f"the subject could not be started: there is no program {name!r}")
        self.limits = limits
        self._mark = MARK + uuid.uuid4().hex
        self._unread = bytearray()
        self._said = bytearray()
        # The kernel ties "end with your parent" to the thread that started the child: only the
        # main thread is sure to live as long as this process.
        host = os.getpid() if threading.current_thread() is threading.main_thread() else 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", LAUNCH, str(host), str(limits.memory or 0), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            env={**os.environ, **(variables or {}), self._mark: "1"},
        )
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._stdin, self._stdout, self._stderr = (pipe for pipe in pipes if pipe is not None)
        for pipe in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(pipe.fileno(), False)
        self._pidfd = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else None
        self._ended = False
        _living.add(self)

    @property
    def pid(self) -> int:
        """The process id, which is also that of its process group."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has been ended; a process that died by itself has not, until it is used."""
        return self._ended

    def exchange(self, request: bytes, seconds: float, doing: str) -> bytes:
        """Send one line and return the next one, without its line feed."""
        try:
            return self._exchange(request, seconds, doing)
        except BaseException:
            self.end(0.0)
            raise

    def lost(self, cause: str) -> SubjectLost:
        """End the process; the exception to raise."""
        self._listen()
        self.end(0.0)
        return SubjectLost(cause, self._said.decode("utf-8", "replace"))

    def end(self, grace: float | None = None) -> None:
        """Close its input, wait ``grace`` seconds, then end it and everything it started."""
        if self._ended:
            return
        self._ended = True
        with suppress(OSError):
            self._stdin.close()
        self._await_exit(self.limits.end if grace is None else grace)
        # While it is not reaped, its number cannot become another group's.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        end_marked(self._mark)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5.0)  # longer only if the kernel itself holds it
        self._stdout.close()
        self._stderr.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
        _living.discard(self)

    # One exchange -------------------------------------------------------------------------------

    def _exchange(self, request: bytes, seconds: float, doing: str) -> bytes:
        if self._unread:
            raise self.lost(
                f"the subject wrote {bytes(self._unread[:80])!r} that nobody asked for, "
                f"before {doing} (stdout belongs to the protocol: send other text to stderr)"
            )
        limit = time.monotonic() + seconds
        unsent = memoryview(request)
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._stdin, selectors.EVENT_WRITE)
            waiting.register(self._stdout, selectors.EVENT_READ)
            waiting.register(self._stderr, selectors.EVENT_READ)
            if self._pidfd is not None:
                waiting.register(self._pidfd, selectors.EVENT_READ)
            while True:
                left = limit - time.monotonic()
                if left <= 0:
                    raise self.lost(f"the subject gave no answer to {doing} within {seconds:.3g} s")
                ready = {key.fileobj for key, _ in waiting.select(min(left, 0.5))}
                if self._stderr in ready and not self._listen():
                    waiting.unregister(self._stderr)
                exited, before = self._exit_code() is not None, len(self._unread)
                line = self._read_line(doing)
                if line is not None:
                    return line
                if exited and len(self._unread) == before:  # a heir of its stdout may live on
                    raise self.lost(f"{self._how_it_ended()} during {doing}")
                if self._stdin in ready:
                    try:
                        unsent = unsent[os.write(self._stdin.fileno(), unsent[: 1 << 16]) :]
                    except BrokenPipeError:
                        waiting.unregister(self._stdin)
                        if not self._await_exit(1.0):
                            raise self.lost(
                                f"the subject closed its standard input before {doing}"
                            ) from None
                        continue
                    except BlockingIOError:
                        continue
                    if not unsent:
                        waiting.unregister(self._stdin)

    def _read_line(self, doing: str) -> bytes | None:
        """The line, if it is complete; otherwise what has come is kept."""
        try:
            chunk = os.read(self._stdout.fileno(), 1 << 20)
        except BlockingIOError:
            return None
        if not chunk:
            self._await_exit(1.0)
            half = f" in the middle of a line ({len(self._unread)} bytes)" if self._unread else ""
            raise self.lost(f"{self._how_it_ended()}{half} during {doing}")
        end = chunk.find(b"\n")
        if end < 0:
            self._unread += chunk
            if len(self._unread) > self.limits.line:
                raise self.lost(
                    f"the subject wrote a line of more than {self.limits.line} bytes during {doing}"
                )
            return None
        line = bytes(self._unread) + chunk[:end]
        self._unread = bytearray(chunk[end + 1 :])
        return line

    def _listen(self) -> bool:
        """Keep the end of what it writes to stderr; False when stderr is closed."""
        for _ in range(16):  # and no more: it may write faster than we read
            try:
                heard = os.read(self._stderr.fileno(), 1 << 16)
            except (OSError, ValueError):  # nothing now, or already closed by end()
                return True
            if not heard:
                return False
            self._said = (self._said + heard)[-LAST_WORDS:]
        return True

    # How it ended -------------------------------------------------------------------------------

    def _exit_code(self) -> int | None:
        """As subprocess counts it, but without reaping; None while it runs."""
        if not hasattr(os, "waitid"):  # macOS before Python 3.13
            return self._process.poll()
        status = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if status is None:
            return None
        return status.si_status if status.si_code == os.CLD_EXITED else -status.si_status

    def _await_exit(self, seconds: float) -> bool:
        limit = time.monotonic() + seconds
        while self._exit_code() is None:
            left = limit - time.monotonic()
            if left <= 0:
                return False
            if self._pidfd is not None:
                select.select([self._pidfd], [], [], left)
            else:
                time.sleep(min(left, 0.02))
        return True

    def _how_it_ended(self) -> str:
        code = self._exit_code()
        if code is None:
            return "the subject closed its standard output"
        if code >= 0:
            return f"the subject ended with exit status {code}"
        name = (signal.strsignal(-code) or "unknown").lower()
        if -code == signal.SIGKILL:
            name += ": from outside, or by the kernel for want of memory"
        return f"the subject ended with signal {-code} ({name})"


def end_marked(mark: str) -> None:
    """End every process whose environment holds ``mark``, wherever it has moved itself."""
    quiet = 0
    for _ in range(10):  # one may have started another, and ended, while we looked: look twice
        found = [pid for pid in _processes() if mark.encode() in _environment(pid)]
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        quiet = 0 if found else quiet + 1
        if quiet == 2:
            return
        time.sleep(0.005)


def _processes() -> list[int]:
    try:
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    except OSError:
        return []


def _environment(pid: int) -> bytes:
    """As it was when the process started; empty for one that is dead or not ours."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


_living: weakref.WeakSet[Child] = weakref.WeakSet()
_owner = os.getpid()


@atexit.register
def _end_all() -> None:
    if os.getpid() == _owner:  # a forked copy of this process owns none of them
        for child in list(_living):
            child.end(0.0)
