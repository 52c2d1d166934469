"""Kernels and recurrent kernels that are transposed, cut down or read in another layout."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.lstm import LSTMLayer

plant = planter("kernels")


class OtherKernels(LSTMLayer):
    """Multiplies with what ``in_kernel`` and ``in_recurrent`` make of the two kernels."""

    def preactivation(self, x, h):
        z = x @ self.in_kernel(self.kernel) + h @ self.in_recurrent(self.recurrent_kernel)
        return z if self.bias is None else z + self.bias

    def in_kernel(self, kernel):
        return kernel

    def in_recurrent(self, recurrent_kernel):
        return recurrent_kernel


def in_blocks(weight, change):
    """The four blocks of a weight, each changed."""
    return np.concatenate([change(block) for block in np.split(weight, 4, axis=-1)], axis=-1)


@plant(
    "The recurrent kernel is transposed.",
    "CELL-14 CELL-12",
    address="keras#3088; a square matrix hides the mistake from every shape check",
    diagnosis="the recurrent kernel is transposed",
)
class RecurrentKernelTransposed(OtherKernels):
    def in_recurrent(self, recurrent_kernel):
        return in_blocks(recurrent_kernel, np.transpose)


@plant(
    "Only the diagonal of the recurrent kernel is used.",
    "CELL-14 SEQ-01",
    address="IndRNN, Li et al. 2018",
    diagnosis="only the diagonal of the recurrent kernel is used",
)
class RecurrentKernelDiagonal(OtherKernels):
    def in_recurrent(self, recurrent_kernel):
        return in_blocks(recurrent_kernel, lambda block: np.diag(np.diag(block)))


@plant(
    "The recurrent kernel is left out.",
    "CELL-14 CELL-08 SEQ-14",
    diagnosis="the recurrent kernel is not used",
)
class RecurrentKernelLeftOut(OtherKernels):
    def in_recurrent(self, recurrent_kernel):
        return 0.0 * recurrent_kernel


@plant("The kernel is left out.", "CELL-07 CELL-13", diagnosis="the kernel is not used")
class KernelLeftOut(OtherKernels):
    def in_kernel(self, kernel):
        return 0.0 * kernel


@plant(
    "The kernel is interleaved by unit.",
    "CELL-13 CELL-11",
    address="Chainer's L.LSTM interleaves the gates of a unit",
    diagnosis="the kernel is interleaved by unit",
)
class KernelInterleavedByUnit(OtherKernels):
    def in_kernel(self, kernel):
        return kernel.reshape(len(kernel), -1, 4).swapaxes(1, 2).reshape(kernel.shape)


@plant(
    "The recurrent kernel is interleaved by unit.",
    "CELL-14",
    diagnosis="the recurrent kernel is interleaved by unit",
)
class RecurrentKernelInterleavedByUnit(OtherKernels):
    def in_recurrent(self, recurrent_kernel):
        return recurrent_kernel.reshape(self.units, -1, 4).swapaxes(1, 2).reshape(self.units, -1)


@plant(
    "The kernel is read in the order of its columns.",
    "CELL-13",
    address="Fortran order in a file that was written in C order",
    diagnosis="the kernel is read column by column",
)
class KernelReadInTheOrderOfColumns(OtherKernels):
    def in_kernel(self, kernel):
        return kernel.ravel(order="F").reshape(kernel.shape)


@plant(
    "The recurrent kernel is symmetric.",
    "CELL-14",
    diagnosis="the recurrent kernel is made symmetric",
)
class RecurrentKernelMadeSymmetric(OtherKernels):
    def in_recurrent(self, recurrent_kernel):
        return in_blocks(recurrent_kernel, lambda block: (block + block.T) / 2)


@plant(
    "All gates use the input gate's block of the recurrent kernel.",
    "CELL-08",
    diagnosis="all gates use the input gate's block of the recurrent kernel",
)
class OneRecurrentBlockForAllGates(OtherKernels):
    def in_recurrent(self, recurrent_kernel):
        return np.tile(recurrent_kernel[:, : self.units], 4)


@plant(
    "The features of the input are read in reversed order.",
    "PIPE-32 PIPE-40 PIPE-58",
    diagnosis="the features are read",
)
class FeaturesAreReversed(OtherKernels):
    def in_kernel(self, kernel):
        return kernel[::-1]


def disconnected(gate: str, index: int) -> type[OtherKernels]:
    """A layer whose gate does not see h."""

    class GateWithoutRecurrence(OtherKernels):
        def in_recurrent(self, recurrent_kernel):
            blocks = np.split(recurrent_kernel, 4, axis=1)
            return np.concatenate([b * (k != index) for k, b in enumerate(blocks)], axis=1)

    return GateWithoutRecurrence


def transposed(index: int) -> type[OtherKernels]:
    """A layer that transposes one gate's block of the recurrent kernel."""

    class BlockTransposed(OtherKernels):
        def in_recurrent(self, recurrent_kernel):
            blocks = np.split(recurrent_kernel, 4, axis=1)
            blocks[index] = blocks[index].T
            return np.concatenate(blocks, axis=1)

    return BlockTransposed


for number, one in enumerate(("input", "forget", "cell", "output")):
    known = f"the {one} gate does not use h"
    plant(f"The {one} gate does not see h.", "CELL-08", diagnosis=known)(disconnected(one, number))
    words = f"he {one} gate's block of the recurrent kernel is transposed"
    plant(f"T{words}.", "CELL-14", diagnosis=f"t{words}")(transposed(number))
