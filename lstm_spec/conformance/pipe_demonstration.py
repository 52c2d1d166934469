"""PIPE: the demonstrations: what the documents do with a trained network, step by step.

Where a trained network is needed, the subject is given the weights of the oracle's own full run of
``alphabet-stateful`` (16 units, 7,500 updates), which are part of the specification.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import ModelSpec
from lstm_spec.pipelines import find
from lstm_spec.pipelines.alphabet import LETTERS, K
from lstm_spec.pipelines.demonstration import answers, likeliest, recite, recite_prefix
from lstm_spec.pipelines.lockstep import narrow, within_reach
from lstm_spec.pipelines.trained import RECITES_FROM_ANY_LETTER, trained_weights
from lstm_spec.tolerances import FORWARD, LOSS

STATELESS = (Capability.PREDICT, Capability.LAYERS)
STATEFUL = (*STATELESS, Capability.STATEFUL)
TUTORIALS = "tutorial-2017, tutorial-2018"


def the_trained_network(implementation: Implementation, trial: Trial) -> Model:
    """``alphabet-stateful`` with trained weights, which know the alphabet by heart."""
    spec = find("alphabet-stateful").spec
    return trial.model(implementation, spec, list(trained_weights(RECITES_FROM_ANY_LETTER)))


def letter(number: int) -> Array:
    """One letter as one row of one step, (1, 1, 1)."""
    return np.full((1, 1, 1), number / 26, np.float32)


@clause(
    "PIPE-61",
    "The letter table is made row by row: each answer of a stateless network is the one that it "
    "gives in a batch of all rows, in any order.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def the_letter_table(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Six rows of three steps are predicted in a random order and then all at once. The 20 random
    patterns of the documents are predicted in the same way.
    """
    pipeline = within_reach(find("alphabet-time-steps"), subject, oracle)
    model, theirs = trial.twins(subject, oracle, pipeline.spec)
    x = pipeline.data(pipeline.rng(trial.seed)).x
    rows = trial.rng.permutation(len(x))[:6]
    alone = np.concatenate([model.predict(x[row][None], 1) for row in rows])
    trial.assert_close(alone, theirs.predict(x, len(x))[rows], "one row at a time")
    trial.assert_close(model.predict(x, len(x))[rows], alone, "all rows at once")
    trial.assert_that(
        answers(model, x[rows]) == likeliest(alone).tolist(), "the table's own answers"
    )


@clause(
    "PIPE-62",
    "Starting with A and then fed its own answers, the trained stateful network recites B to Z.",
    source=TUTORIALS,
    needs=STATEFUL,
    confirms="Started with A, the network recites the rest of the alphabet.",
)
def it_recites_the_alphabet(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are 25 calls of predict with one letter each. A subject that forgets its state between
    calls cannot continue the alphabet.
    """
    said = recite(the_trained_network(subject, trial), 0, LETTERS)
    trial.assert_that(said == list(range(1, 26)), f"expected 1 to 25 (B to Z), got {said}")


@clause(
    "PIPE-63",
    "From a zero state, the trained stateful network answers K with B, C, D, E, F.",
    source=TUTORIALS,
    needs=STATEFUL,
    confirms="Started at K, the network answers B and falls back into reciting the alphabet.",
)
def a_cold_start_at_k(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The network has run before, so that it starts from zero only if the reset works. Other
    clauses say whether a trained network does the same for other letters, and how often training
    leads there.
    """
    model = the_trained_network(subject, trial)
    for number in range(7):
        model.predict(letter(number), 1)
    said = recite(model, K, 5)
    trial.assert_that(said == [1, 2, 3, 4, 5], f"expected 1 to 5 (B, C, D, E, F), got {said}")


@clause(
    "PIPE-64",
    "Without the reset, the answer to K depends on the letters before it: the reset between "
    "demonstrations is part of them.",
    source=TUTORIALS,
    needs=STATEFUL,
)
def the_reset_is_part_of_it(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """After A to G, the answer to K differs from the answer from a zero state, and is
    the oracle's.
    """
    model, theirs = the_trained_network(subject, trial), the_trained_network(oracle, trial)
    cold = model.predict(letter(K), 1)
    model.reset_states()
    for number in range(7):
        model.predict(letter(number), 1)
        theirs.predict(letter(number), 1)
    warm = model.predict(letter(K), 1)
    trial.assert_differ(warm, cold, "K after A to G, and K from a zero state")
    trial.assert_close(warm, theirs.predict(letter(K), 1), "K after A to G", LOSS)


@clause(
    "PIPE-65",
    "After the letters A to J, the trained stateful network answers K with L.",
    source=TUTORIALS,
    needs=STATEFUL,
    confirms="To answer K correctly, the network must first be shown the letters A to J.",
)
def a_warm_start_at_k(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The letters A to J are given in one predict call of ten rows with batch size 1, and K in the
    next call.
    """
    model = the_trained_network(subject, trial)
    model.predict(np.concatenate([letter(number) for number in range(10)]), 1)
    said = int(likeliest(model.predict(letter(K), 1)[0]))
    trial.assert_that(said == 11, f"expected 11 (L), got {said}")


@clause(
    "PIPE-66",
    "The echo of a new sequence is predicted in four batches of five windows, and each slot starts "
    "from its state in the previous batch.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_echo_of_a_new_sequence(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Window 5 starts from the state of window 0; after a reset, its prediction is different."""
    pipeline = narrow(find("echo-whole-sequence"))
    model, theirs = trial.twins(subject, oracle, pipeline.spec)
    x = pipeline.data(pipeline.rng(trial.seed)).x
    outputs = model.predict(x, 5)
    trial.assert_close(
        outputs, theirs.predict(x, 5), "all 20 windows", axes=("window", "step", "class")
    )
    model.reset_states()
    cold = model.predict(x[5:10], 5)
    trial.assert_differ(outputs[5:10], cold, "windows 5 to 9 from carried state, and from a reset")
    trial.assert_close(cold, _after_reset(theirs, x[5:10], 5), "windows 5 to 9 from a reset")


def _after_reset(model: Model, x: Array, batch_size: int) -> Array:
    model.reset_states()
    return model.predict(x, batch_size)


def of_a_decoder_that_moves(
    trial: Trial, oracle: Implementation, spec: ModelSpec, x: Array, draws: int = 20
) -> list[Array]:
    """Weights for which the oracle's answers of neighbouring steps are clearly different.

    A decoder reads the same vector at each step. For one draw of weights in fifty, its state no
    longer changes from the third step on; the answers are then alike, and rightly so.
    """
    for _ in range(draws):
        weights = trial.weights(spec)
        outputs = trial.model(oracle, spec, weights).predict(x, len(x))
        if np.abs(np.diff(outputs, axis=1)).max(axis=(0, 2)).min() > 2e-3:
            break
    return weights


@clause(
    "PIPE-67",
    "The encoder-decoder returns as many numbers as its RepeatVector has steps: the decoder reads "
    "the same vector at each step, and only its state distinguishes the steps.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_decoder_counts_by_its_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are four output steps for five input steps, in a narrow network, and all four answers
    are different.
    """
    pipeline = narrow(find("echo-encoder-decoder-long"))
    x = pipeline.data(pipeline.rng(trial.seed)).x
    weights = of_a_decoder_that_moves(trial, oracle, pipeline.spec, x)
    model, theirs = trial.twins(subject, oracle, pipeline.spec, weights)
    outputs = model.predict(x, 21)
    trial.assert_close(
        outputs, theirs.predict(x, 21), "21 windows", axes=("window", "step", "class")
    )
    for step in range(3):
        trial.assert_differ(outputs[:, step + 1], outputs[:, step], f"steps {step} and {step + 1}")


@clause(
    "PIPE-68",
    "The moving average is predicted over the test part after a reset, one value after the other.",
    source="moving-average-example",
    needs=STATEFUL,
)
def the_test_part_from_a_reset(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first answer has no earlier values, so it equals that of the stateless network. The later
    answers differ, which is the whole difference between the two networks.
    """
    pipeline = within_reach(find("moving-average:input_len=40"), subject, oracle)
    model, theirs = trial.twins(subject, oracle, pipeline.spec)
    twin = within_reach(find("moving-average:input_len=40,twin=stateless"), subject, oracle)
    stateless = trial.model(subject, twin.spec, model.get_weights())
    data = pipeline.data(pipeline.rng(trial.seed))
    assert data.test is not None
    model.predict(data.x[:3], 1)
    got = _after_reset(model, data.test[0], 1)
    trial.assert_close(got, theirs.predict(data.test[0], 1), "test part", axes=("row", "value"))
    alone = stateless.predict(data.test[0], 1)
    trial.assert_close(
        got[0], alone[0], "first answer of the stateful and the stateless network", axes=("value",)
    )
    trial.assert_differ(
        got[1:], alone[1:], "later answers of the stateful and the stateless network"
    )


@clause(
    "PIPE-69",
    "With batch size 1 and after a reset, the trained stateful network is right for all 25 "
    "letters.",
    source=TUTORIALS,
    needs=(Capability.EVALUATE, Capability.LAYERS, Capability.STATEFUL),
    confirms="The stateful network reaches an accuracy of 100 %.",
)
def all_letters_are_right(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The loss is compared as well, because an accuracy can be right by chance and a
    loss cannot.
    """
    data = find("alphabet-stateful").data(np.random.RandomState(7))
    figures = the_trained_network(subject, trial).evaluate(data.x, data.y, 1)
    expected = the_trained_network(oracle, trial).evaluate(data.x, data.y, 1)
    trial.assert_close(np.array(figures["accuracy"]), np.array(1.0), "accuracy", FORWARD)
    trial.assert_close(np.array(figures["loss"]), np.array(expected["loss"]), "loss", LOSS)


@clause(
    "PIPE-70",
    "The left-padded recitation shows the network all letters so far: every answer is appended, "
    "and one zero fewer remains.",
    source="tutorial-2017, tutorial-2018 (described, no listing)",
    needs=STATELESS,
)
def the_prefix_grows(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """With random weights, six answers that start from A are compared with the answers for a batch
    of these prefixes.
    """
    pipeline = within_reach(find("alphabet-left-padded"), subject, oracle)
    model, theirs = trial.twins(subject, oracle, pipeline.spec)
    said = recite_prefix(model, 0, 6, LETTERS)
    prefixes = np.zeros((6, LETTERS, 1), np.float32)
    for row in range(6):
        prefixes[row, LETTERS - 1 - row :, 0] = np.array([0, *said][: row + 1]) / 26
    outputs = model.predict(prefixes, 6)
    trial.assert_close(outputs, theirs.predict(prefixes, 6), "six growing prefixes")
    trial.assert_that(
        likeliest(outputs).tolist() == said, f"expected {likeliest(outputs)}, got {said}"
    )
