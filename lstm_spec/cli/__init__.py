"""The command line: a thin face over the rest; one file for each group of commands."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

try:
    from lstm_spec.cli.app import INTERRUPTED, OUR_MISTAKE, app, say
    from lstm_spec.run.interruption import SIGNALS, Interrupted, ended_by_signals
except KeyboardInterrupt:  # it takes a moment, and there is nothing to report yet
    sys.exit(130)

TRACEBACK = "LSTM_SPEC_TRACEBACK"

ENDED_BY_A_SIGNAL = tuple(128 + number for number in SIGNALS)

ROOMS = {
    "verify": ["verify", "compare"],
    "model": ["model"],
    "matrix": ["matrix", "upgrade"],
    "specification": ["list", "explain"],
    "coverage": ["coverage"],
    "environments": ["env", "doctor"],
    "run": ["run"],
    "bench": ["bench"],
    "vectors": ["vectors"],
    "proof": ["selftest"],
    "study": ["study", "claims"],
    "tolerances": ["tolerances"],
    "badge": ["badge"],
}
"""Which file of this folder holds which commands, in the order in which the help shows them.

Only the file of the command that was given is loaded: to verify, nobody waits for the studies.
"""


def load(command: str | None = None) -> None:
    """Make a command known, or all of them where it is none of ours."""
    rooms = [room for room, commands in ROOMS.items() if command in commands]
    for room in rooms or ROOMS:
        import_module(f"{__name__}.{room}")


def main() -> None:
    """Entry point of ``lstm-spec``; a mistake of ours is told in a sentence, too."""
    # At the end of Python the exit code is decided, and what was judged is written.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # other packages' strategies: a second
    try:
        with ended_by_signals():
            load(sys.argv[1] if len(sys.argv) > 1 else None)
            app()
    except KeyboardInterrupt:
        _leave_at_once(INTERRUPTED)
    except Interrupted as end:
        say("interrupted")
        _leave_at_once(int(str(end.code)))
    except SystemExit as end:
        if end.code in ENDED_BY_A_SIGNAL:
            _leave_at_once(end.code)
        raise
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        *_, last = traceback.extract_tb(error.__traceback__)
        say(
            f"{type(error).__name__}: {error} ({last.filename}, line {last.lineno}). This is a "
            f"mistake of lstm-spec itself: please report it. With {TRACEBACK}=1 set, the same "
            "command shows how it came about."
        )
        sys.exit(OUR_MISTAKE)


def _leave_at_once(code: int) -> NoReturn:
    """End without waiting for threads: everything is written, and every child has been ended.

    Threads that were interrupted in the middle of their work can keep Python from its end for good.
    What was registered for the end is still done, such as giving the semaphores of a pool back.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


__all__ = ["ROOMS", "app", "load", "main"]
