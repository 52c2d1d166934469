"""Every method of a model with the arrays that it takes and returns: what the nets run over.

A net asks one question of each array of each method, so the methods stand here as data. The sizes
of all axes differ, so that an axis is known by its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Model, States
from lstm_spec.model import LSTM, SGD, AnyOptimizer, ModelSpec

ROWS, STEPS, FEATURES, UNITS = 3, 4, 5, 6

Arrays = Mapping[str, Array]
"""Arrays by their names in a message."""

AXES: Mapping[str, tuple[str, ...]] = {
    "x": ("rows", "steps", "features"),
    "y": ("rows", "steps", "units"),
    "mask": ("rows", "steps"),
    "initial h": ("rows", "units"),
    "initial c": ("rows", "units"),
    "h": ("rows of the model", "units"),
    "c": ("rows of the model", "units"),
    "kernel": ("features", "gates"),
    "recurrent kernel": ("units", "gates"),
    "bias": ("gates",),
    "validation x": ("validation rows", "validation steps", "features"),
    "validation y": ("validation rows", "validation steps", "units"),
}
"""What each axis of an argument is. Axes of the same name have the same length."""

OF_THE_MODEL = frozenset({"features", "units", "gates", "rows of the model"})
"""Lengths that the description fixes; the others are as long as the caller wants."""

WEIGHTS = ("kernel", "recurrent kernel", "bias")


@dataclass(frozen=True)
class Lengths:
    """How long the axes of one batch are."""

    rows: int = ROWS
    steps: int = STEPS
    features: int = FEATURES
    units: int = UNITS


USUAL = Lengths()


@dataclass(frozen=True)
class Method:
    """One way to use a model: the arrays that it takes, and how it is asked."""

    name: str
    needs: frozenset[Capability]
    takes: tuple[str, ...]
    run: Callable[[Model, Arrays], dict[str, Array]]
    batches: int = 1

    def draw(self, trial: Trial, of: Lengths = USUAL) -> dict[str, Array]:
        """Random arguments that fit each other and a description of these lengths."""
        lengths = {
            "rows": self.batches * of.rows,
            "validation rows": self.batches * of.rows,
            "rows of the model": of.rows,
            "steps": of.steps,
            "validation steps": of.steps,
            "features": of.features,
            "units": of.units,
            "gates": 4 * of.units,
        }
        shapes = {name: [lengths[axis] for axis in AXES[name]] for name in self.takes}
        return {
            name: _valid_steps(trial, *shape) if name == "mask" else trial.array(*shape, scale=0.5)
            for name, shape in shapes.items()
        }

    def bound_axes(self, argument: str) -> Iterator[int]:
        """The axes of an argument whose length the model or another argument fixes."""
        others = {axis for name in self.takes if name != argument for axis in AXES[name]}
        for position, axis in enumerate(AXES[argument]):
            if axis in OF_THE_MODEL or axis in others:
                yield position


def _valid_steps(trial: Trial, rows: int, steps: int) -> Array:
    """A random mask whose first steps are valid."""
    mask = trial.rng.random((rows, steps)) < 0.6
    mask[:, 0] = True
    return mask


def _given_states(arrays: Arrays) -> States | None:
    if "initial h" not in arrays:
        return None
    return [(arrays["initial h"], arrays["initial c"])]


def _call(model: Model, arrays: Arrays, training: bool = False) -> dict[str, Array]:
    mask = arrays.get("mask")
    call = model.call_in_training if training else model.call
    outputs, states = call(arrays["x"], mask=mask, initial_state=_given_states(arrays))
    if mask is not None and np.shape(outputs)[:2] == mask.shape:
        outputs = np.where(np.array(mask)[..., None], outputs, 0)  # the rest is a policy
    final = {} if states is None else {"final h": states[0][0], "final c": states[0][1]}
    return {"outputs": outputs, **final}


def _call_in_training(model: Model, arrays: Arrays) -> dict[str, Array]:
    return _call(model, arrays, training=True)  # none of these layers drops anything


def _predict(model: Model, arrays: Arrays) -> dict[str, Array]:
    return {"outputs": model.predict(arrays["x"], ROWS)}


def _predict_on_batch(model: Model, arrays: Arrays) -> dict[str, Array]:
    return {"outputs": model.predict_on_batch(arrays["x"])}


def _evaluate(model: Model, arrays: Arrays) -> dict[str, Array]:
    return {"loss": np.array(model.evaluate(arrays["x"], arrays["y"], ROWS)["loss"])}


def _test_on_batch(model: Model, arrays: Arrays) -> dict[str, Array]:
    return {"loss": np.array(model.test_on_batch(arrays["x"], arrays["y"])["loss"])}


def _train_on_batch(model: Model, arrays: Arrays) -> dict[str, Array]:
    return {"loss": np.array(model.train_on_batch(arrays["x"], arrays["y"])["loss"])}


def _gradients(model: Model, arrays: Arrays) -> dict[str, Array]:
    given = _given_states(arrays)
    loss, weights, x, _ = model.gradients(arrays["x"], arrays["y"], initial_state=given)
    of_weights = {f"gradient of the {name}": d for name, d in zip(WEIGHTS, weights, strict=True)}
    return {"loss": np.array(loss), **of_weights, "gradient with respect to x": x}


def _fit(model: Model, arrays: Arrays) -> dict[str, Array]:
    validation = None
    if "validation x" in arrays:
        validation = arrays["validation x"], arrays["validation y"]
    history = model.fit(
        arrays["x"],
        arrays["y"],
        batch_size=ROWS,
        epochs=1,
        shuffle=False,
        validation_data=validation,
    )
    return {name: np.array(figures) for name, figures in history.items()}


def _set_weights(model: Model, arrays: Arrays) -> dict[str, Array]:
    model.set_weights([arrays[name] for name in WEIGHTS])
    return {}


def _set_states(model: Model, arrays: Arrays) -> dict[str, Array]:
    model.set_states([(arrays["h"], arrays["c"])])
    return {}


def _method(
    name: str,
    needs: str,
    takes: tuple[str, ...],
    run: Callable[[Model, Arrays], dict[str, Array]],
    batches: int = 1,
) -> Method:
    return Method(name, frozenset(Capability(one) for one in needs.split()), takes, run, batches)


STARTING = ("initial h", "initial c")
VALIDATION = ("validation x", "validation y")

CALLING = ("call", "call_in_training")
CALLING_WITH_A_MASK = ("call with a mask", "call_in_training with a mask")
CALLING_FROM_A_STATE = ("call from a state", "call_in_training from a state")
"""What is asked of a call is asked of a call in training as well, of subjects that have it."""

METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        _method("call", "forward", ("x",), _call),
        _method("call with a mask", "forward mask", ("x", "mask"), _call),
        _method("call from a state", "forward initial-state", ("x", *STARTING), _call),
        _method("call_in_training", "dropout", ("x",), _call_in_training),
        _method("call_in_training with a mask", "dropout mask", ("x", "mask"), _call_in_training),
        _method(
            "call_in_training from a state",
            "dropout initial-state",
            ("x", *STARTING),
            _call_in_training,
        ),
        _method("predict", "predict", ("x",), _predict, 2),
        _method("predict_on_batch", "predict", ("x",), _predict_on_batch),
        _method("evaluate", "evaluate", ("x", "y"), _evaluate, 2),
        _method("test_on_batch", "evaluate", ("x", "y"), _test_on_batch),
        _method("gradients", "gradients", ("x", "y"), _gradients),
        _method(
            "gradients from a state", "gradients initial-state", ("x", "y", *STARTING), _gradients
        ),
        _method("train_on_batch", "train", ("x", "y"), _train_on_batch),
        _method("fit", "fit", ("x", "y"), _fit, 2),
        _method("fit with validation", "fit", ("x", "y", *VALIDATION), _fit, 2),
        _method("set_weights", "forward", WEIGHTS, _set_weights),
        _method("set_states", "stateful state-access", ("h", "c"), _set_states),
    )
}


def offered(subject: Implementation, *names: str) -> list[Method]:
    """Those of the named methods that the subject offers."""
    return [METHODS[name] for name in names if METHODS[name].needs <= subject.capabilities]


def one_layer(
    subject: Implementation,
    optimizer: AnyOptimizer | None = None,
    *,
    carrying: bool = True,
    sequences: bool = True,
) -> ModelSpec:
    """One layer that returns every step (or its last one), and carries its state if that is wanted
    and offered.
    """
    stateful = carrying and Capability.STATEFUL in subject.capabilities
    layer = LSTM(UNITS, return_sequences=sequences, stateful=stateful)
    batch_size = ROWS if stateful else None
    return ModelSpec((layer,), FEATURES, batch_size=batch_size, optimizer=optimizer or SGD(0.5))
