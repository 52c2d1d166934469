"""A network that remembers against its twin that does not (moving-average-example).

The series is noise, the target is the mean of the last two values, and a row shows only the newest.
Half of the target is on view; the other half can only be remembered. The stateless twin therefore
has a floor that no training gets it through: an RMSE of 0.1 / sqrt(3) / 2 = 0.0289.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.data.moving_average import rows_to_drop, split, supervised, uniform_series
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy

INPUT_LEN, TSTEPS, LAHEAD, BATCH_SIZE = 1000, 2, 1, 1
Part = tuple[Array, Array]


def network(stateful: bool) -> ModelSpec:
    """The twins differ in one word."""
    return ModelSpec(
        (LSTM(20, stateful=stateful), Dense(1)),
        features=1,
        batch_size=BATCH_SIZE,
        time_steps=LAHEAD,
        loss="mse",
        optimizer=Adam(),
    )


def data() -> tuple[Part, Part]:
    """Training part, 800 rows, and test part, 200 rows, of one series."""
    length = INPUT_LEN + rows_to_drop(TSTEPS, LAHEAD)
    series = uniform_series(length, 0.1, np.random.RandomState(1986))
    return split(*supervised(series, TSTEPS, LAHEAD), BATCH_SIZE)


def train(engine: Implementation = numpy, epochs: int = 10, stateful: bool = True) -> Model:
    """The series in order, ``epochs`` times; the stateful twin starts each time without a past.

    The test part is validated inside every fit. It follows the training part in time, so the
    stateful twin rightly goes on from the state that training has left; then comes the reset.
    """
    (x, y), test = data()
    model = engine.build(network(stateful))
    for _ in range(epochs):
        model.fit(x, y, batch_size=BATCH_SIZE, epochs=1, shuffle=False, validation_data=test)
        if stateful:
            model.reset_states()
    return model


def demonstrate(model: Model, name: str) -> None:
    """The error on the test part; the first target needs a value that is not there."""
    _, (x, y) = data()
    difference = (y - model.predict(x, BATCH_SIZE))[TSTEPS - 1 :]
    print(f"{name}: RMSE {np.sqrt(np.mean(difference**2)):.4f}")


if __name__ == "__main__":
    demonstrate(train(stateful=True), "with memory")
    demonstrate(train(stateful=False), "without memory")
