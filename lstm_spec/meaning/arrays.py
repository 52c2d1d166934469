"""The arrays of a layer in the canonical layout, from whatever layout its writer had.

Canonical: an LSTM has a kernel (features, 4 units), a recurrent kernel (units, 4 units) and a bias
(4 units), each four blocks in the order input, forget, cell, output; a convolution has a kernel
(size, features, filters) that is not turned round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.formats.stored import NotReadable, StoredLayer
from lstm_spec.meaning.notes import Notes
from lstm_spec.meaning.writer import Writer
from lstm_spec.model import Shape

Array = NDArray[Any]

GATES_OF_KERAS_1 = (0, 2, 1, 3)
"""Where input, forget, cell and output stand in Keras 1, which stores input, cell, forget, output:
a kernel, a recurrent kernel and a bias for each."""


def values(layer: StoredLayer) -> list[Array]:
    """The arrays of a layer as they stand in the file."""
    return [one.values for one in layer.arrays]


def of_direction(
    stored: Sequence[Array], use_bias: bool, layer: StoredLayer, writer: Writer, notes: Notes
) -> list[Array]:
    """The arrays of one LSTM direction."""
    if len(stored) == 12:
        notes.mean(
            "twelve arrays",
            "a kernel, a recurrent kernel and a bias for each gate, in the order input, cell, "
            "forget, output",
            "Keras 1 stored the gates one by one; since Keras 2 they are one array in the order "
            "input, forget, cell, output",
        )
        return joined_gates(stored)
    if len(stored) != (3 if use_bias else 2):
        raise NotReadable(
            f"the layer {layer} has {len(stored)} arrays, but an LSTM "
            f"{'with' if use_bias else 'without'} a bias has {3 if use_bias else 2}"
        )
    kernel, recurrent_kernel = stored[0], stored[1]
    if kernel.ndim != 2 or recurrent_kernel.ndim != 2:
        raise NotReadable(f"the layer {layer} has arrays that are no kernels of an LSTM")
    units = recurrent_kernel.shape[0]
    if use_bias and stored[2].shape == (8 * units,):
        notes.mean(
            "a bias of 8 units",
            "two biases that are added, and kernels in cuDNN's layout",
            "the layer was a CuDNNLSTM, which keeps a bias for the input and one for the state",
        )
        return from_cudnn(kernel, recurrent_kernel, stored[2])
    return list(stored)


def joined_gates(stored: Sequence[Array]) -> list[Array]:
    """Three arrays of Keras 1's twelve."""
    return [
        np.concatenate([stored[3 * gate + part] for gate in GATES_OF_KERAS_1], axis=-1)
        for part in range(3)
    ]


def from_cudnn(kernel: Array, recurrent_kernel: Array, bias: Array) -> list[Array]:
    """CuDNN reads each gate's kernel as (units, features), and adds two biases.

    Keras converts in the same way when it loads such a layer into an LSTM
    (``preprocess_weights_for_loading``).
    """
    features, units = kernel.shape[0], recurrent_kernel.shape[0]
    gates = [gate.reshape(units, features).T for gate in np.split(kernel, 4, axis=1)]
    recurrent = [gate.T for gate in np.split(recurrent_kernel, 4, axis=1)]
    return [np.concatenate(gates, axis=1), np.concatenate(recurrent, axis=1), both_biases(bias)]


def both_biases(bias: Array) -> Array:
    """The sum of the two halves of a bias."""
    halves: Array = bias[: len(bias) // 2] + bias[len(bias) // 2 :]
    return halves


def halves(stored: Sequence[Array], layer: StoredLayer) -> tuple[list[Array], list[Array]]:
    """The arrays of the forward direction, and those of the backward one."""
    if len(stored) % 2:
        raise NotReadable(f"the layer {layer} has {len(stored)} arrays, no equal halves")
    middle = len(stored) // 2
    return list(stored[:middle]), list(stored[middle:])


def kernel_of_convolution(stored: Array, size: int, writer: Writer, layer: StoredLayer) -> Array:
    """(size, features, filters), as a correlation."""
    kernel = stored
    if kernel.ndim == 4 and kernel.shape[1] == 1 and kernel.shape[0] == size:
        kernel = kernel[:, 0]
    elif kernel.ndim == 4 and kernel.shape[3] == 1 and kernel.shape[2] == size:
        kernel = kernel[..., 0].transpose(2, 1, 0)  # Keras 1.0: (filters, features, size, 1)
    if kernel.ndim != 3:
        raise NotReadable(f"the layer {layer} has a kernel of shape {stored.shape}")
    return kernel[::-1] if writer.flips_kernels else kernel


def fitting(
    arrays: Sequence[Array], shapes: Sequence[Shape], names: Sequence[str], layer: StoredLayer
) -> list[Array]:
    """The arrays as float64, each in the shape that the configuration asks for."""
    if len(arrays) != len(shapes):
        raise NotReadable(
            f"the layer {layer} should have {len(shapes)} arrays ({', '.join(names)}), but the "
            f"file holds {len(arrays)}"
        )
    for array, shape, name in zip(arrays, shapes, names, strict=True):
        if array.shape != shape:
            raise NotReadable(
                f"the layer {layer} should have a {name} of shape {shape}, but the file holds one "
                f"of {array.shape}"
            )
    return [np.asarray(array, np.float64) for array in arrays]
