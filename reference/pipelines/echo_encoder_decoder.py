"""Read five numbers, then say the first two (echo-notebook).

The encoder reads the window and leaves one vector. It is repeated twice, and the decoder turns it
into two numbers: at each step it reads the same vector, and only its own state tells it which
number is due. So the lengths of input and output have nothing to do with each other.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Implementation, Model
from lstm_spec.data import echo
from lstm_spec.data.one_hot import decode
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec, RepeatVector
from reference.numpy import implementation as numpy

SAID = 2
NETWORK = ModelSpec(
    (
        LSTM(150, stateful=True),
        RepeatVector(SAID),
        LSTM(150, return_sequences=True, stateful=True),
        Dense(100, "softmax"),
    ),
    features=100,
    batch_size=21,
    time_steps=5,
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def train(engine: Implementation = numpy, epochs: int = 5000, seed: int = 0) -> Model:
    """One update for each new sequence: its 21 windows are the batch. About a minute."""
    rng = np.random.RandomState(seed)
    model = engine.build(NETWORK)
    for epoch in range(epochs):
        x, y = echo.batch(25, 5, SAID, rng)
        history = model.fit(x, y, batch_size=21, epochs=1, shuffle=False)
        model.reset_states()
        if (epoch + 1) % 250 == 0:
            print(f"{epoch + 1}: loss {history['loss'][0]:.4f}, {history['accuracy'][0]:.4f}")
    return model


def demonstrate(model: Model, seed: int = 1) -> None:
    """A fresh sequence, expected and predicted."""
    x, y = echo.batch(25, 5, SAID, np.random.RandomState(seed))
    predicted = model.predict(x, 21)
    model.reset_states()
    for wanted, got in zip(decode(y), decode(predicted), strict=True):
        print("Expected:", wanted, "Predicted:", got)


if __name__ == "__main__":
    demonstrate(train())
