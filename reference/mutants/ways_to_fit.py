"""Mistakes on one of several ways to run fit, evaluate and predict."""

from __future__ import annotations

from dataclasses import replace

from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation, NumpyModel

plant = planter("paths")


class TwoWays(NumpyImplementation):
    """Right by itself; ``wrong`` is the model of the way that is called second."""

    fit_paths = ("from arrays", "otherwise")
    wrong: type[NumpyModel] = NumpyModel

    def on(self, path):
        own = NumpyImplementation(name=f"{self.name}, {path}", capabilities=self.capabilities)
        return replace(own, model_class=self.wrong) if path == "otherwise" else own


class LosesTheOddOne(NumpyModel):
    def batches(self, count, batch_size):
        found = list(super().batches(count, batch_size))
        return found[: len(found) - len(found) % 2] if len(found) > 1 else found


@plant("Of an odd number of batches, two to an execution, the last is lost.", "LIFE-500")
class TheOddBatchIsLost(TwoWays):
    wrong = LosesTheOddOne


class ForgetsInFit(NumpyModel):
    def fit(self, x, y, **how):
        kept = list(self.states)
        history = super().fit(x, y, **how)
        self.states = kept
        return history


@plant("Compiled, fit carries the state inside the program only.", "LIFE-500")
class TheStateOfACompiledFitIsLost(TwoWays):
    wrong = ForgetsInFit


class RoundsUp(NumpyModel):
    def fit(self, x, y, *, steps_per_epoch=None, **how):
        even = None if steps_per_epoch is None else steps_per_epoch + steps_per_epoch % 2
        return super().fit(x, y, steps_per_epoch=even, **how)


@plant("An epoch of three steps is two executions of two.", "LIFE-503")
class StepsAreRoundedUp(TwoWays):
    wrong = RoundsUp


class BeginsAnew(NumpyModel):
    def fit(self, x, y, *, steps_per_epoch=None, batch_size, **how):
        if steps_per_epoch:
            x, y = x[: steps_per_epoch * batch_size], y[: steps_per_epoch * batch_size]
        return super().fit(x, y, batch_size=batch_size, **how)


@plant("An epoch of some steps begins with the first batch that a generator gives.", "LIFE-503")
class EpochsOfAGeneratorBeginAnew(TwoWays):
    wrong = BeginsAnew
