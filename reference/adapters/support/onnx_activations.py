"""The activations of a cell under the names that ONNX has, with its alpha and beta."""

from __future__ import annotations

from lstm_spec.model import Bidirectional

NAMES = {
    "sigmoid": ("Sigmoid",),
    "tanh": ("Tanh",),
    "relu": ("Relu",),
    "linear": ("Affine", 1.0, 0.0),
    "leaky_relu": ("LeakyRelu", 0.2),
    "elu": ("Elu", 1.0),
    "softsign": ("Softsign",),
    "softplus": ("Softplus",),
    "hard_sigmoid_keras2": ("HardSigmoid", 0.2, 0.5),
    "hard_sigmoid_keras3": ("HardSigmoid", 1 / 6, 0.5),
}
"""A name, and the alpha and beta that it takes."""


def attributes(layer):
    """What an LSTM node has to be told; nothing for the usual functions.

    Alphas stand in one list and betas in another, in the order of the functions that take any.
    """
    cell = layer.layer if isinstance(layer, Bidirectional) else layer
    if (cell.activation, cell.recurrent_activation) == ("tanh", "sigmoid"):
        return {}
    gate, inside = NAMES[cell.recurrent_activation], NAMES[cell.activation]
    used = [gate, inside, inside] * len(layer.directions)
    made = {"activations": [one[0] for one in used]}
    for place, name in ((1, "activation_alpha"), (2, "activation_beta")):
        numbers = [one[place] for one in used if len(one) > place]
        if numbers:
            made[name] = numbers
    return made
