"""How the losses of all positions become one number: a mean, a sum, a weighted mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.side_by_side import is_fast
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support import loss_cases
from lstm_spec.conformance.support.loss_cases import EVERY, FAMILIES, ROWS, ending
from lstm_spec.conformance.train_weights import FIGURES, OF_CLASSES, UPDATES, weights
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import SGD, Reduction
from lstm_spec.tolerances import GRADIENT, LOCKSTEP, LOSS

SOURCE = "Keras documentation, Loss(reduction); PyTorch documentation, reduction of a loss"
STEPS = 4
OTHERS = tuple(one for one in get_args(Reduction) if one != "mean")


@clause(
    "TRAIN-531",
    "With the reduction sum, the loss of a batch is the sum over its valid positions, each times "
    "its weight; evaluate reports the mean over rows of what their batches had.",
    source=SOURCE,
    needs=(*FIGURES, Capability.MASK),
)
def the_sum_of_all_positions(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three rows of four steps, of which nine are valid, in batches of 2 and 1: 4 rows would weigh
    a batch of 2 by a half. A step that is masked has a large weight.
    """
    spec = ending("mae", "linear", every_step=True, masked=True)
    ours, theirs = trial.twins(subject, oracle, replace(spec, reduction="sum"))
    x, y = random_batch(trial, spec, 3, STEPS)
    x[1, 2:], x[2, 1] = 0, 0
    w = weights(trial, 3, STEPS)
    w[2, 1] = 50
    losses = loss_cases.absolute(theirs.call(x).outputs, y).mean(axis=-1)
    losses *= (x != 0).any(axis=-1)
    for given, counts in ((None, np.ones((3, STEPS))), (w, w)):
        how: Any = {} if given is None else {"sample_weight": given}
        by_hand = (losses * counts).sum(axis=1)
        what = "sum of the losses" + (" beside weights" if how else "")
        got = ours.test_on_batch(x, y, **how)["loss"]
        size = max(1.0, float(by_hand.sum()))  # the tolerance is for losses of order one
        trial.assert_close(got / size, float(by_hand.sum()) / size, what, LOSS)
        of_batches = float(by_hand[:2].sum() * 2 + by_hand[2]) / 3
        got = ours.evaluate(x, y, 2, **how)["loss"]
        trial.assert_close(got / size, of_batches / size, f"{what}, batches of 2 and 1", LOSS)


@clause(
    "TRAIN-532",
    "A weighted mean divides by the sum of the weights of the valid positions, and is zero where "
    "that is zero; without weights it is the mean.",
    source=SOURCE + "; Keras, mean_with_sample_weight",
    needs=(*FIGURES, Capability.MASK),
)
def the_sum_divided_by_the_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected loss is computed by hand; the weight of a masked step is large."""
    spec = ending("mae", "linear", every_step=True, masked=True)
    ours, theirs = trial.twins(subject, oracle, replace(spec, reduction="weighted mean"))
    x, y = random_batch(trial, spec, 3, STEPS)
    x[1, 2:], x[2, 1] = 0, 0
    valid = (x != 0).any(axis=-1)
    w = weights(trial, 3, STEPS)
    w[2, 1] = 50
    losses = loss_cases.absolute(theirs.call(x).outputs, y).mean(axis=-1)
    by_hand = float((losses * w)[valid].sum() / w[valid].sum())
    got = ours.test_on_batch(x, y, sample_weight=w)["loss"]
    trial.assert_close(got, by_hand, "weighted mean of the losses", LOSS)
    got = ours.test_on_batch(x, y)["loss"]
    trial.assert_close(got, float(losses[valid].mean()), "weighted mean without weights", LOSS)
    got = ours.test_on_batch(x, y, sample_weight=0 * w)["loss"]
    trial.assert_close(got, 0.0, "weighted mean where every weight is zero", LOSS)
    opposite = 0 * w
    opposite[0, :2] = 1, -1
    got = ours.test_on_batch(x, y, sample_weight=opposite)["loss"]
    trial.assert_close(got, 0.0, "weighted mean where two weights add up to zero", LOSS)


@clause(
    "TRAIN-533",
    "50 updates with a sum, and with a weighted mean, give the same losses and weights as the "
    "oracle, with every loss.",
    source=SOURCE,
    needs=UPDATES,
)
def lockstep_of_every_reduction(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gradient of a sum is that of the mean times the number of positions, so that the learning
    rate is a sixteenth here. The weights of the rows are others in every batch. Where calls are
    slow, each kind of loss has one of the two reductions, in turns.
    """
    for turn, reduction in enumerate(OTHERS):
        families = list(FAMILIES.values())
        for forms in families if is_fast(trial) else families[turn :: len(OTHERS)]:
            spec = ending(*forms[0])
            rate = SGD(0.125 / 16) if reduction == "sum" else spec.optimizer
            spec = replace(spec, reduction=reduction, optimizer=rate)
            run = random_run(trial, spec, updates=50, rows=ROWS, steps=3)
            counting = [{"sample_weight": weights(trial, ROWS)} for _ in range(50)]
            twins = trial.twins(subject, oracle, spec, run.weights)
            in_lockstep(trial, run, *twins, LOCKSTEP, counting=counting)


@clause(
    "TRAIN-534",
    "In a weighted mean, the weights of classes are weights like any other: their sum is what is "
    "divided by.",
    source="PyTorch documentation, CrossEntropyLoss(weight): the weighted mean",
    needs=UPDATES,
)
def weights_of_classes_are_divided_by(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle is given the same weights for the rows, by hand."""
    spec = ending("sparse_categorical_crossentropy", "softmax")
    ours, theirs = trial.twins(subject, oracle, replace(spec, reduction="weighted mean"))
    x, _ = random_batch(trial, spec, 4, 3)
    y = np.array([0, 2, 2, 1], np.float32)
    by_hand = np.array([OF_CLASSES.get(int(label), 1.0) for label in y], np.float32)
    got = ours.train_on_batch(x, y, class_weight=OF_CLASSES)["loss"]
    expected = theirs.train_on_batch(x, y, sample_weight=by_hand)["loss"]
    trial.assert_close(got, expected, "loss", LOSS)
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, "value", LOCKSTEP)


@clause(
    "GRAD-530",
    "With every loss, in each of its forms, the gradients of a sum and of a weighted mean are "
    "right, with weights for the rows or without.",
    source=SOURCE,
    needs=(*FIGURES, Capability.GRADIENTS),
)
def gradients_of_every_reduction(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One output a row, so that the weights of rows are those of positions. Those of a sum are
    compared after a division by the rows: the tolerance is for a mean.
    """
    for reduction in OTHERS:
        for name, loss, activation in EVERY:
            spec = replace(ending(loss, activation), reduction=reduction)
            ours, theirs = trial.twins(subject, oracle, spec)
            x, y = random_batch(trial, spec, 4, 5)
            for given in (None, weights(trial, 4)):
                how: Any = {} if given is None else {"sample_weight": given}
                got, expected = ours.gradients(x, y, **how), theirs.gradients(x, y, **how)
                what = f"{name} after {activation}, {reduction}{', weighed' if how else ''}"
                share = 1 / 4 if reduction == "sum" else 1.0
                trial.assert_close(got.loss * share, expected.loss * share, f"loss, {what}", LOSS)
                mine, right = ([one * share for one in each.weights] for each in (got, expected))
                trial.assert_weights_close(spec, mine, right, f"{what}: gradient", GRADIENT)
