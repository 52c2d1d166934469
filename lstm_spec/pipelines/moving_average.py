"""The moving-average example: a network that remembers against its twin that does not.

A series of independent values, uniform on (-0.1, 0.1); the target is the mean of the last
``tsteps`` values, of which a row shows the last ``lahead``, the newest first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np

from lstm_spec.contract import Array, Model
from lstm_spec.data import moving_average as series
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from lstm_spec.pipelines.demonstration import Demonstration, Section
from lstm_spec.pipelines.pipeline import Claim, Data, Measures, Pipeline, Rng, Schedule

SEED = 1986
AMPLITUDE = 0.1
EPOCHS = 10
SOURCE = "moving-average-example"
Twin = Literal["stateful", "stateless"]


def moving_average(
    *,
    twin: Twin = "stateful",
    tsteps: int = 2,
    lahead: int = 1,
    batch_size: int = 1,
    input_len: int = 1000,
) -> Pipeline:
    """One of the twins. The stateful one is reset after every epoch and names its companion."""
    if twin not in ("stateful", "stateless"):
        raise ValueError(f"twin must be stateful or stateless, got {twin!r}")
    stateful = twin == "stateful"
    spec = ModelSpec(
        (LSTM(20, stateful=stateful), Dense(1)),
        features=1,
        batch_size=batch_size,
        time_steps=lahead,
        loss="mse",
        optimizer=Adam(),
    )

    def data(rng: Rng) -> Data:
        values = series.uniform_series(
            input_len + series.rows_to_drop(tsteps, lahead), AMPLITUDE, rng
        )
        x, y = series.supervised(values.astype(np.float32), tsteps, lahead)
        train, test = series.split(x.astype(np.float32), y.astype(np.float32), batch_size)
        return Data(*train, test=test)

    options: dict[str, str | int] = {}
    if not stateful:
        options["twin"] = twin
    for name, value, default in (
        ("tsteps", tsteps, 2),
        ("lahead", lahead, 1),
        ("batch_size", batch_size, 1),
        ("input_len", input_len, 1000),
    ):
        if value != default:
            options[name] = value
    companion: Pipeline | None = None
    if stateful:
        companion = moving_average(
            twin="stateless",
            tsteps=tsteps,
            lahead=lahead,
            batch_size=batch_size,
            input_len=input_len,
        )
    return Pipeline(
        id="moving-average",
        title=f"mean of the last {tsteps} values, {lahead} of them shown",
        source=SOURCE,
        summary=f"{twin} LSTM of 20 units, in order, validation inside every fit"
        + (", reset after each epoch" if stateful else ""),
        spec=spec,
        schedule=Schedule(
            epochs=EPOCHS,
            batch_size=batch_size,
            shuffle=False,
            reset_each_epoch=stateful,
            validate=True,
        ),
        rows=len(data(np.random.RandomState(SEED)).x),
        data=data,
        data_seed=SEED,
        demonstrate=_demonstrate(tsteps, batch_size),
        measure=_measure(tsteps, lahead, batch_size),
        claims=_claims(stateful, lahead >= tsteps),
        options=options,
        companion=companion,
    )


def stateless_bound(tsteps: int, lahead: int) -> float:
    """The RMSE that no network can go below if it sees only ``lahead`` of ``tsteps`` values.

    The unseen part of the mean is a sum of n - k independent uniform values divided by n:
    (a / sqrt 3) * sqrt(n - k) / n. Zero where everything is seen.
    """
    unseen = max(tsteps - lahead, 0)
    return AMPLITUDE / math.sqrt(3) * math.sqrt(unseen) / tsteps


def stateless_floor(x: Array, y: Array, tsteps: int, deviations: float = 4.0) -> float:
    """The same bound for this very part of the series, x (rows, lahead, 1) and y (rows, 1).

    What the unseen values add to a target, u, is independent of anything that the network can
    compute from the row. Whatever it adds to the visible part, g, its mean squared error is
    mean(u^2) - 2 mean(u g) + mean(g^2). The middle term is chance: its standard error is
    s rms(g) / sqrt(rows) with s the bound above. The worst g then wins (deviations s)^2 / rows.
    """
    tsteps_unseen = tsteps - x.shape[1]
    if tsteps_unseen <= 0:
        return 0.0
    unseen = np.asarray(y[:, 0], np.float64) - x[:, :, 0].sum(axis=1, dtype=np.float64) / tsteps
    spread = stateless_bound(tsteps, x.shape[1])
    luck = (deviations * spread) ** 2 / len(y)
    return math.sqrt(max(float(np.square(unseen).mean()) - luck, 0.0))


def _claims(stateful: bool, all_seen: bool) -> tuple[Claim, ...]:
    """Converging is made a number: RMSE on the test part over the target's own root mean square."""
    if stateful or all_seen:
        return (Claim("the network converges", "relative_rmse", None, SOURCE),)
    return (Claim("the stateless network does not converge", "relative_rmse", None, SOURCE),)


def _demonstrate(tsteps: int, batch_size: int) -> Callable[[Model, Data, Rng], Demonstration]:
    def demonstrate(model: Model, data: Data, _: Rng) -> Demonstration:
        expected, predicted = _on_test_part(model, data, batch_size, tsteps)
        difference = expected - predicted
        lines = (
            f"RMSE {_rms(difference):.5f} (of the target {_rms(expected):.5f}), "
            f"largest {np.abs(difference).max():.5f}, {len(difference)} values",
        )
        curves = {
            "expected": tuple(map(float, expected)),
            "expected - predicted": tuple(map(float, difference)),
        }
        return Demonstration((Section("expected minus predicted on the test part", lines, curves),))

    return demonstrate


def _measure(tsteps: int, lahead: int, batch_size: int) -> Callable[[Model, Data, Rng], Measures]:
    def measure(model: Model, data: Data, _: Rng) -> Measures:
        expected, predicted = _on_test_part(model, data, batch_size, tsteps)
        rmse = _rms(expected - predicted)
        figures = {"rmse": rmse, "relative_rmse": rmse / _rms(expected)}
        bound = stateless_bound(tsteps, lahead)
        return {**figures, "rmse_over_bound": rmse / bound} if bound else figures

    return measure


def _on_test_part(model: Model, data: Data, batch_size: int, tsteps: int) -> tuple[Array, Array]:
    """Targets and answers, (rows,), from a reset state; the first tsteps - 1 are left out.

    A network that starts without a past cannot know them.
    """
    assert data.test is not None
    x, y = data.test
    if hasattr(model, "reset_states"):
        model.reset_states()
    predicted = model.predict(x, batch_size)
    if hasattr(model, "reset_states"):
        model.reset_states()
    return y[tsteps - 1 :, 0], predicted[tsteps - 1 :, 0]


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(np.asarray(values, np.float64)))))
