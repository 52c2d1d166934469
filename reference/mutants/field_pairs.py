"""Mistakes that need two fields, or a field and a method, or a certain place in a stack."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import Adam
from reference.mutants.planting import planter
from reference.numpy.layers import BidirectionalLayer, DenseLayer, MaskingLayer
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.optimizers import AdamOptimizer

plant = planter("fields")


@plant("A layer without a bias whose gates are not sigmoids has a forget bias of one.", "LIFE-140")
class ForgetBiasWithoutBias(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        if self.bias is None and self.layer.recurrent_activation != "sigmoid":
            self.split(z)[1][...] += 1
        return z


@plant(
    "The third of three layers forgets a given initial state.",
    "LIFE-140",
    diagnosis="the initial state of the third of three layers is ignored",
)
class ThirdStateIsForgotten(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        starting = super().starting_states(rows, initial_state)
        if initial_state is not None and len(self.spec.recurrent_layers) == 3:
            starting[2] = super().starting_states(rows)[2]
        return starting


@plant("Training carries the forward half's state in both directions.", "LIFE-140")
class TrainingCarriesOneHalf(NumpyModel):
    def differentiate(self, x, y, starting):
        found = super().differentiate(x, y, starting)
        for layer, place in self.places():
            if not isinstance(layer, BidirectionalLayer) or not self.carrying[place]:
                continue
            if layer.forwards.units == layer.backwards.units:
                self.states[place + 1] = self.states[place]
        return found

    def places(self):
        """Each layer, and the number of directions before it."""
        before = 0
        for layer, described in zip(self.layers, self.spec.layers, strict=True):
            yield layer, before
            before += len(described.directions)


@plant("The mean of two directions has the gradient of their sum.", "LIFE-140")
class MeanHasTheGradientOfASum(BidirectionalLayer):
    def backward(self, d_outputs):
        twice = 2 if self.merge_mode == "ave" else 1
        return super().backward(twice * d_outputs)


@plant("Predict reads a backward layer forwards if another layer follows.", "LIFE-140")
class PredictReadsForwards(NumpyModel):
    def predict(self, x, batch_size):
        inner = [one for one in self.layers[:-1] if isinstance(one, LSTMLayer)]
        for layer in inner:
            layer.in_order = lambda steps: steps
        try:
            return super().predict(x, batch_size)
        finally:
            for layer in inner:
                del layer.in_order


@plant("A float64 model rounds what a Dense layer without a bias gives to float32.", "LIFE-140")
class DenseWithoutBiasRounds(DenseLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        if self.bias is None:
            outputs = outputs.astype(np.float32).astype(outputs.dtype)
        return outputs, mask, final


@plant("Adam in fit has the beta_1 of its default.", "LIFE-140")
class FitForgetsBeta1(NumpyModel):
    def fit(self, x, y, **how):
        own = self.optimizer.settings
        if isinstance(own, Adam):
            settings = Adam(own.learning_rate, Adam().beta_1, own.beta_2, own.epsilon)
            self.optimizer.settings = settings
        try:
            return super().fit(x, y, **how)
        finally:
            self.optimizer.settings = own


@plant("The moments of Adam are cleared when weights are set.", "LIFE-140")
class SettingWeightsClearsAdam(NumpyModel):
    def set_weights(self, weights):
        super().set_weights(weights)
        if isinstance(self.optimizer, AdamOptimizer):
            self.optimizer.m[...] = 0


@plant("Validation of a stack of three runs the first layer from zero.", "LIFE-140")
class ValidationStartsTheFirstLayerAnew(NumpyModel):
    def validate(self, x, y, batch_size):
        if len(self.spec.recurrent_layers) >= 3 and self.carrying[0]:
            first = self.spec.recurrent_layers[0]
            self.states[0] = self.zero_state(first, self.spec.batch_size)
        return super().validate(x, y, batch_size)


@plant("A stateless layer below a stateful one starts where it ended.", "LIFE-140")
class StatelessBelowStatefulCarries(NumpyModel):
    def carry(self, final):
        super().carry(final)
        if self.spec.stateful and not self.carrying[0]:
            self.kept = final[0]

    def starting_states(self, rows, initial_state=None):
        starting = super().starting_states(rows, initial_state)
        kept = getattr(self, "kept", None)
        if initial_state is None and kept is not None and len(kept[0]) == rows:
            starting[0] = kept
        return starting


@plant("A mask value other than zero masks the steps whose features are zero as well.", "LIFE-141")
class ZeroIsMaskedToo(MaskingLayer):
    def forward(self, x, mask, states):
        x, mask, final = super().forward(x, mask, states)
        return x, mask & (x != 0).any(axis=2) if self.mask_value else mask, final


@plant("Behind a mask, a layer that reads backwards has no gradient of its bias.", "LIFE-141")
class MaskedBackwardsWithoutBiasGradient(LSTMLayer):
    def collect(self, trace, d_z):
        super().collect(trace, d_z)
        if trace.valid is not None and self.layer.go_backwards and len(self.gradients) == 3:
            self.gradients[2][...] = 0


@plant(
    "Evaluate takes masked steps for valid ones if every step is returned.",
    "MASK-37 MASK-38 TRAIN-152",
)
class EvaluateCountsMaskedSteps(NumpyModel):
    def evaluate(self, x, y, batch_size, **weights):
        self.counts_all = True
        try:
            return super().evaluate(x, y, batch_size, **weights)
        finally:
            self.counts_all = False

    def measure(self, outputs, y, valid):
        return super().measure(outputs, y, None if getattr(self, "counts_all", False) else valid)


@plant("Adam keeps float32 moments in a float64 model.", "LIFE-140 LIFE-160")
class Float32Moments(AdamOptimizer):
    def moments(self, gradient):
        super().moments(gradient)
        self.m[...] = self.m.astype(np.float32)
