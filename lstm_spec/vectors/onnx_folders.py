"""Test cases in the form of the ONNX backend tests, for what the ONNX operator LSTM can express.

Each is a folder with ``model.onnx`` (a single LSTM node) and ``test_data_set_0`` with
``input_N.pb`` and ``output_N.pb``. The operator's conventions: time-major input (time, batch,
features); W (directions, 4 units, features) and R (directions, 4 units, units) with gates in the
order input, output, forget, cell; two biases side by side, (directions, 8 units); beyond the length
of a row its outputs are zero. Both biases are filled, so an engine that adds one of them is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec import tolerances
from lstm_spec.contract import Array, Implementation
from lstm_spec.model import LSTM, Activation, Bidirectional, ModelSpec
from lstm_spec.vectors import files
from lstm_spec.vectors.case import FEATURES, ROWS, STEPS, UNITS, Draw

OPSET, IR_VERSION = 14, 8
"""The newest definition of the operator, and a file version that readers of 2021 know."""

LENGTHS = (5, 2, 3)
DATA_SET = "test_data_set_0"

ROUNDED = 2.0**-23
"""How far two float64 results near one may be apart once they are rounded to float32."""


@dataclass(frozen=True)
class NodeCase:
    """One LSTM node, and which of its optional inputs are given."""

    name: str
    title: str
    clauses: tuple[str, ...]
    direction: str = "forward"
    has_bias: bool = True
    has_lengths: bool = False
    has_states: bool = True
    gate: Activation = "sigmoid"
    has_peepholes: bool = False
    clip: float = 0.0
    coupled: bool = False

    @property
    def path(self) -> str:
        """Its folder; the runner of ONNX wants such names."""
        return f"onnx/test_lstm_{self.name.replace('-', '_')}"

    def draw(self, seed: int) -> Draw:
        """Its random numbers."""
        return Draw(seed, f"onnx/{self.name}")

    @property
    def directions(self) -> int:
        """How many directions the node has."""
        return 2 if self.direction == "bidirectional" else 1

    @property
    def spec(self) -> ModelSpec:
        """The same layer as the oracle builds it."""
        layer = LSTM(
            UNITS,
            return_sequences=True,
            recurrent_activation=self.gate,
            use_bias=self.has_bias,
            go_backwards=self.direction == "reverse",
            peephole=self.has_peepholes,
            gate_clip=self.clip,
            coupled_gates=self.coupled,
        )
        if self.direction == "bidirectional":
            return ModelSpec((Bidirectional(layer),), FEATURES)
        return ModelSpec((layer,), FEATURES)


PLAIN = NodeCase("forward", "From a state of zero.", ("CELL-11", "SEQ-01"), has_states=False)
GIVEN = NodeCase("forward-initial-state", "From given h and c.", ("SEQ-13", "SEQ-15"))
NODES = (
    PLAIN,
    GIVEN,
    replace(
        PLAIN, name="forward-no-bias", title="Without B.", clauses=("CELL-16",), has_bias=False
    ),
    replace(
        GIVEN,
        name="reverse",
        title="Backwards; outputs stand in the order of time.",
        clauses=("SEQ-19", "SEQ-21"),
        direction="reverse",
    ),
    replace(
        GIVEN,
        name="bidirectional",
        title="Both directions, each with its own weights and states.",
        clauses=("SEQ-22", "SEQ-24"),
        direction="bidirectional",
    ),
    replace(
        GIVEN,
        name="forward-lengths",
        title="Rows of five, two and three steps.",
        clauses=("MASK-01", "MASK-02", "MASK-25"),
        has_lengths=True,
    ),
    replace(
        GIVEN,
        name="reverse-lengths",
        title="Backwards from the last valid step of each row.",
        clauses=("MASK-19", "MASK-23"),
        direction="reverse",
        has_lengths=True,
    ),
    replace(
        GIVEN,
        name="bidirectional-lengths",
        title="Both directions over rows of five, two and three steps.",
        clauses=("MASK-21", "MASK-22", "MASK-23"),
        direction="bidirectional",
        has_lengths=True,
    ),
    replace(
        GIVEN,
        name="hard-sigmoid-keras2",
        title="HardSigmoid with alpha 0.2.",
        clauses=("CELL-21",),
        gate="hard_sigmoid_keras2",
    ),
    replace(
        GIVEN,
        name="hard-sigmoid-keras3",
        title="HardSigmoid with alpha 1/6.",
        clauses=("CELL-22",),
        gate="hard_sigmoid_keras3",
    ),
    replace(
        GIVEN,
        name="forward-peepholes",
        title="With P: the output gate sees the cell state after the step.",
        clauses=("CELL-250", "CELL-251", "CELL-252"),
        has_peepholes=True,
    ),
    replace(
        GIVEN,
        name="bidirectional-peepholes",
        title="With P, both directions.",
        clauses=("SEQ-250",),
        direction="bidirectional",
        has_peepholes=True,
    ),
    replace(
        GIVEN,
        name="forward-lengths-peepholes",
        title="With P, over rows of five, two and three steps.",
        clauses=("MASK-250",),
        has_lengths=True,
        has_peepholes=True,
    ),
    replace(
        GIVEN,
        name="forward-clip",
        title="With clip: what enters the gates is cut off at 0.5, the cell state is not.",
        clauses=("CELL-256",),
        clip=0.5,
    ),
    replace(
        GIVEN,
        name="forward-input-forget",
        title="With input_forget: the forget gate is one minus the input gate.",
        clauses=("CELL-259",),
        coupled=True,
    ),
)

ALPHA = {"hard_sigmoid_keras2": 0.2, "hard_sigmoid_keras3": 1.0 / 6.0}


def in_onnx_order(columns: Array) -> Array:
    """Blocks i, f, c, o of the last axis in the order i, o, f, c."""
    i, f, c, o = np.split(columns, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)


def peepholes_in_onnx_order(peepholes: Array) -> Array:
    """Blocks i, f, o in the order i, o, f."""
    i, f, o = np.split(peepholes, 3)
    return np.concatenate([i, o, f])


def arrays(node: NodeCase, draw: Draw, oracle: Implementation) -> tuple[Any, Any]:
    """Inputs and outputs of the node by name, as float32 (lengths as int32)."""
    weights, x, states = draw.weights(node.spec), draw.x(), draw.states(node.spec)
    mask = np.arange(STEPS) < np.array(LENGTHS)[:, None] if node.has_lengths else None
    inputs = {"X": x.swapaxes(0, 1)}
    count = 2 + node.has_bias + node.has_peepholes
    groups = [weights[k : k + count] for k in range(0, len(weights), count)]
    inputs["W"] = np.array([in_onnx_order(group[0]).T for group in groups])
    inputs["R"] = np.array([in_onnx_order(group[1]).T for group in groups])
    if node.has_bias:
        recurrent = [draw.array(4 * UNITS) for _ in groups]
        inputs["B"] = np.array(
            [
                np.concatenate([in_onnx_order(group[2]) - half, half])
                for group, half in zip(groups, recurrent, strict=True)
            ]
        )
    if node.has_lengths:
        inputs["sequence_lens"] = np.array(LENGTHS, np.int32)
    if node.has_states:
        inputs["initial_h"] = np.array([h for h, _ in states])
        inputs["initial_c"] = np.array([c for _, c in states])
    if node.has_peepholes:
        inputs["P"] = np.array([peepholes_in_onnx_order(group[-1]) for group in groups])
    model = oracle.build(node.spec)
    model.set_weights(weights)
    given = states if node.has_states else None
    outputs, final = model.call(x, mask=mask, initial_state=given)
    if node.direction == "reverse":
        outputs = outputs[:, ::-1]
    if mask is not None:
        outputs = np.where(mask[:, :, None], outputs, 0.0)
    halves = outputs.reshape(ROWS, STEPS, node.directions, UNITS)
    results = {
        "Y": halves.transpose(1, 2, 0, 3),
        "Y_h": np.array([h for h, _ in final or []]),
        "Y_c": np.array([c for _, c in final or []]),
    }
    return (
        {
            name: one if one.dtype == np.int32 else one.astype(np.float32)
            for name, one in inputs.items()
        },
        {name: one.astype(np.float32) for name, one in results.items()},
    )


def model_proto(node: NodeCase, inputs: dict[str, Array], outputs: dict[str, Array]) -> Any:
    """A model of one node; raises onnx's own error if it is not valid."""
    from onnx import checker, helper

    names = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    used = [name if name in inputs else "" for name in names]
    while not used[-1]:
        used.pop()
    attributes: dict[str, Any] = {"hidden_size": UNITS, "direction": node.direction}
    if node.gate in ALPHA:
        each = ["HardSigmoid", "Tanh", "Tanh"]
        attributes["activations"] = each * node.directions
        attributes["activation_alpha"] = [ALPHA[node.gate]] * node.directions
        attributes["activation_beta"] = [0.5] * node.directions
    if node.clip:
        attributes["clip"] = node.clip
    if node.coupled:
        attributes["input_forget"] = 1
    lstm = helper.make_node("LSTM", used, list(outputs), **attributes)
    graph = helper.make_graph(
        [lstm],
        node.name,
        [_described(name, one) for name, one in inputs.items()],
        [_described(name, one) for name, one in outputs.items()],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="lstm-spec",
    )
    checker.check_model(model, full_check=True)
    return model


def _described(name: str, values: Array) -> Any:
    from onnx import helper

    return helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(values.dtype), values.shape
    )


def is_available() -> bool:
    """Whether onnx is installed."""
    try:
        import onnx  # noqa: F401
    except ImportError:
        return False
    return True


Prepared = tuple[NodeCase, dict[str, Array], dict[str, Array]]
"""A node with its inputs and outputs."""


def prepared(seed: int, oracle: Implementation, second: Implementation) -> list[Prepared]:
    """Every node, computed by the oracle and confirmed by the second engine.

    Raises NotConfirmed where the two differ.
    """
    made = []
    for node in NODES:
        inputs, outputs = arrays(node, node.draw(seed), oracle)
        _, confirmed = arrays(node, node.draw(seed), second)
        for name, values in outputs.items():
            if np.abs(values - confirmed[name]).max() > ROUNDED:
                raise files.NotConfirmed(f"{node.path}: {second.name} does not confirm {name}")
        made.append((node, inputs, outputs))
    return made


def write(folder: Path, cases: list[Prepared]) -> list[dict[str, Any]]:
    """Write every case to its folder below ``folder``; what the manifest says of them."""
    return [_folder(folder, *one) for one in cases]


def _folder(
    folder: Path, node: NodeCase, inputs: dict[str, Array], outputs: dict[str, Array]
) -> dict[str, Any]:
    from onnx import numpy_helper

    written = {"model.onnx": model_proto(node, inputs, outputs)}
    for kind, those in (("input", inputs), ("output", outputs)):
        for number, (tensor, values) in enumerate(those.items()):
            path = f"{DATA_SET}/{kind}_{number}.pb"
            written[path] = numpy_helper.from_array(np.ascontiguousarray(values), tensor)
    listed: list[dict[str, str]] = []
    for path, proto in written.items():
        target = folder / node.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(proto.SerializeToString(deterministic=True))
        listed.append({"path": f"{node.path}/{path}", "sha256": files.digest(target)})
    return {
        "path": node.path,
        "title": node.title,
        "clauses": list(node.clauses),
        "inputs": list(inputs),
        "outputs": list(outputs),
        "tolerance": tolerances.FORWARD,
        "files": listed,
    }
