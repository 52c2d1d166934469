"""The losses there are: a word, or a description with options; what can be said of each.

A word stands for the loss of its name without options: "huber" is ``Huber(delta=1.0)``. A new
one joins ``AnyLossWithOptions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from lstm_spec.model.fields import about
from lstm_spec.model.words import Loss

__all__ = [
    "LOSSES_WITH_OPTIONS",
    "AnyLoss",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Huber",
    "LossWithOptions",
    "Meant",
    "SparseCategoricalCrossentropy",
    "loss_facts",
    "meant",
]


@dataclass(frozen=True)
class LossWithOptions:
    """The base of every loss that has options: its fields are its options."""


@dataclass(frozen=True)
class Huber(LossWithOptions):
    """e^2 / 2 for an error e of up to delta, and delta (|e| - delta / 2) beyond (Huber 1964).

    Averaged over the features, as the squared error is.
    """

    delta: float = field(default=1.0, metadata=about(at_least=0))


@dataclass(frozen=True)
class CategoricalCrossentropy(LossWithOptions):
    """-sum y log p over the classes.

    With ``from_logits``, p is the softmax of the outputs. With ``label_smoothing`` s and n classes,
    the targets become y (1 - s) + s / n (Szegedy et al. 2016, section 7).
    """

    from_logits: bool = False
    label_smoothing: float = field(default=0.0, metadata=about(at_least=0, below=1))


@dataclass(frozen=True)
class SparseCategoricalCrossentropy(LossWithOptions):
    """-log p of the right class; a target is the number of that class, counted from 0.

    With ``from_logits``, p is the softmax of the outputs. A position whose label is
    ``ignore_class``, which need not be a class, counts neither in the sum of the losses nor in what
    it is divided by, as if it was masked. The accuracy does not know of it.
    """

    from_logits: bool = False
    ignore_class: int | None = None


@dataclass(frozen=True)
class BinaryCrossentropy(LossWithOptions):
    """-(y log p + (1 - y) log(1 - p)), averaged over the features, each a question of its own.

    With ``from_logits``, p is the sigmoid of the outputs. With ``label_smoothing`` s, the targets
    become y (1 - s) + s / 2.
    """

    from_logits: bool = False
    label_smoothing: float = field(default=0.0, metadata=about(at_least=0, below=1))


AnyLossWithOptions = (
    Huber | CategoricalCrossentropy | SparseCategoricalCrossentropy | BinaryCrossentropy
)
LOSSES_WITH_OPTIONS: tuple[type[LossWithOptions], ...] = get_args(AnyLossWithOptions)
"""Every loss that has options."""

AnyLoss = Loss | AnyLossWithOptions
"""What ``ModelSpec.loss`` may be."""

Meant = Literal["mse", "mae"] | AnyLossWithOptions
"""A loss with its options spelled out: a ``match`` over it ends in ``assert_never``."""

MEANT: Mapping[Loss, Meant] = {
    "mse": "mse",
    "mae": "mae",
    "huber": Huber(),
    "categorical_crossentropy": CategoricalCrossentropy(),
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy(),
    "binary_crossentropy": BinaryCrossentropy(),
}


def meant(loss: AnyLoss) -> Meant:
    """The loss with its options spelled out."""
    return MEANT[loss] if isinstance(loss, str) else loss


class LossFacts(NamedTuple):
    """What can be said of a loss without computing it."""

    targets: Literal["numbers", "classes", "labels", "bits"]
    """``numbers``: any; ``classes``: every target is one-hot, or a distribution; ``labels``: the
    number of a class, without an axis for the classes; ``bits``: from 0 to 1, each by itself."""
    accuracy: bool
    """Whether the accuracy is reported beside the loss."""


def loss_facts(loss: AnyLoss) -> LossFacts:
    """Which targets belong to a loss, and whether an accuracy does.

    The accuracy of ``classes`` compares where the largest output and the largest target are, that
    of ``labels`` where the largest output is with the label, that of ``bits`` whether the output is
    above 0.5 with the target. Outputs are read as they are, logits included.
    """
    match meant(loss):
        case CategoricalCrossentropy():
            return LossFacts("classes", accuracy=True)
        case SparseCategoricalCrossentropy():
            return LossFacts("labels", accuracy=True)
        case BinaryCrossentropy():
            return LossFacts("bits", accuracy=True)
        case _:
            return LossFacts("numbers", accuracy=False)
