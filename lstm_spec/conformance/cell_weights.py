"""How many weights a model has, their shapes, and their values in a new model."""

from __future__ import annotations

from functools import partial

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.methods import METHODS, one_layer
from lstm_spec.conformance.support.refusals import broadcast, one_off
from lstm_spec.conformance.support.special_paths import ordinary_paths
from lstm_spec.contract import Capability, Implementation, on_path
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec, Shape

KERAS = "Keras LSTM: unit_forget_bias=True, glorot_uniform, orthogonal"


def has_shapes(
    subject: Implementation, trial: Trial, spec: ModelSpec, expected: list[Shape], count: int
) -> None:
    """Check that the new weights have these shapes, written out by hand, and this many numbers in
    total.
    """
    weights = subject.build(spec).get_weights()
    shapes = [weight.shape for weight in weights]
    trial.assert_that(shapes == expected, f"weights: expected shapes {expected}, got {shapes}")
    total = sum(weight.size for weight in weights)
    trial.assert_that(total == count, f"parameters: expected {count}, got {total}")


@clause(
    "CELL-34",
    "LSTM(16) over 100 features has weights of shapes (100, 64), (16, 64) and (64,): 7488 numbers.",
    source="documents: echo-notebook, printed weight shapes",
    strength=Strength.CLAIM,
    confirms="The weights of the echo layer have the shapes (100, 64), (16, 64) and (64,).",
)
def the_echo_layer_has_the_published_weight_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The number is 4 (F U + U U + U). A second bias per gate would add 64 numbers, peepholes would
    add 48.
    """
    spec = ModelSpec((LSTM(16, return_sequences=True),), features=100)
    has_shapes(subject, trial, spec, [(100, 64), (16, 64), (64,)], 7488)


@clause(
    "CELL-35",
    "The weights of several layers are listed in the order of the layers.",
    source="Keras get_weights",
    needs=(Capability.FORWARD, Capability.LAYERS),
)
def weights_follow_the_order_of_the_layers(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model has two LSTM layers and a Dense layer, and no two shapes are equal: 4 (3*4 + 4*4 +
    4) + 4 (4*5 + 5*5 + 5) + 5*6 + 6 = 364.
    """
    layers = (LSTM(4, return_sequences=True), LSTM(5), Dense(6))
    expected: list[Shape] = [(3, 16), (4, 16), (16,), (4, 20), (5, 20), (20,), (5, 6), (6,)]
    has_shapes(subject, trial, ModelSpec(layers, features=3), expected, 364)


@clause(
    "CELL-36",
    "A bidirectional layer lists the weights of its forward layer, then those of its backward "
    "layer.",
    source="Keras Bidirectional",
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def a_bidirectional_layer_has_two_sets_of_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Shapes alone cannot distinguish the two directions; the SEQ clauses compare their values."""
    spec = ModelSpec((Bidirectional(LSTM(4)),), features=3)
    has_shapes(subject, trial, spec, [(3, 16), (4, 16), (16,)] * 2, 256)


@clause(
    "CELL-37",
    "The bias of a new layer is one for the forget gate and zero for the other gates.",
    source="Jozefowicz, Zaremba & Sutskever 2015; Keras unit_forget_bias=True",
    needs=(Capability.FORWARD, Capability.TRAIN),
    strength=Strength.SHOULD,
)
def the_forget_bias_of_a_new_layer_is_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """New weights matter to anyone who trains; an engine that only runs given weights has none.

    With forget_bias=False the whole bias starts at zero.
    """
    for forget_bias in (True, False):
        spec = ModelSpec((LSTM(4, forget_bias=forget_bias),), features=3)
        expected = np.repeat([0.0, float(forget_bias), 0.0, 0.0], 4)
        bias = subject.build(spec).get_weights()[2]
        trial.assert_close(bias, expected, f"bias of a new layer with forget_bias={forget_bias}")


@clause(
    "CELL-38",
    "No two units start with the same weights.",
    source=KERAS,
    needs=(Capability.FORWARD, Capability.TRAIN),
)
def new_units_differ_from_each_other(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Units that start with equal weights get equal gradients and stay equal for ever. On each path
    that an implementation names, a layer draws its own.
    """
    ways = {"": subject}
    ways |= {f" on the path {path!r}": on_path(subject, path) for path in ordinary_paths(subject)}
    for where, one in ways.items():
        kernel, recurrent, _ = one.build(ModelSpec((LSTM(5),), 3, time_steps=2)).get_weights()
        for name, weight in (("kernel", kernel), ("recurrent kernel", recurrent)):
            finite = bool(np.isfinite(weight).all())
            trial.assert_that(finite, f"new {name}{where}: expected finite numbers")
            columns, wanted = np.unique(weight, axis=1).shape[1], weight.shape[1]
            what = f"new {name}{where}: expected {wanted} different columns, got {columns}"
            trial.assert_that(columns == wanted, what)


@clause(
    "CELL-60",
    "Weights of a wrong shape are rejected before any weight changes.",
    source="the contract of set_weights; a half-set model is neither the old one nor the new",
    needs=(Capability.FORWARD,),
)
def weights_of_a_wrong_shape_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Only the last array has a wrong shape. An engine that copies the arrays before it has checked
    all of them has already changed the others.
    """
    spec = ModelSpec((LSTM(4, return_sequences=True),), features=3)
    model = trial.model(subject, spec, trial.weights(spec))
    x = trial.array(2, 5, 3)
    before = model.call(x).outputs
    *right, bias = trial.weights(spec)
    attempts = {"a bias of 15 instead of 16": [*right, bias[:-1]], "no bias": right}
    for what, weights in attempts.items():
        trial.assert_refused(model, lambda given=weights: model.set_weights(given), what)  # type: ignore[misc]
        trial.assert_equal(model.call(x).outputs, before, f"the call after {what}")


@clause(
    "CELL-100",
    "set_weights rejects a kernel, recurrent kernel or bias that is one longer or shorter on any "
    "axis, or that it would have to broadcast.",
    source="contract: what is rejected; set_weights",
)
def each_weight_of_another_shape_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The other arrays are those that the model has already: whether they are set by then is the
    question of CELL-60.
    """
    spec, method = one_layer(subject), METHODS["set_weights"]
    given = method.draw(trial)
    model = trial.model(subject, spec, list(given.values()))
    for argument in method.takes:
        for shapes in (one_off, broadcast):
            for words, other in shapes(method, argument, given[argument]):
                attempt = partial(method.run, model, {**given, argument: other})
                trial.assert_refused(model, attempt, f"a {argument} of {words}")
