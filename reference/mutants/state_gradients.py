"""Gradients for a given state that are missing, exchanged or mixed."""

from __future__ import annotations

from lstm_spec.model import LSTMState
from reference.mutants.planting import planter
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel

plant = planter("gradient_borders")


class OtherStart(NumpyModel):
    """``changed`` gives other gradients for the given states."""

    def d_states(self, initial_state):
        right = super().d_states(initial_state)
        return right and self.changed(right)


@plant("The gradient of a given state is zero.", "GRAD-307 GRAD-308 GRAD-310 GRAD-311")
class NoGradientOfAState(OtherStart):
    def changed(self, right):
        return [LSTMState(0 * h, 0 * c) for h, c in right]


@plant("The gradients of a given h and c are exchanged.", "GRAD-307 GRAD-308 GRAD-310 GRAD-311")
class PartsAreExchanged(OtherStart):
    def changed(self, right):
        return [LSTMState(c, h) for h, c in right]


@plant("The gradient of a given c leaves out what h passes on.", "GRAD-307 GRAD-308 GRAD-310")
class OnlyHHasAGradient(OtherStart):
    def changed(self, right):
        return [LSTMState(h, 0 * c) for h, c in right]


@plant("All rows have the mean gradient of the given states.", "GRAD-307")
class RowsShareTheirGradient(OtherStart):
    def changed(self, right):
        return [
            LSTMState(0 * h + h.mean(0, keepdims=True), 0 * c + c.mean(0, keepdims=True))
            for h, c in right
        ]


@plant("The gradient of a given state is not divided by the rows.", "GRAD-307 GRAD-308")
class StateGradientIsASum(OtherStart):
    def changed(self, right):
        return [LSTMState(len(h) * h, len(h) * c) for h, c in right]


@plant("The upper layers' given states have no gradient.", "GRAD-307 GRAD-308")
class FirstLayerHasAGradient(OtherStart):
    def changed(self, right):
        return [right[0], *(LSTMState(0 * h, 0 * c) for h, c in right[1:])]


@plant("Both directions have the gradient of the forward one's given state.", "GRAD-307")
class ForwardGradientForBoth(OtherStart):
    def changed(self, right):
        layers = self.spec.recurrent_layers
        return [
            right[place - 1] if layer.go_backwards and place else right[place]
            for place, layer in enumerate(layers)
        ]


@plant("A masked first step ends the gradient for the given state.", "GRAD-309")
class MaskEndsTheGradientOfAState(LSTMLayer):
    def border(self, d_h, d_c):
        if self.trace.valid is not None:
            valid = self.trace.valid[0]
            self.d_start = d_h * valid, d_c * valid
