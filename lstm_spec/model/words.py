"""The closed vocabularies of a description: activations, losses and number types, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Activation = Literal[
    "linear",
    "tanh",
    "sigmoid",
    "relu",
    "softmax",
    "hard_sigmoid_keras2",
    "hard_sigmoid_keras3",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "exponential",
    "silu",
    "gelu",
    "mish",
    "leaky_relu",
    "relu6",
    "celu",
    "hard_silu",
    "hard_tanh",
    "hard_shrink",
    "soft_shrink",
    "tanh_shrink",
    "log_sigmoid",
    "log_softmax",
    "sparsemax_keras3",
    "sparse_plus",
    "sparse_sigmoid",
    "squareplus",
]
"""``hard_sigmoid_keras2`` is clip(0.2 x + 0.5, 0, 1), the default gate of Keras up to 2.2;
``hard_sigmoid_keras3`` is relu6(x + 3) / 6, what Keras 3 means by the same name. The others from
``elu`` on are those of ``keras.activations``, at the numbers that their names stand for: elu and
celu with alpha 1, leaky_relu with a slope of 0.2 below zero, the shrinking ones with 0.5,
squareplus with b = 4, gelu with the error function, hard_silu x relu6(x + 3) / 6.
``sparsemax_keras3`` is what Keras 3 computes under the name sparsemax (Martins & Astudillo 2016):
its threshold adds up all partial sums where the paper takes the last one, so the outputs rarely add
up to 1."""

SPECIFIED_SLOPES: tuple[Activation, ...] = tuple(
    word for word in get_args(Activation) if word not in ("log_softmax", "sparsemax_keras3")
)
"""The activations whose derivative is specified: with others a model runs but does not train.

At a corner the derivative of either side will do; at the jump of hard_shrink none is promised."""

Initializer = Literal[
    "glorot uniform",
    "glorot normal",
    "he uniform",
    "he normal",
    "lecun uniform",
    "lecun normal",
    "orthogonal",
    "random uniform",
    "random normal",
    "truncated normal",
    "zeros",
    "ones",
    "halves",
]
"""How a fresh weight is drawn; ``lstm_spec.initial_weights`` says what each of them means."""

BiasInitializer = Literal[
    "zeros", "ones", "halves", "random uniform", "random normal", "truncated normal"
]
"""Those that need no number of inputs and outputs, which a bias does not have."""

DType = Literal["float32", "float64"]

Loss = Literal[
    "categorical_crossentropy",
    "mse",
    "mae",
    "huber",
    "binary_crossentropy",
    "sparse_categorical_crossentropy",
]
"""All are averaged over the batch and over time; all but the two over classes, over the features as
well. ``lstm_spec.model.losses`` has those with options."""

Reduction = Literal["mean", "sum", "weighted mean"]
"""How the losses of all positions, each times its weight, become one number.

Their sum is divided by the number of valid positions, or by nothing, or by the sum of the weights
of the valid positions: a loss of zero where that is zero. Without weights, a weighted mean is a
mean.
"""

VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    "activation": get_args(Activation),
    "loss": get_args(Loss),
    "dtype": get_args(DType),
}
"""The words of each vocabulary under the name that ``maps`` and the JSON schema have for it."""
