"""Starts a program and stays beside it: nothing that the program starts outlives it, or us.

    python -I -S keeper.py HOST WATCH PROGRAM ARGUMENT...

WATCH is the number of a pipe. The process HOST holds its other end: it writes to it when the
program is to be ended, and the system closes it when HOST is gone, however it went. The program and
all its descendants are ended then; those that are left are ended, too, when the program ends by
itself. The keeper ends as its program did: with its exit status, or by its signal.

On Linux the keeper is the subreaper of its descendants, so that none can leave it. Elsewhere it
ends the program's process group, and the descendants that it finds through their parents: one that
has left the group and whose parent has ended cannot be found.

This file needs nothing of lstm-spec. It is a program of its own because a process with threads must
not do anything between fork and exec.
"""

import os
import resource
import select
import signal
import sys
import time
from contextlib import suppress

LINUX = sys.platform == "linux"
SECONDS = 5.0
"""How long processes are given to be gone once they were killed; the kernel may hold one longer."""


def main() -> None:
    """Start the program, keep it, end what is left of it, and end as it did."""
    host, watch, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    os.set_inheritable(watch, False)
    if LINUX:
        pr_set_child_subreaper = 36
        _prctl(pr_set_child_subreaper, 1)
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    for one in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, lambda number, frame: None)  # they wake the loop below
    program = _start(command)
    status = _keep(program, host, watch, ended)
    end_all(program)
    _end_as(status)


def _start(command: list[str]) -> int:
    """The program in a session of its own; the keeper gives up the pipes that are the program's."""
    keeper = os.getpid()
    program = os.fork()
    if program == 0:
        os.setsid()
        if LINUX:
            pr_set_pdeathsig = 1
            _prctl(pr_set_pdeathsig, signal.SIGKILL)
            if os.getppid() != keeper:  # it was ended before the line above
                os._exit(1)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and so would the program
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, f"{command[0]}: {error.strerror}\n".encode())
            os._exit(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for pipe in (0, 1):
        os.dup2(nothing, pipe)
    os.close(nothing)
    return program


def _keep(program: int, host: int, watch: int, ended: int) -> int | None:
    """Wait until the program has ended; None if it is to be ended."""
    while True:
        ready, _, _ = select.select([watch, ended], [], [], 0.5)
        if ended in ready and set(os.read(ended, 512)) - {signal.SIGCHLD}:
            return None  # somebody wants the keeper to end
        for one, status in _reaped():
            if one == program:
                return status
        if watch in ready or os.getppid() != host:  # a forked copy of the host may hold the pipe
            return None


def _reaped() -> list[tuple[int, int]]:
    """The children that have ended, each with how it did."""
    found = []
    with suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            found.append(one)
    return found


def end_all(program: int) -> None:
    """End every descendant of this process, also those that are being started meanwhile."""
    limit = time.monotonic() + SECONDS
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program, signal.SIGKILL)
    while (left := descendants(os.getpid())) and time.monotonic() < limit:
        for one in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        time.sleep(0.002)
        _reaped()


def _end_as(status: int | None) -> None:
    if status is None:
        os._exit(0)
    if not os.WIFSIGNALED(status):
        os._exit(os.WEXITSTATUS(status))
    number = os.WTERMSIG(status)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # SIGKILL has no handler
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)


def descendants(ancestor: int) -> list[int]:
    """The processes below ``ancestor``, those that have ended and are not reaped included."""
    children: dict[int, list[int]] = {}
    for one, parent in _parents():
        children.setdefault(parent, []).append(one)
    found, following = [], [ancestor]
    while following:
        below = children.get(following.pop(), [])
        found += below
        following += below
    return found


def _parents() -> list[tuple[int, int]]:
    """Every process of this machine with its parent."""
    if not LINUX:
        return _parents_that_ps_lists()
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with suppress(OSError), open(f"/proc/{entry}/stat", "rb") as stat:
                found.append((int(entry), int(stat.read().rpartition(b")")[2].split()[1])))
    return found


def _parents_that_ps_lists() -> list[tuple[int, int]]:
    import subprocess

    with subprocess.Popen(["ps", "-axo", "pid=,ppid="], stdout=subprocess.PIPE) as ps:
        listed, _ = ps.communicate(timeout=10)
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [(one, parent) for one, parent in pairs if one != ps.pid]


def _prctl(option: int, value: int) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
