"""Labels that are to be ignored: sparse cross-entropy with ignore_class."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import ROWS, ending
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import SparseCategoricalCrossentropy
from lstm_spec.tolerances import EXACT, GRADIENT, LOCKSTEP, LOSS

SOURCE = (
    "Keras documentation, SparseCategoricalCrossentropy(ignore_class); PyTorch documentation, "
    "CrossEntropyLoss(ignore_index): the mean is taken over targets that are not ignored"
)
NEEDS = (Capability.LAYERS, Capability.TRAIN)
STEPS = 3


def some_ignored(trial: Trial, labels: Array, ignored: int) -> Array:
    """The labels with about a third of them ignored, the first one always, the last one never."""
    chosen = trial.rng.random(labels.shape) < 1 / 3
    chosen.flat[0], chosen.flat[-1] = True, False
    labels.flat[-1] = 2
    return np.where(chosen, ignored, labels).astype(np.float32)


@clause(
    "TRAIN-535",
    "A position whose label is to be ignored counts neither in the loss nor in what its sum is "
    "divided by, whether that label is a class or not; for the accuracy it is a label like others.",
    source=SOURCE,
    needs=(*NEEDS, Capability.EVALUATE, Capability.FORWARD),
)
def ignored_labels_do_not_count(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Label -1, 7 and class 1 of three, computed by hand from the oracle's own outputs."""
    for ignored in (-1, 7, 1):
        loss = SparseCategoricalCrossentropy(ignore_class=ignored)
        ours, theirs = trial.twins(subject, oracle, ending(loss, "softmax", every_step=True))
        x, y = random_batch(trial, ending(loss, "softmax", every_step=True), 4, STEPS)
        y = some_ignored(trial, y, ignored)
        p = theirs.call(x).outputs
        asked = y != ignored
        right = np.take_along_axis(p, np.where(asked, y, 0).astype(int)[..., None], axis=-1)
        by_hand = {
            "loss": float(-np.log(right[..., 0])[asked].mean()),
            "accuracy": float((p.argmax(axis=-1) == y).mean()),
        }
        got = ours.test_on_batch(x, y)
        for name, figure in by_hand.items():
            trial.assert_close(got[name], figure, f"{name} with {ignored} ignored", LOSS)


def fifty_updates(
    subject: Implementation, oracle: Implementation, trial: Trial, ignored: int, stateful: bool
) -> None:
    """Other steps are ignored in every batch."""
    loss = SparseCategoricalCrossentropy(ignore_class=ignored)
    spec = ending(loss, "softmax", every_step=True, stateful=stateful)
    run = random_run(trial, spec, updates=50, rows=ROWS, steps=STEPS)
    run.batches[:] = [(x, some_ignored(trial, y, ignored)) for x, y in run.batches]
    resets = (1, 20) if stateful else ()
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP, resets)


@clause(
    "TRAIN-536",
    "50 updates with labels that are ignored give the same losses and weights as the oracle.",
    source=SOURCE,
    needs=NEEDS,
)
def lockstep_with_ignored_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Once with a label that is no class, once with one that is."""
    for ignored in (-1, 1):
        fifty_updates(subject, oracle, trial, ignored, stateful=False)


@clause(
    "TRAIN-538",
    "50 updates of a stateful model with labels that are ignored give the same losses and weights: "
    "the state is carried through steps whose label is ignored.",
    source=SOURCE,
    needs=(*NEEDS, Capability.STATEFUL),
)
def stateful_lockstep_with_ignored_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With a reset before update 20."""
    fifty_updates(subject, oracle, trial, ignored=-1, stateful=True)


@clause(
    "TRAIN-537",
    "A batch of which every label is ignored has a loss of zero and leaves all weights as they "
    "are under SGD.",
    source=SOURCE + "; a mean of nothing is zero here, as where every step is masked",
    needs=NEEDS,
)
def a_batch_without_labels(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A division by the number of labels would give a loss that is no number."""
    loss = SparseCategoricalCrossentropy(ignore_class=-1)
    spec = ending(loss, "softmax", every_step=True)
    ours, _ = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 2, STEPS)
    before = ours.get_weights()
    got = ours.train_on_batch(x, np.full_like(y, -1))["loss"]
    trial.assert_close(got, 0.0, "loss of a batch without labels", LOSS)
    trial.assert_weights_close(spec, ours.get_weights(), before, "value", EXACT)


@clause(
    "GRAD-531",
    "A position whose label is to be ignored gives no gradient, beside masked steps as well, from "
    "probabilities and from logits.",
    source=SOURCE,
    needs=(Capability.LAYERS, Capability.GRADIENTS, Capability.MASK),
)
def gradients_with_ignored_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The last step of the first row is masked, the one before it ignored."""
    for from_logits, activation in ((False, "softmax"), (True, "linear")):
        loss = SparseCategoricalCrossentropy(from_logits, ignore_class=-1)
        spec = ending(loss, activation, every_step=True, masked=True)  # type: ignore[arg-type]
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, 4, STEPS)
        y = some_ignored(trial, y, -1)
        x[0, 2], y[0, 1] = 0, -1
        got, expected = ours.gradients(x, y), theirs.gradients(x, y)
        what = f"after {activation}"
        trial.assert_close(got.loss, expected.loss, f"loss {what}", LOSS)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"{what}: gradient", GRADIENT
        )
