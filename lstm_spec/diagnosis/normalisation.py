"""Layer normalisation, a second bias and a limit of the projection, told wrongly."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.diagnosis.conventions import FAMILIES, FEATURES, ROWS, STEPS, UNITS
from lstm_spec.diagnosis.equations import run, sigmoid
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.diagnosis.operators import ONTO
from lstm_spec.model import LSTM, ModelSpec

Gates = Callable[[Array, Array, Array], Array]
"""What enters the activations, (rows, 4, units), of z, the gains and the bias, each by gate."""


def normal(z: Array, axis: int | tuple[int, ...] = -1, of: int = 0) -> Array:
    """Minus the mean, divided by the root of the variance; ``of`` is taken from the count."""
    made: Array = (z - z.mean(axis=axis, keepdims=True)) / np.sqrt(
        z.var(axis=axis, keepdims=True, ddof=of) + 1e-8
    )
    return made


GATES: Mapping[str, Gates] = {
    "": lambda z, gain, bias: normal(z) * gain + bias,
    "layer normalisation is left out": lambda z, gain, bias: z + bias,
    "layer normalisation is left out, but for its gains": lambda z, gain, bias: z * gain + bias,
    "all four gates are normalised together": lambda z, gain, bias: (
        normal(z, axis=(1, 2)) * gain + bias
    ),
    "the rows of a batch are normalised together": lambda z, gain, bias: (
        normal(z, axis=0) * gain + bias
    ),
    "the bias is added before the layer normalisation": lambda z, gain, bias: (
        normal(z + bias) * gain
    ),
    "the gains multiply the bias as well": lambda z, gain, bias: (normal(z) + bias) * gain,
    "the gains of the layer normalisation are left out": lambda z, gain, bias: normal(z) + bias,
    "layer normalisation divides by one unit less": lambda z, gain, bias: (
        normal(z, of=1) * gain + bias
    ),
}


def _normalising(weights: list[Array], x: Array, gates: Gates) -> Array:
    """The outputs of a layer from a state of zero."""
    kernel, recurrent, bias, gains = (np.asarray(one, np.float64) for one in weights)
    by_gate = (-1, 4, UNITS)
    h = c = np.zeros((len(x), UNITS))
    outputs = []
    for step in x.swapaxes(0, 1):
        z = (step @ kernel + h @ recurrent).reshape(by_gate)
        z = gates(z, gains.reshape(by_gate), bias.reshape(by_gate))
        i, f, g, o = z.swapaxes(0, 1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, axis=1)


def _told(
    subject: Implementation,
    trial: Trial,
    layer: LSTM,
    outputs: Mapping[str, Callable[[list[Array], Array], Array]],
) -> list[Finding]:
    """The mistake that gives the subject's numbers; the right outputs stand under no name."""
    spec = ModelSpec((layer,), FEATURES)
    weights, x = trial.weights(spec, scale=1.0), trial.array(ROWS, STEPS, FEATURES)
    try:
        got = trial.model(subject, spec, weights).call(x).outputs
    except Unsupported:
        return []
    found = [words for words, make in outputs.items() if matches(got, make(weights, x))]
    return [] if "" in found else [Finding(words, FAMILIES) for words in found[:1]]


def layer_norm(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A layer whose gates may be normalised otherwise than they should."""

    def by(gates: Gates) -> Callable[[list[Array], Array], Array]:
        return lambda weights, x: _normalising(weights, x, gates)

    layer = LSTM(UNITS, return_sequences=True, layer_norm=True)
    return _told(subject, trial, layer, {words: by(gates) for words, gates in GATES.items()})


def second_bias(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A layer with two biases, of which one may be missing."""
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))

    def with_bias(make: Callable[[Array, Array], Array]) -> Callable[[list[Array], Array], Array]:
        return lambda w, x: run([w[0], w[1], make(w[2], w[3])], x, zero).outputs

    def later(w: list[Array], x: Array) -> Array:
        def bias(both: Array, step: int) -> Array:
            return both if step else np.asarray(w[2])

        return run([w[0], w[1], w[2] + w[3]], x, zero, bias=bias).outputs

    told = {
        "": with_bias(lambda one, other: one + other),
        "the recurrent bias is left out": with_bias(lambda one, other: one),
        "of two biases the first is left out": with_bias(lambda one, other: other),
        "the recurrent bias is left out at the first step": later,
    }
    return _told(subject, trial, LSTM(UNITS, return_sequences=True, recurrent_bias=True), told)


LIMIT = 0.25


def projection_limit(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """A limit of the projection that is ignored, or acts in another place."""

    def cut(a: Array) -> Array:
        inside: Array = np.clip(a, -LIMIT, LIMIT)
        return inside

    def by(
        inside: Callable[[Array], Array],
        outside: Callable[[Array], Array] = lambda h: h,
        cell: Callable[[Array], Array] = lambda c: c,
    ) -> Callable[[list[Array], Array], Array]:
        def outputs(weights: list[Array], x: Array) -> Array:
            *usual, kernel = (np.asarray(one, np.float64) for one in weights)
            state = np.zeros((ROWS, ONTO)), np.zeros((ROWS, UNITS))
            return outside(
                run(
                    usual,
                    x,
                    state,
                    output=lambda o, squashed, c, before: inside((o * squashed) @ kernel),
                    cell=lambda i, f, g, c: cell(f * c + i * g),
                ).outputs
            )

        return outputs

    layer = LSTM(UNITS, return_sequences=True, projection=ONTO, projection_clip=LIMIT)
    told = {
        "": by(cut),
        "the limit of the projection is ignored": by(lambda h: h),
        "the limit of the projection cuts off the output, not the h of the next step": by(
            lambda h: h, cut
        ),
        "the limit of the projection cuts off the cell state": by(lambda h: h, cell=cut),
        "the limit of the projection cuts off the cell state, too": by(cut, cell=cut),
    }
    return _told(subject, trial, layer, told)
