"""Subjects with faults of the kind that belongs to a process, not to an LSTM.

Each is a right LSTM of a few lines that does one thing wrong, in the way that its name says. What
happens is written into the folder named by ``FAULTS_SEEN``, so that a test can wait for it.
"""

import ctypes
import itertools
import os
import sys
import time
from pathlib import Path

import numpy as np

from lstm_spec.lifting import Lifted, LiftedModel


def run(x, weights, state):
    """A right LSTM in a few lines."""
    kernel, recurrent_kernel, bias = weights
    h, c = state
    outputs = []
    for step in range(x.shape[1]):
        z = x[:, step] @ kernel + h @ recurrent_kernel + bias
        i, f, g, o = np.split(z, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1), (h, c)


def saw(what):
    """Leave a trace; whether this is the first one."""
    file = Path(os.environ["FAULTS_SEEN"]) / what
    first = not file.exists()
    file.touch()
    return first


class Faulty(Lifted):
    """The right LSTM, but ``act`` is done before every call from a given state.

    No smoke clause gives a state, so the adapter is found to work.
    """

    def __init__(self, name, act):
        super().__init__(run, name, "0")
        self.act = act

    def build(self, model):
        built = super().build(model)

        def call(x, mask=None, initial_state=None):
            outputs, states = LiftedModel.call(built, x, mask, initial_state)
            if initial_state is not None:
                outputs = self.act(outputs)
            return outputs, states

        built.call = call
        return built


def _nothing(outputs):
    return outputs


def _shift(outputs):
    return outputs + 0.01


def _hang(outputs):
    saw("hangs")
    time.sleep(600)
    return outputs


def _leave(outputs):
    os._exit(0)


def _crash(outputs):
    ctypes.string_at(0)


def _raise_at_length(outputs):
    raise RuntimeError("x" * 10_000_000)


def _eat(outputs):
    saw("eats")
    eaten = [np.ones(2**24) for _ in range(64)]  # 8 GiB, if nobody stops it
    return outputs + 0 * eaten[0][0]


def _eat_a_little(outputs):
    eaten = np.ones(12 * 2**20)  # 96 MiB, and given back
    return outputs + 0 * eaten[0]


def _fork_once(outputs):
    if saw("forked"):
        os.fork()
    return outputs


def _fork_and_hang(outputs):
    """Children that stay: one in the group, one that has left it; neither has our environment."""
    if saw("forked"):
        for leave in (False, True):
            if os.fork() == 0:
                if leave:
                    os.setsid()
                sleeps = "import time; time.sleep(600)"
                words = [sys.executable, "-I", "-S", "-c", sleeps, os.environ["FAULTS_SEEN"]]
                os.execve(words[0], words, {})
    saw("hangs")
    time.sleep(600)
    return outputs


_count = itertools.count()


def _unsteady(outputs):
    return outputs + 0.01 * next(_count)


def _fail_once(outputs):
    return outputs + saw("failed")


def _hang_once_in_a_while(outputs):
    """In every second call: no two clauses in a row without an answer."""
    if saw("hangs"):
        time.sleep(600)
    (Path(os.environ["FAULTS_SEEN"]) / "hangs").unlink()
    return outputs


right = Faulty("right", _nothing)
offset = Faulty("offset", _shift)
hangs = Faulty("hangs", _hang)
leaves = Faulty("leaves", _leave)
crashes = Faulty("crashes", _crash)
talks = Faulty("talks", _raise_at_length)
eats = Faulty("eats", _eat)
eats_a_little = Faulty("eats a little", _eat_a_little)
forks_once = Faulty("forks once", _fork_once)
forks_and_hangs = Faulty("forks and hangs", _fork_and_hang)
unsteady = Faulty("unsteady", _unsteady)
fails_once = Faulty("fails once", _fail_once)
hangs_now_and_then = Faulty("hangs now and then", _hang_once_in_a_while)


class Named(Lifted):
    """Its name is long."""

    def __init__(self):
        super().__init__(run, "n" * 10_000_000, "0")
