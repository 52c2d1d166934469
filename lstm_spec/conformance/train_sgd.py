"""One update of plain gradient descent, tested from several sides."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.tolerances import EXACT, FORWARD

UPDATE = "contract, SGD: w becomes w - learning_rate * gradient"


@clause(
    "TRAIN-10",
    "SGD changes every weight by the learning rate times its gradient, in the opposite direction.",
    source=UPDATE,
    needs=(Capability.TRAIN,),
)
def the_learning_rate(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two learning rates are tested. The gradient comes from the oracle, and the check multiplies
    it itself.
    """
    for rate in (0.5, 0.02):
        spec = ModelSpec((LSTM(4),), features=3, optimizer=SGD(rate))
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 2, 5)
        before = ours.get_weights()
        ours.train_on_batch(x, y)
        gradients = theirs.gradients(x, y).weights
        expected = [w - rate * g for w, g in zip(before, gradients, strict=True)]
        what = f"learning rate {rate}: value"
        trial.assert_weights_close(spec, ours.get_weights(), expected, what, FORWARD)


@clause(
    "TRAIN-11",
    "Every batch is one update with its own gradient: nothing is accumulated, and nothing is left "
    "over from the previous batch.",
    source=UPDATE,
    needs=(Capability.TRAIN,),
)
def one_update_per_batch(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The second update is compared with the gradient at the weights that the subject itself has
    reached. Momentum, an accumulated gradient, two updates per batch, or no update at all are each
    noticed here.
    """
    spec = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.5))
    ours, theirs = trial.twins(subject, oracle, spec)
    for number in (1, 2, 3):
        x, y = random_batch(trial, spec, 2, 5)
        before = ours.get_weights()
        theirs.set_weights(before)
        ours.train_on_batch(x, y)
        gradients = theirs.gradients(x, y).weights
        moved = [now - w for now, w in zip(ours.get_weights(), before, strict=True)]
        expected = [-0.5 * g for g in gradients]
        trial.assert_weights_close(spec, moved, expected, f"update {number}, movement", FORWARD)


@clause(
    "TRAIN-12",
    "A weight without a gradient does not change: there is no weight decay and no regularisation "
    "unless it was requested.",
    source="Keras documentation, regularizers and weight_decay are off by default",
    needs=(Capability.TRAIN,),
)
def no_gradient_no_change(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """For one step from zero, the gradients of the forget gate and of the recurrent kernel are
    exactly 0. These weights must not change by a single bit in five updates, while the others
    change.
    """
    spec = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.5))
    ours, _ = trial.twins(subject, oracle, spec)
    before = ours.get_weights()
    for _ in range(5):
        ours.train_on_batch(*random_batch(trial, spec, 2, 1))
    after = ours.get_weights()
    forget = slice(4, 8)
    trial.assert_close(after[1], before[1], "recurrent kernel", EXACT, ("unit", "column"))
    trial.assert_close(after[0][:, forget], before[0][:, forget], "forget gate's kernel", EXACT)
    trial.assert_close(after[2][forget], before[2][forget], "forget gate's bias", EXACT)
    trial.assert_differ(after[0][:, :4], before[0][:, :4], "input gate's kernel, before and after")


@clause(
    "TRAIN-13",
    "A large gradient makes a large update: nothing is clipped.",
    source="Keras documentation, clipnorm and clipvalue are off by default",
    needs=(Capability.TRAIN,),
)
def a_large_update(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Targets around 1000 with a learning rate of 0.001 make the update of order one, although the
    gradient is much larger.
    """
    spec = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.001))
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(2, 5, 3), trial.array(2, 4, scale=1000.0)
    before = ours.get_weights()
    ours.train_on_batch(x, y)
    gradients = theirs.gradients(x, y).weights
    expected = [w - 0.001 * g for w, g in zip(before, gradients, strict=True)]
    trial.assert_weights_close(spec, ours.get_weights(), expected, "value", FORWARD)


@clause(
    "TRAIN-14",
    "Repeating every row of a batch changes neither the loss nor the update, because both are "
    "means.",
    source="contract, losses are means over the batch",
    needs=(Capability.TRAIN,),
)
def a_doubled_batch(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The law needs no oracle: a sum in any place would be doubled."""
    spec = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.5))
    weights = trial.weights(spec)
    once, _ = trial.twins(subject, oracle, spec, weights)
    x, y = random_batch(trial, spec, 2, 5)
    loss = once.train_on_batch(x, y)["loss"]
    learned = once.get_weights()
    once.set_weights(weights)
    doubled = once.train_on_batch(np.concatenate([x, x]), np.concatenate([y, y]))["loss"]
    trial.assert_close(doubled, loss, "loss of the doubled batch", FORWARD)
    trial.assert_weights_close(spec, once.get_weights(), learned, "doubled batch, value", FORWARD)
    trial.assert_differ(learned[0], weights[0], "kernel, before and after")
