"""Becomes the subject's program, after setting what must be set inside its process.

    python -I -S launch.py HOST MEMORY PROGRAM ARGUMENT...

HOST is the process that must not be outlived (0: none), MEMORY the limit of the address space in
bytes (0: none). A program of its own, because code between fork and exec of a process with threads
may deadlock.
"""

import os
import resource
import sys


def main() -> None:
    """Set the limits, then exec."""
    host, memory, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if host and sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig, sigkill = 1, 9
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, sigkill, 0, 0, 0)
        if os.getppid() != host:  # it ended before the line above
            sys.exit(1)
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
