"""Read five numbers, then say the first four (echo-notebook, its last experiment).

The encoder-decoder again, with twice the units and twice as much to say. In the notebook's run the
loss jumped near the end, the accuracy stayed at 39 %, and the sample repeats the first number; the
notebook stops there. That is one run of one build: ``docs/pipelines.md`` shows what others give.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Implementation, Model
from lstm_spec.data import echo
from lstm_spec.data.one_hot import decode
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec, RepeatVector
from reference.numpy import implementation as numpy

SAID = 4
NETWORK = ModelSpec(
    (
        LSTM(300, stateful=True),
        RepeatVector(SAID),
        LSTM(300, return_sequences=True, stateful=True),
        Dense(100, "softmax"),
    ),
    features=100,
    batch_size=21,
    time_steps=5,
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def train(engine: Implementation = numpy, epochs: int = 5000, seed: int = 0) -> Model:
    """One update for each new sequence: its 21 windows are the batch. A few minutes."""
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
