"""The ways in which Keras 3 runs ``fit``, ``evaluate`` and ``predict``, all with the same result.

Several batches may be one execution, the step may be compiled by XLA or not at all, and the batches
may come from a generator, a ``keras.utils.PyDataset`` or a ``tf.data.Dataset``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Array, Unsupported
from reference.keras3.recurrent import EAGER

SEVERAL = "two steps per execution"
COMPILED = "jit_compile=True"
NOT_COMPILED = "jit_compile=False"
GENERATOR = "from a generator"
SEQUENCE = "from a PyDataset"
DATASET = "from a tf.data.Dataset"

FED = (GENERATOR, SEQUENCE, DATASET)
"""The ways on which the batches are not cut from arrays by Keras."""

ENDING = (SEQUENCE, DATASET)
"""Those on which a validation can begin anew.

Keras begins every validation with the first two batches of a generator once more, and loses those
that it has read ahead: how many depends on a thread. So beside a generator, these are arrays.
"""


def ways_on(backend: str) -> tuple[str, ...]:
    """The ways that a backend has.

    On PyTorch, ``jit_compile=True`` is ``torch.compile``, which needs a compiler of C++, and every
    execution is one step: Keras says that ``steps_per_execution`` must be 1 there. On JAX, a
    step that is not compiled as a whole compiles its loop over time anew in every batch, which
    takes minutes. tf.data is asked for where TensorFlow is there anyway.
    """
    ways: tuple[str, ...] = (GENERATOR, SEQUENCE)
    if backend != "torch":
        ways = (SEVERAL, *ways)
    if backend == "jax":
        return (*ways, COMPILED)
    ways = (*ways, NOT_COMPILED, EAGER)
    return (*ways, COMPILED, DATASET) if backend == "tensorflow" else ways


def compiling(way: str) -> dict[str, Any]:
    """What ``compile`` is told on this way."""
    told: dict[str, Any] = {"run_eagerly": way == EAGER}
    if way in (COMPILED, NOT_COMPILED):
        told["jit_compile"] = way == COMPILED
    if way == SEVERAL:
        told["steps_per_execution"] = 2
    return told


def fed(keras: Any, way: str, arrays: Sequence[Any], batch_size: int) -> dict[str, Any]:
    """The arguments of ``fit``, ``evaluate`` or ``predict`` that say what x, y and weights are.

    ``arrays`` are those that there are; the batches are consecutive rows on every way. Targets of
    two outputs are a list, which only arrays may be.
    """
    names = ("x", "y", "sample_weight")
    if way not in FED:
        return {**dict(zip(names, arrays, strict=False)), "batch_size": batch_size}
    if any(isinstance(one, list) for one in arrays):
        raise Unsupported(f"two outputs are not fed {way}")
    batches = Batches([one for one in arrays if one is not None], batch_size)
    if way == GENERATOR:
        return {"x": batches.for_ever()}
    if way == SEQUENCE:
        return {"x": sequence(keras, batches)}
    import tensorflow as tf

    rows = tf.data.Dataset.from_tensor_slices(tuple(batches.arrays))
    return {"x": rows.batch(batch_size)}


class Batches:
    """Consecutive rows of several arrays, as tuples."""

    def __init__(self, arrays: Sequence[Array], size: int) -> None:
        self.arrays, self.size = [np.asarray(one) for one in arrays], size

    def __len__(self) -> int:
        return -(-len(self.arrays[0]) // self.size)

    def __getitem__(self, place: int) -> tuple[Array, ...]:
        rows = slice(place * self.size, (place + 1) * self.size)
        return tuple(one[rows] for one in self.arrays)

    def for_ever(self) -> Iterator[tuple[Array, ...]]:
        """One pass after the other, as a generator for ``fit`` does not end."""
        for place in itertools.cycle(range(len(self))):
            yield self[place]


def sequence(keras: Any, batches: Batches) -> Any:
    """A ``PyDataset`` of these batches."""

    class Sequence(keras.utils.PyDataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return len(batches)

        def __getitem__(self, place: int) -> tuple[Array, ...]:
            return batches[place]

    return Sequence()


def counted(way: str, rows: int, batch_size: int, asked: int | None) -> int | None:
    """How many batches are to be taken: a generator has no end of its own."""
    return -(-rows // batch_size) if way == GENERATOR and asked is None else asked


def refuse_what_is_fed(way: str, shuffle: bool, asked: dict[str, Any]) -> None:
    """Raise ``Unsupported`` where whoever makes the batches would have to do it, not Keras."""
    if way not in FED:
        return
    if shuffle:
        raise Unsupported(f"{way}, whoever makes the batches shuffles the rows")
    if asked.get("validation_split"):
        raise Unsupported(f"{way}, Keras holds out no rows")
    if way == GENERATOR and asked.get("class_weight"):
        raise Unsupported(f"{way}, Keras takes no weights of classes")
