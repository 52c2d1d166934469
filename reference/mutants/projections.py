"""Layers that project their h in another way than they should."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel

plant = planter("operators")


@plant(
    "A projected h is passed through tanh.",
    "CELL-254",
    diagnosis="the projected h is passed through tanh",
)
class ProjectionIsSquashed(LSTMLayer):
    def let_out(self, o, squashed):
        h = super().let_out(o, squashed)
        return h if self.projection is None else np.tanh(h)


@plant(
    "The output gate closes after the projection of the cell, with its first units.",
    "CELL-254",
    diagnosis="the cell is projected before the output gate",
)
class CellIsProjectedBeforeTheGate(LSTMLayer):
    def let_out(self, o, squashed):
        if self.projection is None:
            return super().let_out(o, squashed)
        return o[:, : self.projection.shape[1]] * np.dot(squashed, self.projection)


@plant(
    "A projected layer puts out its first units.",
    "CELL-254",
    diagnosis="the projection is left out: h is the first units",
)
class FirstUnitsComeOut(LSTMLayer):
    def let_out(self, o, squashed):
        return (o * squashed)[:, : self.layer.width]


@plant(
    "The projection kernel is read column by column.",
    "CELL-254",
    diagnosis="the projection kernel is read as one of the other orientation",
)
class ProjectionIsReadByColumns(LSTMLayer):
    def let_out(self, o, squashed):
        kernel = self.projection
        if kernel is None:
            return super().let_out(o, squashed)
        return np.dot(o * squashed, kernel.reshape(kernel.shape[::-1]).T)


@plant("The projection kernel is listed before the bias.", "CELL-255")
class ProjectionBeforeTheBias(NumpyModel):
    def get_weights(self):
        found = super().get_weights()
        names = list(self.spec.weight_names)
        if "projection kernel" in names and "bias" in names:
            found.insert(names.index("bias"), found.pop(names.index("projection kernel")))
        return found


@plant("A projected layer ignores a given h.", "SEQ-251")
class GivenProjectedStateIsIgnored(LSTMLayer):
    def forward(self, x, mask, states):
        h, c = states[0]
        return super().forward(x, mask, [(0 * h if self.layer.projection else h, c)])


@plant("Both directions project with the kernel of the forward one.", "SEQ-252")
class ProjectionIsShared(BidirectionalLayer):
    def __init__(self, forwards, backwards, merge_mode="concat"):
        super().__init__(forwards, backwards, merge_mode)
        if forwards.projection is not None:
            backwards.projection = forwards.projection


@plant("Of two projected layers, the second projects half.", "SEQ-253")
class SecondProjectionIsHalved(NumpyModel):
    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        for layer in self.layers[1:]:
            if getattr(layer, "projection", None) is not None:
                layer.let_out = lambda o, squashed, of=layer: (
                    0.5 * type(of).let_out(of, o, squashed)
                )


@plant("The projection kernel is not trained.", "GRAD-251")
class ProjectionIsFrozen(LSTMLayer):
    def collect(self, trace, d_z):
        super().collect(trace, d_z)
        if self.projection is not None:
            self.gradient_of["projection kernel"][...] = 0


@plant("The projection kernel learns from the last step alone.", "GRAD-251")
class ProjectionLearnsFromTheLastStep(LSTMLayer):
    def step_back(self, step, d_h, d_c):
        if self.projection is None or step is self.trace.steps[-1]:
            return super().step_back(step, d_h, d_c)
        kept = self.gradient_of["projection kernel"].copy()
        result = super().step_back(step, d_h, d_c)
        self.gradient_of["projection kernel"][...] = kept
        return result
