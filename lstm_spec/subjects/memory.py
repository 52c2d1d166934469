"""How much memory processes hold, as the system counts it: resident, in bytes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

LINUX = sys.platform == "linux"
PAGE = resource.getpagesize()


def resident(processes: Sequence[int]) -> int:
    """What these processes hold together; memory that they share counts for each of them."""
    if not processes:
        return 0
    if not LINUX:
        asked = ["ps", "-o", "rss=", "-p", ",".join(map(str, processes))]
        ps = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)
        return 1024 * sum(map(int, ps.stdout.split()))
    pages = 0
    for one in processes:
        with suppress(OSError):  # it has ended meanwhile
            pages += int(Path(f"/proc/{one}/statm").read_bytes().split()[1])
    return pages * PAGE


def forget_peak(process: int) -> None:
    """Let ``peak`` begin anew, where the system can (Linux)."""
    with suppress(OSError):
        Path(f"/proc/{process}/clear_refs").write_text("5")


def peak(process: int) -> int | None:
    """The most that a process has held since ``forget_peak``; None where nobody knows.

    Without ``/proc``, it is the most since the process started, and known for this process only.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_bytes().splitlines():
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    if process == os.getpid() and not LINUX:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS counts bytes
    return None
