"""Fields of the layers that are taken for others when a model is trained."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.layers import DenseLayer
from reference.numpy.losses import ProbabilityCrossentropy
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel

plant = planter("fields")


@plant("A backward LSTM trains forwards.", "TRAIN-95")
class TrainsForwards(NumpyModel):
    def differentiate(self, x, y, starting):
        first = self.spec.layers[0]
        backwards = getattr(first, "go_backwards", False) and len(self.layers) == 2
        return super().differentiate(x[:, ::-1] if backwards else x, y, starting)


@plant("As many rows as steps train as their transpose.", "TRAIN-95 TRAIN-96")
class TrainsTransposed(NumpyModel):
    def train_step(self, x, y):
        square = x.shape[0] == x.shape[1] > 1 and len(self.layers) == 2
        return super().train_step(x.swapaxes(0, 1) if square else x, y)


@plant("Relu has the slope of tanh.", "TRAIN-95")
class SlopeOfTanh(LSTMLayer):
    def __init__(self, layer, weights, gradients):
        super().__init__(layer, weights, gradients)
        if layer.activation == "relu":
            self.phi = self.phi._replace(slope=self.activations["tanh"].slope)


@plant("A softmax has the slope of a sigmoid.", "TRAIN-96 GRAD-95")
class SoftmaxElementByElement(DenseLayer):
    def backward(self, d_outputs):
        if self.layer.activation != "softmax":
            return super().backward(d_outputs)
        d_z = d_outputs * self.outputs * (1 - self.outputs)
        return self.backward_from_preactivation(d_z)


@plant("Cross-entropy takes every output for a softmax.", "TRAIN-97")
class EverySoftmax(ProbabilityCrossentropy):
    def gradient(self, outputs, y):
        return (outputs - y) / np.maximum(outputs * (1 - outputs), 1e-3)


@plant("Cross-entropy divides the outputs by their sum.", "TRAIN-97", address="Keras does")
class DividedByTheSum(ProbabilityCrossentropy):
    def per_position(self, outputs, y):
        return super().per_position(outputs / outputs.sum(axis=-1, keepdims=True), y)

    def gradient(self, outputs, y):
        whole = outputs.sum(axis=-1, keepdims=True)
        return -y / outputs + y.sum(axis=-1, keepdims=True) / whole
