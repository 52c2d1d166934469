"""Adapters that break once, in the way that their name in this module says.

The fault happens while the file named in LSTM_SPEC_TEST_MARKER does not exist.
"""

import ctypes
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np

from lstm_spec.contract import CallResult, Refused, Unsupported

print("greetings from an import")
os.write(1, b"and from below Python\n")


def first_time():
    marker = Path(os.environ["LSTM_SPEC_TEST_MARKER"])
    if marker.exists():
        return False
    marker.touch()
    return True


def throw(error):
    raise error


def spin():
    while True:
        np.ones(3).sum()


def hold_the_lock():
    ctypes.PyDLL(None).sleep(60)  # the interpreter's lock is not given up


def leave_a_thread():
    threading.Thread(target=time.sleep, args=(60,)).start()


FAULTS = {
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "leaves": lambda: os._exit(3),
    "spins": spin,
    "holds_the_lock": hold_the_lock,
    "forks": lambda: os.fork() or time.sleep(60),
    "eats_memory": lambda: np.ones(2**34),
    "exits": lambda: sys.exit(3),
    "interrupts": lambda: throw(KeyboardInterrupt()),
    "raises": lambda: throw(IndexError("off by one")),
    "refuses": lambda: throw(Refused("the library says no")),
    "declines": lambda: throw(Unsupported("not that layer")),
    "reads_stdin": lambda: input("password: "),
    "prints": lambda: print('{"id": 3, "ok": {}}'),
    "writes_to_1": lambda: os.write(1, b"noise from a C library\n" * 1000),
    "closes_1": lambda: os.close(1),
    "leaves_a_thread": leave_a_thread,
}

RESULTS = {
    "objects": lambda zeros: (np.array([["a", "b"]], object), None),
    "complex_numbers": lambda zeros: (zeros + 1j, None),
    "nothing": lambda zeros: None,
    "three_things": lambda zeros: (zeros, None, None),
    "states_of_one": lambda zeros: (zeros, [zeros]),
    "lists": lambda zeros: (zeros.tolist(), None),
    "read_only": lambda zeros: (np.broadcast_to(np.float32(0), zeros.shape), None),
    "big_endian": lambda zeros: (zeros.astype(">f8"), None),
    "nan": lambda zeros: (zeros * np.nan, None),
    "one_unit_too_many": lambda zeros: (np.zeros((2, 3)), None),
}


class Model:
    def __init__(self, fault):
        self.fault = fault

    def call(self, x, mask=None, initial_state=None):
        zeros = np.zeros((len(x), 2), np.float32)
        if self.fault in FAULTS and first_time():
            FAULTS[self.fault]()
        if self.fault in RESULTS and first_time():
            return RESULTS[self.fault](zeros)
        return CallResult(zeros, None)


class Broken:
    version = "1"
    capabilities = ("forward",)

    def __init__(self, fault):
        self.name = self.fault = fault

    def build(self, spec):
        if self.fault == "raises_in_build" and first_time():
            raise RuntimeError("no weights on board")
        return Model(self.fault)


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Broken(name)
