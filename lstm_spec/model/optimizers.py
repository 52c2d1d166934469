"""The optimisers there are, and the settings that all of them share; a new one joins
``AnyOptimizer``.

One update takes the gradient of a batch through these steps, each of which may be absent: it is
clipped, the weights decay, the optimiser moves them, and their running average is brought up to
date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

from lstm_spec.model.fields import about, described_fields
from lstm_spec.model.schedules import AnySchedule

__all__ = ["CLIPS", "OPTIMIZERS", "SGD", "Adam", "AdamW", "AnyOptimizer", "Optimizer", "RMSprop"]

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")
"""The settings of which one at most may be given."""


@dataclass(frozen=True, repr=False)
class Optimizer:
    """The base of every optimiser, with the settings that all share; 0 asks for nothing.

    The gradient is limited in one of three ways, or in none: ``clipnorm`` is the largest Euclidean
    norm of the gradient of each array of weights by itself, ``global_clipnorm`` that of all arrays
    together, and ``clipvalue`` the largest absolute value of an entry. A gradient that is too long
    keeps its direction. ``weight_decay`` takes learning_rate * weight_decay * w from every weight w
    before the optimiser moves it, and has no part in the gradient (Loshchilov & Hutter 2019).

    With ``gradient_accumulation_steps`` n, only every n-th batch is followed by an update, with the
    mean of the last n gradients. With ``use_ema``, an average of the weights is kept: after the
    first update it is the weights, and after every other one ema_momentum * average +
    (1 - ema_momentum) * weights. ``fit`` ends by putting the average in place of the weights, and
    so does every update whose number ``ema_overwrite_frequency`` divides.

    With ``loss_scale_factor``, the loss is multiplied by it before its gradients are computed, so
    that small ones are not lost in a narrow type, and the gradients are divided by it before
    anything else is done with them (Micikevicius et al. 2018). No update shows it.

    Raises ValueError if more than one limit is given, or if one batch is to be accumulated.
    """

    clipnorm: float = field(default=0.0, kw_only=True, metadata=about(at_least=0))
    clipvalue: float = field(default=0.0, kw_only=True, metadata=about(at_least=0))
    global_clipnorm: float = field(default=0.0, kw_only=True, metadata=about(at_least=0))
    weight_decay: float = field(default=0.0, kw_only=True, metadata=about(at_least=0))
    use_ema: bool = field(default=False, kw_only=True)
    ema_momentum: float = field(default=0.99, kw_only=True, metadata=about(at_least=0, below=1))
    ema_overwrite_frequency: int = field(default=0, kw_only=True, metadata=about(at_least=0))
    gradient_accumulation_steps: int = field(default=0, kw_only=True, metadata=about(at_least=0))
    loss_scale_factor: float = field(default=0.0, kw_only=True, metadata=about(at_least=0))

    def __post_init__(self) -> None:
        given = [name for name in CLIPS if getattr(self, name)]
        if len(given) > 1:
            raise ValueError(
                f"{type(self).__name__} takes one of {', '.join(CLIPS)}, "
                f"but {' and '.join(given)} are given"
            )
        if self.gradient_accumulation_steps == 1:
            raise ValueError(
                f"{type(self).__name__}.gradient_accumulation_steps must be 2 or more, or 0"
            )

    def __repr__(self) -> str:
        fields = described_fields(type(self))
        given = [one for one in fields if not one.is_default(getattr(self, one.name))]
        told = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in given)
        return f"{type(self).__name__}({told})"


@dataclass(frozen=True, repr=False)
class SGD(Optimizer):
    """Gradient descent: w becomes w - learning_rate * gradient.

    With ``momentum`` there is a velocity for every weight, which starts at zero and becomes
    momentum * velocity - learning_rate * gradient; w becomes w + velocity. With ``nesterov``, w
    becomes w + momentum * velocity - learning_rate * gradient (Sutskever et al. 2013).
    """

    learning_rate: float | AnySchedule = field(default=0.01, metadata=about(at_least=0))
    momentum: float = field(default=0.0, metadata=about(at_least=0, below=1))
    nesterov: bool = False


@dataclass(frozen=True, repr=False)
class Adam(Optimizer):
    """Adam in the form of section 2 of Kingma & Ba 2015, the one that Keras uses.

    Update t: w -= learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon).
    Epsilon was 1e-8 in Keras 1 and 2.0 and is 1e-7 since. With ``amsgrad``, v is replaced under the
    root by the largest v so far, weight by weight (Reddi, Kale & Kumar 2018).
    """

    learning_rate: float | AnySchedule = field(default=0.001, metadata=about(at_least=0))
    beta_1: float = field(default=0.9, metadata=about(at_least=0, below=1))
    beta_2: float = field(default=0.999, metadata=about(at_least=0, below=1))
    epsilon: float = field(default=1e-7, metadata=about(at_least=0))
    amsgrad: bool = False


@dataclass(frozen=True, repr=False)
class AdamW(Adam):
    """Adam whose weights decay unless it is told otherwise (Loshchilov & Hutter 2019)."""

    weight_decay: float = field(default=0.004, kw_only=True, metadata=about(at_least=0))


@dataclass(frozen=True, repr=False)
class RMSprop(Optimizer):
    """RMSprop (Tieleman & Hinton 2012): the gradient is divided by the root of a running mean.

    v becomes rho * v + (1 - rho) * gradient^2, and w becomes w - learning_rate * gradient /
    sqrt(v + epsilon). An implementation may declare that it adds epsilon outside the root.
    ``centered`` takes the square of the running mean of the gradient from v under the root (Graves
    2013, equations 38 to 40). With ``momentum``, what w is moved by becomes momentum times the
    movement before plus the one that was just given.
    """

    learning_rate: float | AnySchedule = field(default=0.001, metadata=about(at_least=0))
    rho: float = field(default=0.9, metadata=about(at_least=0, below=1))
    momentum: float = field(default=0.0, metadata=about(at_least=0, below=1))
    epsilon: float = field(default=1e-7, metadata=about(at_least=0))
    centered: bool = False


AnyOptimizer = SGD | Adam | AdamW | RMSprop
"""Every optimiser there is: a ``match`` over it ends in ``assert_never``."""

OPTIMIZERS: tuple[type[Optimizer], ...] = get_args(AnyOptimizer)
