"""The alphabet: seven ways to teach a network which letter comes next.

Common to all: letters are 0..25 divided by 26, targets are one-hot of width 26 (column 0, the
letter A, is never hot), LSTM and a softmax over 26 classes, categorical cross-entropy, Adam.
Documents: notebook-27, tutorial-2017, tutorial-2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Array, Model
from lstm_spec.data import alphabet
from lstm_spec.data.one_hot import one_hot
from lstm_spec.data.padding import pad_sequences
from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.pipelines import demonstration as show
from lstm_spec.pipelines.demonstration import Demonstration, Section
from lstm_spec.pipelines.pipeline import (
    GATES,
    OPTIMIZERS,
    Claim,
    Data,
    Generation,
    Measures,
    Pipeline,
    Rng,
    Schedule,
)

SEED = 7
CLASSES = 26
LETTERS = 25
"""Letters that have a successor."""
MAX_LENGTH = 5
SUBSTRINGS = 1000
K = 10
RECITATION = "fed its own answers from A, the stateful network recites B to Z"
COLD_START = "from a cold start at K it answers B, C, D, E, F"
FROM_ANY_LETTER = "from a cold start it recites B, C, D, E, F whatever letter it is given first"
WRONG_AT_THE_END = "only letters at the end of the alphabet are wrong (row of the first one)"
ON_TRAINING_DATA = "accuracy on the training data"


def one_char(*, generation: Generation = "today") -> Pipeline:
    """One letter in, the next letter out: 25 rows of one step with one feature."""
    return _windowed(
        "alphabet-one-char",
        "one letter to the next",
        "notebook-27, tutorial-2017, tutorial-2018",
        "25 single letters, shuffled, one at a time: nothing to remember",
        1,
        alphabet.as_time_steps,
        generation,
        (
            Claim(ON_TRAINING_DATA, "accuracy", 0.88, "notebook-27"),
            Claim(ON_TRAINING_DATA, "accuracy", 0.84, "tutorial-2017, tutorial-2018"),
            Claim(WRONG_AT_THE_END, "first_wrong", 21, "notebook-27", always=True),
            Claim(WRONG_AT_THE_END, "first_wrong", 20, "tutorial-2017, tutorial-2018", always=True),
        ),
    )


def feature_window(*, generation: Generation = "today") -> Pipeline:
    """Three letters as three features of one step: 23 rows of shape (1, 3)."""
    return _windowed(
        "alphabet-feature-window",
        "three letters as features",
        "notebook-27, tutorial-2017, tutorial-2018",
        "three letters side by side in a single time step",
        3,
        alphabet.as_features,
        generation,
        (
            Claim(ON_TRAINING_DATA, "accuracy", 0.8696, "tutorial-2017, tutorial-2018"),
            Claim(WRONG_AT_THE_END, "first_wrong", 19, "tutorial-2017, tutorial-2018", always=True),
        ),
    )


def time_steps(*, generation: Generation = "today") -> Pipeline:
    """Three letters as three steps of one feature: 23 rows of shape (3, 1)."""
    return _windowed(
        "alphabet-time-steps",
        "three letters as time steps",
        "tutorial-2017, tutorial-2018",
        "the same numbers one after the other, as three time steps",
        3,
        alphabet.as_time_steps,
        generation,
        (Claim(ON_TRAINING_DATA, "accuracy", 1.0, "tutorial-2017, tutorial-2018"),),
    )


def whole_batch(*, generation: Generation = "today") -> Pipeline:
    """All 25 letters as one batch in order, 5000 epochs; then 20 letters drawn at random."""

    def demonstrate(model: Model, data: Data, rng: Rng) -> Demonstration:
        table = show.letter_table(data.patterns, show.answers(model, data.x))
        return Demonstration(
            (Section("every pattern", table), _random_patterns(model, data, rng, data.x))
        )

    return Pipeline(
        id="alphabet-whole-batch",
        title="all letters in one batch",
        source="tutorial-2017, tutorial-2018",
        summary="the rows of a batch run side by side: no row sees another one",
        spec=_spec(16, 1, generation),
        schedule=Schedule(epochs=5000, batch_size=LETTERS, shuffle=False),
        rows=LETTERS,
        data=_windows(1, alphabet.as_time_steps),
        data_seed=SEED,
        demonstrate=demonstrate,
        measure=_measure,
        claims=(Claim(ON_TRAINING_DATA, "accuracy", 1.0, "tutorial-2017, tutorial-2018"),),
        options=_options(generation),
    )


def stateful(*, units: int = 16, generation: Generation = "today") -> Pipeline:
    """One letter at a time, the state carried from letter to letter, reset after every epoch."""
    source = {16: "tutorial-2017", 50: "tutorial-2018"}.get(units, "tutorial-2017 (16 units)")
    return Pipeline(
        id="alphabet-stateful",
        title="the alphabet by heart",
        source=source,
        summary="batch 1, in order, state carried from letter to letter, reset after each epoch",
        spec=_spec(units, 1, generation, batch_size=1, stateful=True),
        schedule=Schedule(epochs=300, batch_size=1, shuffle=False, reset_each_epoch=True),
        rows=LETTERS,
        data=_windows(1, alphabet.as_time_steps),
        data_seed=SEED,
        demonstrate=_recitations(show.recite),
        measure=_measure_recitation(show.recite),
        claims=(
            Claim("accuracy of one pass over the alphabet", "accuracy", 1.0, source),
            Claim(RECITATION, "recited", 1.0, source, always=True),
            Claim(COLD_START, "cold_start", 1.0, source, always=True),
            Claim(FROM_ANY_LETTER, "any_start", 1.0, source, always=True),
        ),
        options={**({} if units == 16 else {"units": units}), **_options(generation)},
    )


def left_padded(*, units: int = 16, generation: Generation = "today") -> Pipeline:
    """The whole prefix, zero-padded on the left, given to a stateless network.

    The tutorials describe it in one sentence and print no listing. It is defined here as the
    stateful pipeline with one thing changed: what the stateful network remembers, this one is
    shown. Same units, same 300 epochs of 25 updates in order, no mask (the text says zeros).
    "The same effect" is then three measurable things: the accuracy over the 25 prefixes, the
    recitation from A (every answer appended to the prefix) and the answers to a lone K.
    """

    def data(_: Rng) -> Data:
        prefixes, following = alphabet.left_padded_prefixes()
        return Data(
            _scaled(prefixes)[:, :, np.newaxis],
            _targets(following),
            patterns=tuple(tuple(range(end + 1)) for end in range(LETTERS)),
        )

    def recite(model: Model, first: int, count: int) -> list[int]:
        return show.recite_prefix(model, first, count, LETTERS)

    source = "tutorial-2017, tutorial-2018 (described, no listing)"
    same = "the same effect as the stateful network: "
    return Pipeline(
        id="alphabet-left-padded",
        title="the whole prefix, zero-padded",
        source=source,
        summary="a stateless network sees all letters so far, with zeros on the left",
        spec=_spec(units, LETTERS, generation),
        schedule=Schedule(epochs=300, batch_size=1, shuffle=False),
        rows=LETTERS,
        data=data,
        data_seed=SEED,
        demonstrate=_recitations(recite),
        measure=_measure_recitation(recite),
        claims=(
            Claim(same + "accuracy over the prefixes", "accuracy", 1.0, source),
            Claim(same + "it recites B to Z", "recited", 1.0, source, always=True),
            Claim(
                same + "a lone K is answered B, C, D, E, F", "cold_start", 1.0, source, always=True
            ),
        ),
        options={**({} if units == 16 else {"units": units}), **_options(generation)},
    )


def variable_length(*, generation: Generation = "today") -> Pipeline:
    """1000 random substrings of one to five letters, zero-padded on the left to five steps."""

    def data(rng: Rng) -> Data:
        rows, following = alphabet.variable_length_substrings(SUBSTRINGS, MAX_LENGTH, rng)
        padded = pad_sequences(rows, maxlen=MAX_LENGTH)
        return Data(
            _scaled(padded)[:, :, np.newaxis],
            _targets(following),
            patterns=tuple(tuple(row) for row in rows),
        )

    def demonstrate(model: Model, data: Data, rng: Rng) -> Demonstration:
        return Demonstration((_random_patterns(model, data, rng, data.x),))

    return Pipeline(
        id="alphabet-variable-length",
        title="substrings of any length up to five",
        source="tutorial-2017, tutorial-2018",
        summary="1000 random substrings, padded on the left with the number of the letter A",
        spec=_spec(32, MAX_LENGTH, generation),
        schedule=Schedule(epochs=500, batch_size=1, shuffle=True),
        rows=SUBSTRINGS,
        data=data,
        data_seed=SEED,
        demonstrate=demonstrate,
        measure=_measure,
        claims=(Claim(ON_TRAINING_DATA, "accuracy", 0.989, "tutorial-2017, tutorial-2018"),),
        options=_options(generation),
    )


# What they share --------------------------------------------------------------------------------


def _windowed(
    id: str,  # noqa: A002 (an id is what the field calls it)
    title: str,
    source: str,
    summary: str,
    length: int,
    shape: Any,
    generation: Generation,
    claims: tuple[Claim, ...],
) -> Pipeline:
    def demonstrate(model: Model, data: Data, _: Rng) -> Demonstration:
        table = show.letter_table(data.patterns, show.answers(model, data.x))
        return Demonstration((Section("every pattern", table),))

    data = _windows(length, shape)
    x = data(np.random.RandomState(SEED)).x
    return Pipeline(
        id=id,
        title=title,
        source=source,
        summary=summary,
        spec=_spec(32, x.shape[1], generation, features=x.shape[2]),
        schedule=Schedule(epochs=500, batch_size=1, shuffle=True),
        rows=len(x),
        data=data,
        data_seed=SEED,
        demonstrate=demonstrate,
        measure=_measure_table,
        claims=claims,
        options=_options(generation),
    )


def _spec(
    units: int,
    steps: int,
    generation: Generation,
    *,
    features: int = 1,
    batch_size: int | None = None,
    stateful: bool = False,
) -> ModelSpec:
    if generation not in GATES:
        raise ValueError(f"generation must be one of {', '.join(GATES)}, got {generation!r}")
    lstm = LSTM(units, recurrent_activation=GATES[generation], stateful=stateful)
    return ModelSpec(
        (lstm, Dense(CLASSES, "softmax")),
        features=features,
        batch_size=batch_size,
        time_steps=steps,
        loss="categorical_crossentropy",
        optimizer=OPTIMIZERS[generation],
    )


def _options(generation: Generation) -> dict[str, str | int]:
    return {} if generation == "today" else {"generation": generation}


def _windows(length: int, shape: Any) -> Any:
    def data(_: Rng) -> Data:
        letters, following = alphabet.windows(length)
        patterns = tuple(tuple(int(letter) for letter in row) for row in letters)
        return Data(shape(_scaled(letters)), _targets(following), patterns=patterns)

    return data


def _scaled(letters: Array) -> Array:
    return alphabet.scale(letters).astype(np.float32)


def _targets(following: Array) -> Array:
    return one_hot(following, CLASSES).astype(np.float32)


def _random_patterns(model: Model, data: Data, rng: Rng, x: Array) -> Section:
    drawn = [int(rng.randint(len(data.patterns))) for _ in range(20)]
    patterns: Sequence[Sequence[int]] = [data.patterns[index] for index in drawn]
    return Section(
        "20 patterns drawn at random", show.letter_table(patterns, show.answers(model, x[drawn]))
    )


def _measure(model: Model, data: Data, _: Rng) -> Measures:
    figures = model.evaluate(data.x, data.y, min(32, len(data.x)))
    return {"accuracy": figures["accuracy"], "loss": figures["loss"]}


def _measure_table(model: Model, data: Data, rng: Rng) -> Measures:
    """Accuracy and loss, and the row of the first wrong letter (the number of rows if none is)."""
    right = show.likeliest(model.predict(data.x, len(data.x))) == show.likeliest(data.y)
    first_wrong = len(right) if right.all() else int(np.argmin(right))
    return {**_measure(model, data, rng), "first_wrong": first_wrong}


def _recitations(recite: Any) -> Any:
    def demonstrate(model: Model, _: Data, __: Rng) -> Demonstration:
        return Demonstration(
            (
                Section("recitation from A", show.chain(0, recite(model, 0, LETTERS))),
                Section("new start: K", show.chain(K, recite(model, K, 5))),
            )
        )

    return demonstrate


def _measure_recitation(recite: Any) -> Any:
    """Accuracy of one pass at batch size 1, and how much of the recitations is right.

    ``any_start`` is the share of the 26 letters that are answered B, C, D, E, F from a cold start.
    """

    def measure(model: Model, data: Data, _: Rng) -> Measures:
        figures = model.evaluate(data.x, data.y, 1)
        if hasattr(model, "reset_states"):
            model.reset_states()
        said = np.array(recite(model, 0, LETTERS))
        cold = np.array([recite(model, letter, 5) for letter in range(CLASSES)])
        from_the_start = cold == np.arange(1, 6)
        return {
            "accuracy": figures["accuracy"],
            "loss": figures["loss"],
            "recited": float((said == np.arange(1, LETTERS + 1)).mean()),
            "cold_start": float(from_the_start[K].mean()),
            "any_start": float(from_the_start.all(axis=1).mean()),
        }

    return measure
