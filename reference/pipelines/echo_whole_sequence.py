"""Repeat every number at once (echo-notebook).

25 random integers are cut into 20 windows of six steps; the target of a window is the window. With
batches of five windows and a stateful layer, slot i of a batch goes on where slot i of the batch
before has ended. A new sequence is drawn for every epoch, so there is nothing to learn by heart.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Implementation, Model
from lstm_spec.data import echo
from lstm_spec.data.one_hot import decode
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy

NETWORK = ModelSpec(
    (LSTM(16, return_sequences=True, stateful=True), Dense(100, "softmax")),
    features=100,
    batch_size=5,
    time_steps=6,
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def train(engine: Implementation = numpy, epochs: int = 500, seed: int = 0) -> Model:
    """The network after ``epochs`` sequences of four updates, the state reset after each."""
    rng = np.random.RandomState(seed)
    model = engine.build(NETWORK)
    for _ in range(epochs):
        x, y = echo.batch(25, 6, 6, rng)
        model.fit(x, y, batch_size=5, epochs=1, shuffle=False)
        model.reset_states()
    return model


def demonstrate(model: Model, seed: int = 1) -> None:
    """A fresh sequence, expected and predicted, and the shapes of the weights."""
    x, y = echo.batch(25, 6, 6, np.random.RandomState(seed))
    predicted = model.predict(x, 5)
    model.reset_states()
    for wanted, got in zip(decode(y), decode(predicted), strict=True):
        print("Expected:", wanted, "Predicted:", got)
    print(*(weight.shape for weight in model.get_weights()[:3]))


if __name__ == "__main__":
    demonstrate(train())
