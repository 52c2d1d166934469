"""The echo notebook: repeat random integers, whole windows or their first few.

A sequence of 25 integers from 0..98, one-hot of width 100, is cut into windows, each one step later
than the one before. Every epoch trains on a new sequence and resets the state afterwards.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array, Model
from lstm_spec.data import echo
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec, RepeatVector
from lstm_spec.pipelines.demonstration import Demonstration, Section, echo_rows, likeliest
from lstm_spec.pipelines.pipeline import (
    Claim,
    Curve,
    Data,
    Generation,
    Measures,
    Pipeline,
    Rng,
    Schedule,
    of_generation,
)

LENGTH = 25
FRESH_SEQUENCES = 20
"""How many new sequences the accuracy of a trained network is measured on; the notebook looks at
one, which leaves a sampling error of several per cent."""
SOURCE = "echo-notebook"
LAST = "accuracy printed for the last epoch"


def whole_sequence(*, generation: Generation = "today") -> Pipeline:
    """Echo every step at once: a stateful LSTM of 16 units with a softmax at every step."""
    spec = ModelSpec(
        (LSTM(16, return_sequences=True, stateful=True), Dense(echo.WIDTH, "softmax")),
        features=echo.WIDTH,
        batch_size=5,
        time_steps=6,
        loss="categorical_crossentropy",
        optimizer=Adam(),
    )
    return _pipeline(
        "echo-whole-sequence",
        "echo every step",
        "windows of 6, target = input; new data and a reset in every epoch",
        spec,
        n_out=6,
        epochs=500,
        generation=generation,
        claims=(
            Claim(LAST, "last_accuracy", 1.0, SOURCE),
            Claim("loss printed for the last epoch", "last_loss", 1.7123, SOURCE),
        ),
    )


def encoder_decoder(*, generation: Generation = "today") -> Pipeline:
    """Read five integers, then say the first two: encoder and decoder of 150 units."""
    return _encoder_decoder(
        "echo-encoder-decoder",
        "read five, say the first two",
        units=150,
        n_out=2,
        generation=generation,
        claims=(
            Claim(LAST, "last_accuracy", 0.9286, SOURCE),
            Claim("loss printed for the last epoch", "last_loss", 0.3368, SOURCE),
        ),
        curve=Curve(
            250,
            loss=_figures(
                "3.8996 3.0983 2.6107 1.8789 1.9074 2.0884 1.6594 1.7970 1.3525 1.3176 "
                "1.1246 0.9714 1.1233 0.8686 0.3903 0.5007 0.3501 0.3696 0.3066 0.3368"
            ),
            accuracy=_figures(
                "0.1667 0.3571 0.4762 0.5000 0.5000 0.5238 0.5714 0.5714 0.5000 0.6429 "
                "0.6429 0.6429 0.6190 0.7619 0.9048 0.9048 0.9048 0.9762 0.9286 0.9286"
            ),
        ),
    )


def encoder_decoder_long(*, generation: Generation = "today") -> Pipeline:
    """Read five integers, then say the first four: encoder and decoder of 300 units."""
    return _encoder_decoder(
        "echo-encoder-decoder-long",
        "read five, say the first four",
        units=300,
        n_out=4,
        generation=generation,
        claims=(
            Claim(LAST, "last_accuracy", 0.3929, SOURCE),
            Claim("loss printed for the last epoch", "last_loss", 2.8951, SOURCE),
        ),
        curve=Curve(
            250,
            loss=_figures(
                "3.6320 2.9323 2.4213 2.4369 2.1717 2.0979 2.1899 2.0553 2.0192 1.8303 "
                "1.8980 1.7297 1.6563 1.6828 1.6940 4.2849 3.7389 3.2624 3.2066 2.8951"
            ),
            accuracy=_figures(
                "0.1786 0.2857 0.2976 0.3095 0.2976 0.3095 0.3929 0.2976 0.2619 0.3214 "
                "0.3214 0.2619 0.3571 0.2857 0.4167 0.1905 0.2619 0.2976 0.3095 0.3929"
            ),
        ),
    )


def encoder_decoder_spec(units: int, n_out: int) -> ModelSpec:
    """Five steps of width 100 in, ``n_out`` steps of width 100 out, batch 21, both LSTMs stateful.

    The last output of the encoder is repeated ``n_out`` times and read by the decoder.
    """
    return ModelSpec(
        (
            LSTM(units, stateful=True),
            RepeatVector(n_out),
            LSTM(units, return_sequences=True, stateful=True),
            Dense(echo.WIDTH, "softmax"),
        ),
        features=echo.WIDTH,
        batch_size=21,
        time_steps=5,
        loss="categorical_crossentropy",
        optimizer=Adam(),
    )


def _figures(printed: str) -> tuple[float, ...]:
    return tuple(float(figure) for figure in printed.split())


def _encoder_decoder(
    id: str,  # noqa: A002 (an id is what the field calls it)
    title: str,
    *,
    units: int,
    n_out: int,
    generation: Generation,
    claims: tuple[Claim, ...],
    curve: Curve,
) -> Pipeline:
    summary = f"windows of 5, target = first {n_out}; encoder, repeat, decoder of {units} units"
    spec = encoder_decoder_spec(units, n_out)
    return _pipeline(
        id,
        title,
        summary,
        spec,
        n_out=n_out,
        epochs=5000,
        generation=generation,
        claims=claims,
        curve=curve,
    )


def _pipeline(
    id: str,  # noqa: A002 (an id is what the field calls it)
    title: str,
    summary: str,
    spec: ModelSpec,
    *,
    n_out: int,
    epochs: int,
    generation: Generation,
    claims: tuple[Claim, ...],
    curve: Curve | None = None,
) -> Pipeline:
    spec = of_generation(spec, generation)
    n_in, batch_size = spec.time_steps or 0, spec.batch_size or 0

    def data(rng: Rng) -> Data:
        x, y = echo.batch(LENGTH, n_in, n_out, rng)
        return Data(x.astype(np.float32), y.astype(np.float32))

    def demonstrate(model: Model, _: Data, rng: Rng) -> Demonstration:
        fresh = data(rng)
        rows = echo_rows(fresh.y, _from_reset(model, fresh.x))
        return Demonstration((Section("a fresh sequence (* = not echoed)", rows),))

    def measure(model: Model, _: Data, rng: Rng) -> Measures:
        hits = []
        for _sequence in range(FRESH_SEQUENCES):
            fresh = data(rng)
            hits.append(likeliest(_from_reset(model, fresh.x)) == likeliest(fresh.y))
        right = np.array(hits)
        by_place = {f"place_{i + 1}": float(right[..., i].mean()) for i in range(n_out)}
        return {"fresh_accuracy": float(right.mean()), **by_place}

    def _from_reset(model: Model, x: Array) -> Array:
        model.reset_states()
        outputs = model.predict(x, batch_size)
        model.reset_states()
        return outputs

    return Pipeline(
        id=id,
        title=title,
        source=SOURCE,
        summary=summary,
        spec=spec,
        schedule=Schedule(
            epochs=epochs,
            batch_size=batch_size,
            shuffle=False,
            reset_each_epoch=True,
            fresh_data_each_epoch=True,
        ),
        rows=LENGTH - n_in + 1,
        data=data,
        data_seed=None,
        demonstrate=demonstrate,
        measure=measure,
        claims=claims,
        options={} if generation == "today" else {"generation": generation},
        curve=curve,
    )
