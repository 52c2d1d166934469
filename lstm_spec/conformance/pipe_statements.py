"""PIPE: what the documents say about state, tested with a network: confirmed, or shown to be false.

The statements that need no pipeline (where the state starts, who keeps it, who clears it) are
clauses of STATE, GRAD, LIFE and CELL; ``lstm_spec.pipelines.statements`` lists all twelve.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Dense, RepeatVector
from lstm_spec.pipelines import find
from lstm_spec.pipelines.alphabet import K
from lstm_spec.pipelines.demonstration import recite
from lstm_spec.pipelines.lockstep import WEIGHTS, within_reach
from lstm_spec.pipelines.trained import (
    KNOWS_ONLY_ITS_PLACE,
    RECITES_FROM_ANY_LETTER,
    trained_weights,
)
from lstm_spec.tolerances import LOSS

TUTORIALS = "tutorial-2017, tutorial-2018"
LETTERS = ("A", "R", "Z")


@clause(
    "PIPE-71",
    "A stateless network that is shown the whole prefix, with the padding masked, computes what "
    "the stateful network computes letter by letter.",
    source=TUTORIALS + " (described, no listing)",
    needs=(Capability.FORWARD, Capability.LAYERS, Capability.MASK, Capability.STATEFUL),
    confirms="The effect of a stateful network can be had from a stateless one with padded prefixes"
    " (if the padding is masked).",
)
def a_masked_prefix_is_a_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check makes "the same effect" testable: with the same weights, the row that ends with a
    letter must give the answer that the carried state gives to that letter, for all 25 letters.
    """
    weights = list(trained_weights(RECITES_FROM_ANY_LETTER))
    stateful = trial.model(subject, find("alphabet-stateful").spec, weights)
    pipeline = find("alphabet-left-padded")
    stateless = trial.model(subject, pipeline.spec, weights)
    data = pipeline.data(pipeline.rng(trial.seed))
    mask = np.arange(25)[None, :] >= 24 - np.arange(25)[:, None]
    shown = stateless.call(data.x, mask=mask).outputs
    remembered = np.concatenate(
        [stateful.call(data.x[-1][None, step : step + 1]).outputs for step in range(25)]
    )
    trial.assert_close(
        shown, remembered, "prefix shown and state carried", axes=("letter", "class")
    )
    theirs = trial.model(oracle, pipeline.spec, weights)
    trial.assert_close(
        shown, theirs.call(data.x, mask=mask).outputs, "shown", axes=("letter", "class")
    )


@clause(
    "PIPE-72",
    "With zeros as padding and no mask, the prefixes are different inputs: each zero is read as an "
    "A and changes the state.",
    source=TUTORIALS + " (described, no listing)",
    needs=(Capability.FORWARD, Capability.LAYERS, Capability.STATEFUL),
    refutes="Prefixing the patterns with zeros gives a stateless network the same effect.",
)
def zero_padding_is_not_neutral(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are those that recite the alphabet letter by letter. The first rows, which have
    the most padding, differ most; the last has none and agrees.
    """
    weights = list(trained_weights(RECITES_FROM_ANY_LETTER))
    stateful = trial.model(subject, find("alphabet-stateful").spec, weights)
    pipeline = find("alphabet-left-padded")
    stateless, theirs = trial.twins(subject, oracle, pipeline.spec, weights)
    data = pipeline.data(pipeline.rng(trial.seed))
    shown = stateless.call(data.x).outputs
    remembered = np.concatenate(
        [stateful.call(data.x[-1][None, step : step + 1]).outputs for step in range(25)]
    )
    trial.assert_close(shown, theirs.call(data.x).outputs, "padded rows", axes=("letter", "class"))
    trial.assert_differ(
        shown[:5], remembered[:5], "rows with 20 zeros and more, by the answer", 1e-2
    )
    trial.assert_close(shown[24], remembered[24], "the row without padding")


@clause(
    "PIPE-73",
    "A network that recites the alphabet from A without a mistake need not do so from another "
    "letter: its answers from a zero state depend on the trained weights, and are not a property "
    "of stateful networks.",
    source=TUTORIALS,
    strength=Strength.CLAIM,
    needs=(Capability.PREDICT, Capability.LAYERS, Capability.STATEFUL),
    refutes="A stateful network recites the sequence from its beginning whatever letter it is given"
    " first.",
)
def a_zero_state_does_not_decide_the_answer(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two full runs of the oracle are both right for all 25 letters from A. One of them answers A,
    R and Z alike, with B, C, D, E, F; the other does so only for A. Over many seeds, some networks
    of 16 units are like the first and some like the second; with 50 units all are like the first
    (``claims.json``, ``any_start``).
    """
    spec = find("alphabet-stateful").spec
    first = [1, 2, 3, 4, 5]
    for seed, from_anywhere in ((RECITES_FROM_ANY_LETTER, True), (KNOWS_ONLY_ITS_PLACE, False)):
        weights = list(trained_weights(seed))
        model, theirs = trial.twins(subject, oracle, spec, weights)
        for letter in LETTERS:
            number = ord(letter) - ord("A")
            said, right = recite(model, number, 5), recite(theirs, number, 5)
            trial.assert_that(said == right, f"seed {seed}, {letter}: expected {right}, got {said}")
            begins = from_anywhere or letter == "A"
            trial.assert_that(
                (said == first) == begins, f"seed {seed}: {letter} was answered by {said}"
            )


@clause(
    "PIPE-74",
    "Letters as features and letters as time steps are different problems although the arrays "
    "contain the same numbers: the order of steps matters, and the order of features does not.",
    source=TUTORIALS,
    needs=(Capability.FORWARD, Capability.LAYERS),
    confirms="Three letters as a feature window and as time steps are different problems.",
)
def features_are_not_steps(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Exchanging two features together with their rows of the kernel changes nothing. Exchanging
    two steps changes the answers, and there is no row of the kernel to exchange with them. The
    inputs are random, because neighbouring letters are too close to each other.
    """
    window = within_reach(find("alphabet-feature-window"), subject, oracle)
    steps = within_reach(find("alphabet-time-steps"), subject, oracle)
    x = trial.array(5, 1, 3)
    kernel, *others = trial.weights(window.spec)
    order = [2, 0, 1]
    as_features = trial.model(subject, window.spec, [kernel, *others])
    renamed = trial.model(subject, window.spec, [kernel[order], *others])
    outputs = as_features.call(x).outputs
    trial.assert_close(renamed.call(x[:, :, order]).outputs, outputs, "features in another order")
    as_steps, theirs = trial.twins(subject, oracle, steps.spec, [kernel[:1], *others])
    x = x.transpose(0, 2, 1)
    in_time = as_steps.call(x).outputs
    trial.assert_close(in_time, theirs.call(x).outputs, "three steps")
    trial.assert_differ(as_steps.call(x[:, order]).outputs, in_time, "steps in another order", 1e-4)
    trial.assert_differ(in_time, outputs, "the same numbers as steps and as features", 1e-4)


@clause(
    "PIPE-75",
    "Several output characters need an encoder and a decoder: four letters in and three out, or "
    "more out than in; the two lengths are independent of each other.",
    source="comments of tutorial-2017 (BCDE to FGH); echo-notebook",
    needs=(Capability.TRAIN, Capability.FORWARD, Capability.LAYERS),
    confirms="Several characters of output are had from the encoder-decoder of the echo notebook.",
)
def several_letters_out(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A window of four letters predicts the next three, and then the next six. Losses and weights
    of three updates are those of the oracle, so the network is trained on the requested letters.
    """
    letters = np.arange(26)
    for n_out in (3, 6):
        rows = 26 - 4 - n_out + 1
        windows = letters[:rows, None] + np.arange(4 + n_out)
        x = (windows[:, :4, None] / 26).astype(np.float32)
        y = np.eye(26, dtype=np.float32)[windows[:, 4:]]
        spec = replace(
            find("alphabet-time-steps").spec,
            time_steps=4,
            layers=(
                LSTM(5),
                RepeatVector(n_out),
                LSTM(4, return_sequences=True),
                Dense(26, "softmax"),
            ),
        )
        model, theirs = trial.twins(subject, oracle, spec)
        shape = model.call(x).outputs.shape
        trial.assert_that(shape == (rows, n_out, 26), f"expected {(rows, n_out, 26)}, got {shape}")
        if n_out > 4:
            continue
        for update in range(3):
            got, right = model.train_on_batch(x, y)["loss"], theirs.train_on_batch(x, y)["loss"]
            trial.assert_close(np.array(got), np.array(right), f"loss of update {update + 1}", LOSS)
        ours, right_weights = model.get_weights(), theirs.get_weights()
        trial.assert_weights_close(
            spec, ours, right_weights, "after three updates, weights", WEIGHTS
        )


@clause(
    "PIPE-76",
    "A stateless network gives the same answer to K at any time: what it was shown before does not "
    "matter.",
    source=TUTORIALS,
    needs=(Capability.PREDICT, Capability.LAYERS, Capability.STATEFUL),
    confirms="Only the state distinguishes a network that was warmed up from one that starts cold.",
)
def without_state_earlier_letters_do_not_matter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights that recite the alphabet are used in a network that carries nothing. After A to
    J, K gets the answer that a stateful network gives from a zero state.
    """
    weights = list(trained_weights(RECITES_FROM_ANY_LETTER))
    stateless, theirs = trial.twins(subject, oracle, find("alphabet-whole-batch").spec, weights)
    stateful = trial.model(subject, find("alphabet-stateful").spec, weights)
    letters = (np.arange(K + 1) / 26).astype(np.float32).reshape(-1, 1, 1)
    after_all = stateless.predict(letters, 1)[K:]
    cold = stateful.predict(letters[K:], 1)
    trial.assert_close(after_all, cold, "K after A to J without state, and from a zero state")
    trial.assert_close(after_all, theirs.predict(letters[K:], 1), "K without state")
