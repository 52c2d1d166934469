"""PIPE: the demonstrations: what the documents do with a trained network, step by step.

Where a trained network is needed, the subject is given the weights of the oracle's own full run of
``alphabet-stateful`` (16 units, 7,500 updates), which come with the specification.
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
    """``alphabet-stateful`` with trained weights: it knows the alphabet by heart."""
    spec = find("alphabet-stateful").spec
    return trial.model(implementation, spec, list(trained_weights(RECITES_FROM_ANY_LETTER)))


def letter(number: int) -> Array:
    """One letter as one row of one step, (1, 1, 1)."""
    return np.full((1, 1, 1), number / 26, np.float32)


@clause(
    "PIPE-61",
    "The letter table asks row by row: each answer of a stateless network is the one it gives in a"
    " batch of all rows, in any order.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def the_letter_table(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Six rows of three steps in a drawn order, then all at once; this is also how 20 random
    patterns are predicted.
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
    "Fed its own answers from A, the trained stateful network recites B to Z.",
    source=TUTORIALS,
    needs=STATEFUL,
    confirms="Seeded with A, the network rattles off the rest of the alphabet.",
)
def it_recites_the_alphabet(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """25 calls of predict with one letter each. A subject that forgets between calls cannot know
    where it is.
    """
    said = recite(the_trained_network(subject, trial), 0, LETTERS)
    trial.assert_that(said == list(range(1, 26)), f"expected 1 to 25 (B to Z), got {said}")


@clause(
    "PIPE-63",
    "From a cold start at K the trained stateful network answers B, C, D, E, F.",
    source=TUTORIALS,
    needs=STATEFUL,
    confirms="Started at K, the network answers B and falls back into reciting the alphabet.",
)
def a_cold_start_at_k(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It was run before, so the cold start is one only if the reset works. Whether a trained
    network does this for other letters, and how often training leads there, other clauses say.
    """
    model = the_trained_network(subject, trial)
    for number in range(7):
        model.predict(letter(number), 1)
    said = recite(model, K, 5)
    trial.assert_that(said == [1, 2, 3, 4, 5], f"expected 1 to 5 (B, C, D, E, F), got {said}")


@clause(
    "PIPE-64",
    "Without the reset K is answered by what was said before it: the reset between demonstrations"
    " is part of them.",
    source=TUTORIALS,
    needs=STATEFUL,
)
def the_reset_is_part_of_it(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """After A to G the answer to K differs from the cold one, and is the oracle's."""
    model, theirs = the_trained_network(subject, trial), the_trained_network(oracle, trial)
    cold = model.predict(letter(K), 1)
    model.reset_states()
    for number in range(7):
        model.predict(letter(number), 1)
        theirs.predict(letter(number), 1)
    warm = model.predict(letter(K), 1)
    trial.assert_differ(warm, cold, "K after A to G, and K from a cold start")
    trial.assert_close(warm, theirs.predict(letter(K), 1), "K after A to G", LOSS)


@clause(
    "PIPE-65",
    "Warmed up with A to J, the trained stateful network answers K with L.",
    source=TUTORIALS,
    needs=STATEFUL,
    confirms="To predict K truly, the state must first be warmed up with the letters A to J.",
)
def a_warm_start_at_k(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The warming letters come in one predict of ten rows at batch size 1, K in the next."""
    model = the_trained_network(subject, trial)
    model.predict(np.concatenate([letter(number) for number in range(10)]), 1)
    said = int(likeliest(model.predict(letter(K), 1)[0]))
    trial.assert_that(said == 11, f"expected 11 (L), got {said}")


@clause(
    "PIPE-66",
    "The echo of a fresh sequence is predicted in four batches of five windows, slot by slot from"
    " the state of the batch before.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_echo_of_a_fresh_sequence(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Window 5 starts from the state of window 0; from a reset it comes out differently."""
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
    """Weights with which the oracle's answers of neighbouring steps lie well apart.

    A decoder reads the same vector at each step, so with one draw of weights in fifty its state has
    come to rest by the third: then its answers are alike, and rightly so.
    """
    for _ in range(draws):
        weights = trial.weights(spec)
        outputs = trial.model(oracle, spec, weights).predict(x, len(x))
        if np.abs(np.diff(outputs, axis=1)).max(axis=(0, 2)).min() > 2e-3:
            break
    return weights


@clause(
    "PIPE-67",
    "The encoder-decoder says as many numbers as its repetitions: the decoder reads the same vector"
    " at each step and only its state tells the steps apart.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_decoder_counts_by_its_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Four steps out of five in, on a narrow network; all four answers differ."""
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
    "The moving average is predicted over the test part from a reset, one value after the other.",
    source="moving-average-example",
    needs=STATEFUL,
)
def the_test_part_from_a_reset(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first answer has no past: it is the stateless twin's. The later ones are not, and
    that is all the difference between the twins.
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
    trial.assert_close(got[0], alone[0], "first answer of both twins", axes=("value",))
    trial.assert_differ(got[1:], alone[1:], "later answers of the twins")


@clause(
    "PIPE-69",
    "At batch size 1 and from a reset the trained stateful network is right for all 25 letters.",
    source=TUTORIALS,
    needs=(Capability.EVALUATE, Capability.LAYERS, Capability.STATEFUL),
    confirms="The stateful network reaches an accuracy of 100 %.",
)
def all_letters_right(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The loss is compared as well: an accuracy can be right by chance, a loss cannot."""
    data = find("alphabet-stateful").data(np.random.RandomState(7))
    figures = the_trained_network(subject, trial).evaluate(data.x, data.y, 1)
    expected = the_trained_network(oracle, trial).evaluate(data.x, data.y, 1)
    trial.assert_close(np.array(figures["accuracy"]), np.array(1.0), "accuracy", FORWARD)
    trial.assert_close(np.array(figures["loss"]), np.array(expected["loss"]), "loss", LOSS)


@clause(
    "PIPE-70",
    "The left-padded recitation shows the network everything said so far: every answer is appended"
    " and the zeros give way.",
    source="tutorial-2017, tutorial-2018 (described, no listing)",
    needs=STATELESS,
)
def the_prefix_grows(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Six answers from A with random weights, and the same asked for in a batch of prefixes."""
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
