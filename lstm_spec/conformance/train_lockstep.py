"""Subject and oracle are trained side by side and must agree after every single update."""

from __future__ import annotations

from lstm_spec.checking.lockstep import in_lockstep, random_run, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    Bidirectional,
    Dense,
    Masking,
    ModelSpec,
    RepeatVector,
)
from lstm_spec.tolerances import LOCKSTEP

ADAM = Adam(learning_rate=0.01, epsilon=1e-10)
"""An epsilon too small to matter: other clauses test where it is added."""
UPDATES = 50


@clause(
    "TRAIN-01",
    "Fifty updates of SGD from the same weights and batches give the same loss and the same "
    "weights after every update.",
    source="design, lockstep; Robbins & Monro 1951",
    needs=(Capability.TRAIN,),
)
def sgd_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Every batch is new and every output is part of the loss. The message names the first update
    that differs.
    """
    layers = (LSTM(4, return_sequences=True),)
    spec = ModelSpec(layers, features=3, optimizer=SGD(0.1))
    run = random_run(trial, spec, UPDATES, rows=2, steps=5)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "TRAIN-02",
    "Fifty updates of Adam from the same weights and batches give the same loss and the same "
    "weights after every update.",
    source="design, lockstep; Kingma & Ba 2015",
    needs=(Capability.TRAIN,),
)
def adam_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The run starts where no gradient is tiny (see ``lockstep``), so that the tolerance can be
    small.
    """
    spec = ModelSpec((LSTM(4),), features=3, optimizer=ADAM)
    run = steep_run(trial, oracle, spec, UPDATES, rows=2, steps=5)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "TRAIN-03",
    "A classifier that is trained with the Keras defaults of Adam (rate 0.001, epsilon 1e-7) stays "
    "in lockstep for fifty updates.",
    source="Keras documentation, Adam; the model of every alphabet pipeline",
    needs=(Capability.TRAIN, Capability.LAYERS),
    strength=Strength.SHOULD,
)
def the_documented_classifier_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is a small version of the model in the documents: LSTM, Dense, softmax and
    cross-entropy.
    """
    layers = (LSTM(4), Dense(6, "softmax"))
    spec = ModelSpec(layers, features=3, loss="categorical_crossentropy", optimizer=Adam())
    run = steep_run(trial, oracle, spec, UPDATES, rows=2, steps=5)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "TRAIN-04",
    "A stateful model trains in lockstep with SGD: every batch starts from the state that the "
    "previous batch left, until a reset.",
    source="moving average example; contract, stateful",
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_sgd_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are resets before updates 20 and 37. The losses of a stateless model would differ from
    update 2 on.
    """
    layers = (LSTM(4, stateful=True),)
    spec = ModelSpec(layers, features=3, batch_size=2, optimizer=SGD(0.1))
    run = random_run(trial, spec, UPDATES, rows=2, steps=3)
    twins = trial.twins(subject, oracle, spec, run.weights)
    in_lockstep(trial, run, *twins, LOCKSTEP, resets=(20, 37))


@clause(
    "TRAIN-05",
    "A stateful model trains in lockstep with Adam; a reset in between clears the state and keeps "
    "the moments.",
    source="moving average example; contract, reset_states",
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_adam_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model returns sequences, so that both the gradient inside a batch and its end at the
    batch boundary matter.

    With two steps per batch, a gradient that crossed the boundary would be half of the whole
    gradient.
    """
    layers = (LSTM(4, return_sequences=True, stateful=True),)
    spec = ModelSpec(layers, features=3, batch_size=5, optimizer=ADAM)
    run = steep_run(trial, oracle, spec, UPDATES, rows=5, steps=2)
    twins = trial.twins(subject, oracle, spec, run.weights)
    in_lockstep(trial, run, *twins, LOCKSTEP, resets=(26,))


@clause(
    "TRAIN-06",
    "Training on rows with masked steps stays in lockstep.",
    source="contract, masks; alphabet pipeline with left padding",
    needs=(Capability.TRAIN, Capability.LAYERS, Capability.MASK),
)
def masked_rows_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The masked steps are at the beginning, in the middle and at the end of rows and change from
    batch to batch; in some batches, row 0 has none.
    """
    layers = (Masking(), LSTM(4), Dense(2))
    spec = ModelSpec(layers, features=3, optimizer=SGD(0.1))
    run = random_run(trial, spec, 12, rows=3, steps=5)
    for number, (x, _) in enumerate(run.batches):
        x[0, : number % 3] = 0
        x[1, 4 - number % 2 :] = 0
        x[2, 1 : 2 + number % 3] = 0
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "TRAIN-07",
    "A stateful encoder-decoder stays in lockstep: both layers carry their state, and both are "
    "trained.",
    source="echo notebook, encoder-decoder",
    needs=(Capability.TRAIN, Capability.LAYERS, Capability.STATEFUL),
)
def encoder_decoder_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is a small version of the architecture of the echo pipelines, with a reset before update
    8.
    """
    layers = (
        LSTM(4, stateful=True),
        RepeatVector(2),
        LSTM(5, return_sequences=True, stateful=True),
        Dense(6, "softmax"),
    )
    spec = ModelSpec(
        layers, features=3, batch_size=2, loss="categorical_crossentropy", optimizer=SGD(0.2)
    )
    run = random_run(trial, spec, 12, rows=2, steps=3)
    twins = trial.twins(subject, oracle, spec, run.weights)
    in_lockstep(trial, run, *twins, LOCKSTEP, resets=(8,))


@clause(
    "TRAIN-08",
    "A bidirectional layer stays in lockstep: each direction is trained with weights of its own.",
    source="Graves & Schmidhuber 2005",
    needs=(Capability.TRAIN, Capability.BIDIRECTIONAL),
)
def bidirectional_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The directions start from different weights. If they are shared or exchanged, the first
    update differs.
    """
    layers = (Bidirectional(LSTM(4, return_sequences=True)),)
    spec = ModelSpec(layers, features=3, optimizer=SGD(0.1))
    run = random_run(trial, spec, 12, rows=2, steps=5)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "TRAIN-09",
    "An update with a single short batch gives the oracle's loss and weights.",
    source="contract, train_on_batch",
    needs=(Capability.TRAIN,),
)
def one_update(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It is the first clause about training, and distinguishes a broken adapter from a wrong
    engine.
    """
    spec = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.1))
    run = random_run(trial, spec, 1, rows=2, steps=3)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)
