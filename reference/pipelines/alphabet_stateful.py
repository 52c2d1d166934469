"""The alphabet by heart (tutorial-2017 with 16 units, tutorial-2018 with 50).

One letter at a time, in order, and the state is kept: the network that is asked about K still
knows, in h and c, that A to J came before. Two things are now the programmer's business. The state
must be reset where the alphabet begins anew, and the rows must not be shuffled.

The network learns to recite rather than to look: started cold at K it says B, C, D, ...
"""

from __future__ import annotations

from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.data.alphabet import as_time_steps, numbers_to_letters, scale, windows
from lstm_spec.data.one_hot import one_hot
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy


def network(units: int = 16) -> ModelSpec:
    """A stateful model keeps one state per row of the batch, so the batch size is part of it."""
    return ModelSpec(
        (LSTM(units, stateful=True), Dense(26, "softmax")),
        features=1,
        batch_size=1,
        time_steps=1,
        loss="categorical_crossentropy",
        optimizer=Adam(),
    )


def data() -> tuple[Array, Array]:
    """X (25, 1, 1), the letters A to Y in order, and y (25, 26), the letters B to Z."""
    letters, following = windows(1)
    return as_time_steps(scale(letters)), one_hot(following, 26)


def train(engine: Implementation = numpy, epochs: int = 300, units: int = 16) -> Model:
    """The network after ``epochs`` recitals, the state reset after each."""
    x, y = data()
    model = engine.build(network(units))
    for _ in range(epochs):
        model.fit(x, y, batch_size=1, epochs=1, shuffle=False)
        model.reset_states()
    return model


def recite(model: Model, letter: int, count: int) -> None:
    """Ask, feed the answer back, ask again; then reset, so that the next recital starts cold."""
    for _ in range(count):
        answer = int(model.predict(scale([[[letter]]]), 1).argmax())
        print(numbers_to_letters([letter]), "->", numbers_to_letters([answer]))
        letter = answer
    model.reset_states()


def demonstrate(model: Model) -> None:
    """The accuracy of one recital, the recital from A, a cold start at K."""
    x, y = data()
    print(f"Accuracy: {model.evaluate(x, y, 1)['accuracy']:.2%}")
    model.reset_states()
    recite(model, 0, 25)
    print("New start: K")
    recite(model, 10, 5)


if __name__ == "__main__":
    demonstrate(train())
