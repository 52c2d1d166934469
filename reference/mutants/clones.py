"""Clones that are not independent of their original."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("persistence")


@plant("A clone has the state of its original.", "LIFE-36")
class CloneHasTheState(NumpyModel):
    def clone(self):
        twin = super().clone()
        twin.states = [
            None if one is None else (one[0].copy(), one[1].copy()) for one in self.states
        ]
        return twin


@plant(
    "A clone shares the weights of its original.",
    "LIFE-37 LIFE-38",
    diagnosis="a clone and its model share their weights",
    address="keras#6939: a shared layer",
)
class CloneSharesWeights(NumpyModel):
    def clone(self):
        twin = super().clone()
        twin.weights, twin.layers, twin.last = self.weights, self.layers, self.last
        twin.parameters = self.parameters
        return twin


@plant(
    "A clone shares the state of its original.",
    "LIFE-36 LIFE-37",
    diagnosis="a clone and its model share their state",
    address="keras#6501",
)
class CloneSharesState(NumpyModel):
    def clone(self):
        twin = super().clone()
        twin.states = self.states
        twin.reset_states = lambda: None
        return twin


@plant("Cloning clears the state of the original.", "LIFE-36")
class CloningResets(NumpyModel):
    def clone(self):
        self.reset_states()
        return super().clone()


@plant("A clone resets its original when it is reset.", "LIFE-37")
class CloneResetsOriginal(NumpyModel):
    def clone(self):
        twin = super().clone()

        def both():
            NumpyModel.reset_states(twin)
            NumpyModel.reset_states(self)

        twin.reset_states = both
        return twin


@plant(
    "A clone is its original.",
    "LIFE-36 LIFE-37 LIFE-38",
    diagnosis=(
        "a clone and its model share their state",
        "a clone and its model share their weights",
    ),
)
class CloneIsItsOriginal(NumpyModel):
    def clone(self):
        return self


class Related(NumpyModel):
    """Knows the model that it was cloned from, and its last clone."""

    original: NumpyModel | None = None
    copy: NumpyModel | None = None

    def clone(self):
        twin = super().clone()
        twin.original, self.copy = self, twin
        return twin


@plant(
    "Training a clone moves its original's weights.",
    "LIFE-37",
    diagnosis="a clone and its model share their weights",
)
class CloneTrainsItsOriginal(Related):
    def update(self):
        super().update()
        if self.original is not None:
            self.original.parameters[...] = self.parameters


@plant("A clone follows the training of its original.", "LIFE-38")
class CloneFollows(Related):
    def update(self):
        super().update()
        if self.copy is not None:
            self.copy.parameters[...] = self.parameters


@plant("A reset of the original resets its clone.", "LIFE-38")
class ResetReachesTheClone(Related):
    def reset_states(self):
        super().reset_states()
        if self.copy is not None:
            self.copy.reset_states()
