"""A subject's process: lines in, lines out, within limits; whatever it started is ended with it.

Between this process and the program stands its keeper (``keeper.py``), which ends the program and
all its descendants when it is told to, and when this process is gone. Both lead sessions of their
own, so Ctrl-C reaches only this process, which then ends them.
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
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lstm_spec.subjects import memory
from lstm_spec.subjects.keeper import SECONDS as KEEPERS_SECONDS
from lstm_spec.subjects.keeper import descendants
from lstm_spec.subjects.protocol import SubjectHung, SubjectLost

KEEPER = Path(__file__).with_name("keeper.py")
LAST_WORDS = 8192
"""Bytes of stderr that are kept."""

BETWEEN_LOOKS = 0.1
"""Seconds between two looks at the memory of a program that may only use so much of it."""


@dataclass(frozen=True)
class Limits:
    """How much a subject may take, in seconds and bytes."""

    start: float = 120.0  # until the handshake is answered: imports and all
    call: float = 60.0  # for one request
    fit: float = 1800.0  # for one request to fit
    end: float = 2.0  # between the end of its input and its own end
    memory: int | None = None  # resident, of the program and all that it started
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
        self._unread = bytearray()
        self._said = bytearray()
        watched, self._watch = os.pipe()
        words = [sys.executable, "-I", "-S", str(KEEPER), str(os.getpid()), str(watched), *command]
        try:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
                pass_fds=(watched,),
                env={**os.environ, **(variables or {})},
            )
        except BaseException:
            os.close(self._watch)
            raise
        finally:
            os.close(watched)
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._stdin, self._stdout, self._stderr = (pipe for pipe in pipes if pipe is not None)
        for pipe in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(pipe.fileno(), False)
        self._pidfd = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else None
        self._ended = False
        self._telling = threading.Lock()
        self._program: int | None = None
        _living.add(self)

    @property
    def pid(self) -> int:
        """The process id of the keeper."""
        return self._process.pid

    @property
    def program(self) -> int | None:
        """The process id of the program itself, once it has answered; None when it has ended."""
        if self._program is None:
            self._program = next(iter(descendants(self.pid)), None)
        return self._program

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

    def lost(self, cause: str, kind: type[SubjectLost] = SubjectLost) -> SubjectLost:
        """End the process; the exception to raise."""
        if not self._ended:
            self._listen()
        self.end(0.0)
        return kind(cause, self._said.decode("utf-8", "replace"))

    def stop(self) -> None:
        """Have the keeper end everything at once; may be called from any thread.

        Whoever waits for an answer is told that the subject was lost, and ends it properly.
        """
        with self._telling, suppress(OSError):
            if self._watch >= 0:
                os.write(self._watch, b".")

    def end(self, grace: float | None = None) -> None:
        """Close its input, wait ``grace`` seconds, then end it and everything it started."""
        if self._ended:
            return
        self._ended = True
        with suppress(OSError):
            self._stdin.close()
        self._await_exit(self.limits.end if grace is None else grace)
        self.stop()
        with self._telling:
            os.close(self._watch)
            self._watch = -1
        try:
            self._process.wait(KEEPERS_SECONDS + 1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the program ends with its keeper; the kernel may hold either
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
        look = 0.5 if self.limits.memory is None else BETWEEN_LOOKS
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
                    sentence = f"the subject gave no answer to {doing} within {seconds:.3g} s"
                    raise self.lost(sentence, SubjectHung)
                ready = {key.fileobj for key, _ in waiting.select(min(left, look))}
                self._weigh(doing)
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

    def _weigh(self, doing: str) -> None:
        """Give up a program that takes more memory than it may."""
        most = self.limits.memory
        if most is not None and (taken := memory.resident(descendants(self.pid))) > most:
            raise self.lost(
                f"the subject used {taken >> 20} MiB of memory during {doing}; "
                f"it may use {most >> 20} MiB"
            )

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
        if not hasattr(os, "waitid") or self._process.returncode is not None:
            return self._process.poll()  # macOS before Python 3.13; or it is reaped already
        try:
            status = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:  # reaped by somebody else: how it ended cannot be known
            return self._process.poll()
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


_living: weakref.WeakSet[Child] = weakref.WeakSet()
_owner = os.getpid()


@atexit.register
def _end_all() -> None:
    if os.getpid() == _owner:  # a forked copy of this process owns none of them
        for child in list(_living):
            child.end(0.0)
