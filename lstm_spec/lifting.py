"""The smallest way in: a pure function becomes an implementation.

    from lstm_spec import lift

    def run(x, weights, state):       # (batch, time, features), [kernel, recurrent, bias], (h, c)
        ...                           # your engine
        return outputs, (h, c)        # every step's h: (batch, time, units)

    implementation = lift(run, name="my engine")

``lstm-spec verify my_module:implementation`` then checks every clause that asks for no more than
one forward pass from a given state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lstm_spec.contract import Array, CallResult, Capability, States, Unsupported, refuse_unmapped
from lstm_spec.model import LSTM, ModelSpec

if TYPE_CHECKING:  # so that a worker of Python 3.7 can import this file as well
    Run = Callable[[Array, list[Array], tuple[Array, Array]], tuple[Array, tuple[Array, Array]]]
    """``run(x, weights, (h, c)) -> (outputs of every step, (h, c))``."""


class Lifted:
    """An implementation made of one function; see ``lift``."""

    capabilities = frozenset({Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE})
    maps = {  # noqa: RUF012
        "ModelSpec": ("layers", "features", "batch_size", "time_steps", "loss", "optimizer"),
        "LSTM": ("units", "return_sequences"),
        # They cannot matter to a function that does not learn, but they must be known.
        "loss": ("mse", "categorical_crossentropy"),
        "SGD": ("learning_rate",),
        "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
    }

    def __init__(self, run: Run, name: str, version: str) -> None:
        self.run, self.name, self.version = run, name, version

    def build(self, model: ModelSpec) -> LiftedModel:
        """A model of one forward LSTM layer with standard activations."""
        refuse_unmapped(model, self.maps, "a lifted function, which is one plain float32 LSTM,")
        if len(model.layers) > 1:
            raise Unsupported("a lifted function is one LSTM layer")
        return LiftedModel(self.run, model, model.recurrent_layers[0])


class LiftedModel:
    """Weights and a function; it keeps no state of its own."""

    def __init__(self, run: Run, spec: ModelSpec, layer: LSTM) -> None:
        self.run, self.spec, self.layer = run, spec, layer
        self.weights = [np.zeros(shape, spec.dtype) for shape in spec.weight_shapes]

    def get_weights(self) -> list[Array]:
        """Copies of kernel, recurrent kernel and bias."""
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Copy kernel, recurrent kernel and bias in; ValueError for a wrong shape."""
        given = [np.array(weight, self.spec.dtype) for weight in weights]
        shapes = tuple(weight.shape for weight in given)
        if shapes != self.spec.weight_shapes:
            raise ValueError(f"expected weights of shapes {self.spec.weight_shapes}, got {shapes}")
        self.weights = given

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """Run the function from the given state or from zero."""
        if mask is not None:
            raise Unsupported("a lifted function takes no mask")
        if x.ndim != 3 or x.shape[2] != self.spec.features or 0 in x.shape:
            raise ValueError(
                f"x has the shape {x.shape}, expected (batch, time, {self.spec.features}) with at "
                "least one row and one step"
            )
        if self.spec.time_steps not in (None, x.shape[1]):
            steps = self.spec.time_steps
            raise ValueError(f"x has {x.shape[1]} time steps, the model was built for {steps}")
        zero = np.zeros((len(x), self.layer.units), self.spec.dtype)
        state = (zero, zero) if initial_state is None else initial_state[0]
        if any(part.shape != zero.shape for part in state):
            raise ValueError(f"an initial state for {x.shape} has two parts of shape {zero.shape}")
        outputs, final = self.run(x, self.get_weights(), state)
        return CallResult(outputs if self.layer.return_sequences else outputs[:, -1], [final])


def lift(run: Run, name: str, version: str = "0") -> Lifted:
    """Make an implementation of ``run(x, weights, (h, c)) -> (outputs, (h, c))``.

    x is (batch, time, features), weights are [kernel (features, 4 units), recurrent kernel
    (units, 4 units), bias (4 units)] with gates in the order input, forget, cell, output;
    outputs are (batch, time, units), h and c (batch, units). An input, a weight or a state of
    another shape is rejected before ``run`` sees it.
    """
    return Lifted(run, name, version)
