"""Flax nnx: an LSTMCell in an RNN, which knows lengths, and two of them in a Bidirectional.

Parts are in the canonical layout; the blocks of the gates are taken apart where a cell is made.
"""

from __future__ import annotations

import flax
import jax
import jax.numpy as jnp
from flax import nnx

from lstm_spec.contract import Refused
from lstm_spec.model import Bidirectional
from reference.adapters.support.adapter import MAPS as SHARED
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.jax_activations import FUNCTIONS
from reference.adapters.support.jax_network import JaxNetwork
from reference.adapters.support.number_types import PURE, computed_in, kept_in

GATES = "ifgo"
OPTIMIZED = "OptimizedLSTMCell"
TIME_MAJOR = "time-major"
UNROLLED = "unrolled"
IN_THE_CALL = "options in the call"
INITIALISERS = "weights and states by initialisers"
TWO_AXES = "rows in two axes"
NARROWER = "computed in bfloat16, kept in float32"
PATHS = (OPTIMIZED, TIME_MAJOR, UNROLLED, IN_THE_CALL, INITIALISERS, TWO_AXES, NARROWER)

MERGE = {
    "concat": lambda a, b: jnp.concatenate([a, b], axis=-1),
    "sum": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "ave": lambda a, b: (a + b) / 2,
}


def in_turn(arrays):
    """An initialiser that gives these, one after the other."""
    waiting = list(arrays)
    return lambda key, shape, dtype: waiting.pop(0).astype(dtype)


class FlaxNetwork(JaxNetwork):
    """Two Linear layers for each gate, ii ... io without and hi ... ho with a bias."""

    library = "flax"

    def fresh(self, layer, width, key, **more):
        """A cell with weights of its own."""
        options = {
            "gate_fn": FUNCTIONS[layer.recurrent_activation],
            "activation_fn": FUNCTIONS[layer.activation],
            "dtype": jnp.dtype("bfloat16" if self.path == NARROWER else computed_in(self.spec)),
            "param_dtype": jnp.dtype(kept_in(self.spec)),
            "rngs": nnx.Rngs(key),
        }
        kind = nnx.OptimizedLSTMCell if self.path == OPTIMIZED else nnx.LSTMCell
        return kind(width, layer.units, **options, **more)

    def make_lstm(self, layer, width, key):
        keys = jax.random.split(key, len(layer.directions))
        cells = [self.fresh(one, width, k) for one, k in zip(layer.directions, keys)]
        return [array for cell in cells for array in whole(cell, self.path)]

    def cell(self, layer, width, arrays, state):
        """A cell with the given weights, and its carry (c, h) where a state is given."""
        blocks = [jnp.split(one, 4, axis=-1) for one in arrays]
        carry = (state[1], state[0]) if state else None
        if self.path == OPTIMIZED:
            blocks = [[one] for one in arrays]
        if self.path in (INITIALISERS, OPTIMIZED):
            names = ("kernel_init", "recurrent_kernel_init", "bias_init")
            options = {name: in_turn(of) for name, of in zip(names, blocks)}
            if carry:
                options["carry_init"] = in_turn(carry)
            return self.fresh(layer, width, 0, **options), None
        cell = self.fresh(layer, width, 0)
        for parameter, array in zip(parameters_of(cell), sum(blocks, [])):
            parameter[...] = array
        if carry and self.path == IN_THE_CALL:
            carry = cell.initialize_carry((len(carry[0]), width), nnx.Rngs(0), in_turn(carry))
        return cell, carry

    def to_library(self, layer, arrays):
        return arrays

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        both = isinstance(layer, Bidirectional)
        turned = self.path in (TIME_MAJOR, IN_THE_CALL)
        options = {"time_major": turned, "return_carry": True}
        said = {"seq_lengths": lengths}
        rnns, carries = [], []
        for number, one in enumerate(layer.directions):
            state = states[number] if states else None
            arrays = part[3 * number : 3 * number + 3]
            cell, carry = self.cell(one, x.shape[-1], arrays, state)
            own = dict(options)
            if one.go_backwards and not both:  # with lengths, only the order of time is its own
                own.update(reverse=True, keep_order=lengths is not None or self.path == IN_THE_CALL)
            if self.path == IN_THE_CALL and not both:
                said, own = dict(own, **said), {}
            rnns.append(nnx.RNN(cell, unroll=3 if self.path == UNROLLED else 1, **own))
            carries.append(carry)
        x = x.swapaxes(0, 1) if turned else x
        if self.path == TWO_AXES:
            x, carries = x[None], [one and tuple(part[None] for part in one) for one in carries]
            said = {"seq_lengths": None if lengths is None else lengths[None]}
        if both:
            merge = MERGE[layer.merge_mode]
            if self.path == IN_THE_CALL:
                said, options = dict(options, **said), {}
            rnn = nnx.Bidirectional(*rnns, merge_fn=merge, **options)
            given = tuple(carries) if carries[0] else None
            found, y = rnn(x, initial_carry=given, **said)
        else:
            found, y = rnns[0](x, initial_carry=carries[0], **said)
            found = [found]
        y = y.swapaxes(0, 1) if turned else y
        if self.path == TWO_AXES:
            y, found = y[0], [tuple(part[0] for part in one) for one in found]
            if found[0][0].ndim != 2:
                raise Refused(
                    f"flax gave final carries of {found[0][0].ndim + 1} axes in place of 3"
                )
        states = [(h, c) for c, h in found]
        first = layer.directions[0]
        if not first.return_sequences:
            return (merge(states[0][0], states[1][0]) if both else states[0][0]), states
        if first.go_backwards and (lengths is not None or self.path == IN_THE_CALL):
            y = jnp.flip(y, axis=1)
        return y, states


def parameters_of(cell):
    """Four kernels, four recurrent kernels, four biases, each in the order i f c o."""
    inputs = [getattr(cell, "i" + gate if gate != "f" else "if_") for gate in GATES]
    hidden = [getattr(cell, "h" + gate) for gate in GATES]
    return [one.kernel for one in inputs + hidden] + [one.bias for one in hidden]


def whole(cell, path):
    """The weights of a cell as three arrays."""
    if path == OPTIMIZED:
        return [one[...] for one in (cell.dense_i.kernel, cell.dense_h.kernel, cell.dense_h.bias)]
    blocks = [one[...] for one in parameters_of(cell)]
    return [jnp.concatenate(blocks[k : k + 4], axis=-1) for k in (0, 4, 8)]


CAN = "forward initial-state final-state layers mask-tail float64 gradients train clone"

# Carries no state: the carry (c, h) is the user's.
implementation = Adapter(
    name="flax",
    version=flax.__version__,
    model=FlaxNetwork,
    capabilities=CAN + " bidirectional go-backwards hard-sigmoid",
    maps={
        **SHARED,
        "ModelSpec": (*SHARED["ModelSpec"], "precision"),
        "ModelSpec.precision": PURE,
        "LSTM.activation": tuple(FUNCTIONS),
        "LSTM.recurrent_activation": tuple(FUNCTIONS),
        "Bidirectional": ("layer", "merge_mode"),
        "Bidirectional.merge_mode": tuple(MERGE),
    },
    paths=PATHS,
    backend="jax " + jax.__version__,
    padding_output="undefined",  # the cell runs on; only the carry is that of the last valid step
    adam_epsilon="after",
)
