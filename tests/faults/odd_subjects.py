"""Subjects that are right about LSTMs and odd in every other way."""

import os
import time

import numpy as np

from lstm_spec.lifting import Lifted


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


class NoCapability(Lifted):
    """It offers nothing, so no clause can be asked of it."""

    capabilities = frozenset()

    def __init__(self):
        super().__init__(run, "no capability", "0")


class CapabilitiesAreNone(Lifted):
    capabilities = None

    def __init__(self):
        super().__init__(run, "capabilities are None", "0")


ESCAPES = "\x1b[31mred\x1b]0;title\x07 \x00 \x9b31m \u202eback\ud800"


class NamedInEscapes(Lifted):
    """What would colour the terminal and rename its window, in the name and in every message."""

    def __init__(self):
        super().__init__(run, f"escapes {ESCAPES}", ESCAPES)

    def build(self, model):
        raise RuntimeError(ESCAPES)


class Slow(Lifted):
    """Each model takes ``SLOW`` seconds to build."""

    def __init__(self):
        super().__init__(run, "slow", "0")

    def build(self, model):
        time.sleep(float(os.environ["SLOW"]))
        return super().build(model)
