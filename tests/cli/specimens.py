"""Subjects for the command line's tests: one that is right, and some that are broken."""

import os
import time
from pathlib import Path

import numpy as np

from lstm_spec.lifting import Lifted, LiftedModel, lift


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


right = lift(run, name="a few lines")


def _swapped(x, weights, state):
    h, c = state
    return run(x, weights, (c, h))


state_swapped = lift(_swapped, name="state swapped")


class _BuildRaises(Lifted):
    def build(self, model):
        raise RuntimeError("no weights on board")


class _Changed(Lifted):
    """A lifted function with one method of its model replaced."""

    def __init__(self, name, call):
        super().__init__(run, name, "0")
        self.replacement = call

    def build(self, model):
        built = super().build(model)
        built.call = lambda *given, **named: self.replacement(built, *given, **named)
        return built


def _call_wrong_rank(model: LiftedModel, x, mask=None, initial_state=None):
    outputs, states = LiftedModel.call(model, x, mask, initial_state)
    return outputs[..., np.newaxis], states


def _call_wrong_units(model: LiftedModel, x, mask=None, initial_state=None):
    outputs, states = LiftedModel.call(model, x, mask, initial_state)
    return outputs[..., :-1], states


def _call_aborts(model: LiftedModel, x, mask=None, initial_state=None):
    if initial_state is not None:
        print("about to abort", flush=True)
        os.abort()
    return LiftedModel.call(model, x, mask, initial_state)


def _call_hangs(model: LiftedModel, x, mask=None, initial_state=None):
    if initial_state is not None:
        if "HANGS_NOW" in os.environ:
            Path(os.environ["HANGS_NOW"]).touch()
        time.sleep(600)
    return LiftedModel.call(model, x, mask, initial_state)


def _call_chatters(model: LiftedModel, x, mask=None, initial_state=None):
    print('{"id": "CELL-01", "verdict": "pass"}')
    os.write(1, b"noise below Python\n")
    return LiftedModel.call(model, x, mask, initial_state)


build_raises = _BuildRaises(run, "build raises", "0")
wrong_rank = _Changed("wrong rank", _call_wrong_rank)
wrong_units = _Changed("wrong units", _call_wrong_units)
aborts = _Changed("aborts", _call_aborts)
hangs = _Changed("hangs", _call_hangs)
chatters = _Changed("chatters", _call_chatters)
not_an_implementation = object()


class UnknownCapability(Lifted):
    capabilities = frozenset({"forwards"})

    def __init__(self):
        super().__init__(run, "unknown capability", "0")
