"""jax on one thread: faster for small networks, and it never hangs.

With two threads XLA splits work that is too small to be split (2.6 times slower when measured), and
an ensemble of encoder-decoders was seen to sleep for ever. So its pool is made when the process
may run on one core only. This must happen before anything else starts XLA's CPU client; a process
that has already done so keeps what it has.
"""

from __future__ import annotations

import os
from typing import Any

COMPILER_OPTIONS: dict[str, Any] = {
    "xla_cpu_prefer_vector_width": 512,
    "xla_cpu_multi_thread_eigen": False,
    "xla_cpu_copy_insertion_use_region_analysis": True,
}
"""Half of an update of a small network is Adam: as wide as the machine can, 20 % are gained. The
last finds more arrays that a loop may write where they lie: of a large network, 5 % are gained."""


LOOPS_IN_ONE_PIECE = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000"
"""A loop that touches less than this many bytes becomes one function of machine code. Else XLA's
executor starts each of some seventy small pieces of an update by itself, which takes longer than
the pieces do. Beyond that size Eigen's products are worth the start. XLA reads this once, from the
environment; it is no option of ``jax.jit``."""


def jax_on_one_thread() -> Any:
    """Import jax and start its CPU client with a pool of one thread and loops in one piece.

    Raises ImportError where jax is not installed.
    """
    movable = hasattr(os, "sched_setaffinity")
    allowed = os.sched_getaffinity(0) if movable else set()
    flags = os.environ.get("XLA_FLAGS")
    if "xla_backend_extra_options" not in (flags or ""):
        os.environ["XLA_FLAGS"] = f"{flags or ''} {LOOPS_IN_ONE_PIECE}".strip()
    if movable:
        os.sched_setaffinity(0, {min(allowed)})
    try:
        import jax

        jax.config.update("jax_cpu_enable_async_dispatch", False)
        jax.devices("cpu")
    finally:
        if movable:
            os.sched_setaffinity(0, allowed)
        if flags is None:
            del os.environ["XLA_FLAGS"]
        else:
            os.environ["XLA_FLAGS"] = flags
    return jax
