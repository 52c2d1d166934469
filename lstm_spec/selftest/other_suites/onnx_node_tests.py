"""The ONNX backend node tests of the operator LSTM, as the installed package ``onnx`` makes them.

    python -m lstm_spec.selftest.other_suites.onnx_node_tests

writes them beside the other suites, in a checkout.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, Bidirectional, ModelSpec
from lstm_spec.model.json_form import to_json
from lstm_spec.output import targets
from lstm_spec.vectors import files
from lstm_spec.vectors.case import call
from lstm_spec.vectors.needs import needs, unusual_fields

FILE = Path(__file__).with_name("data") / "onnx.json"

PARTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")
BLOCKS = {4: (0, 2, 3, 1), 3: (0, 2, 1)}
"""Where the blocks i, f, c, o of this package stand in i, o, f, c; and i, f, o in i, o, f."""


def suite() -> dict[str, Any]:
    """The data of the suite. Needs onnx, and raises ValueError for a test that it cannot say."""
    import onnx
    from onnx.backend.test.case.node import collect_testcases

    cases = [_case(one) for one in collect_testcases("LSTM")]
    return {
        "name": "ONNX",
        "tests": "onnx/backend/test/case/node/lstm.py",
        "address": "https://github.com/onnx/onnx/blob/main/onnx/backend/test/case/node/lstm.py",
        "version": f"onnx {onnx.__version__}",
        "licence": "Apache-2.0",
        "compares": "Y, Y_h and Y_c where a test has them, to 1e-3 relative and 1e-7.",
        "left_out": "",
        "drawn": False,
        "cases": cases,
    }


def _case(test: Any) -> dict[str, Any]:
    """One node test in the layout of this package."""
    from onnx import helper

    (node,) = test.model.graph.node
    (given, expected), *_ = test.data_sets
    inputs = dict(zip([one for one in node.input if one], given, strict=True))
    by_part = {
        part: np.asarray(inputs[name], float)
        for part, name in zip(PARTS, node.input, strict=False)
        if name
    }
    names = [part for part, one in zip(("Y", "Y_h", "Y_c"), node.output, strict=False) if one]
    outputs = dict(zip(names, expected, strict=True))
    attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    units = attributes.pop("hidden_size")
    direction = attributes.pop("direction", b"forward").decode()
    batch_first = bool(attributes.pop("layout", 0))
    if attributes or ("sequence_lens" in by_part and len(set(by_part["sequence_lens"])) > 1):
        raise ValueError(f"{test.name} has more than is read here: {sorted(attributes)}")
    layer = LSTM(
        units,
        return_sequences=True,
        use_bias="B" in by_part,
        peephole="P" in by_part,
        go_backwards=direction == "reverse",
    )
    both = direction == "bidirectional"
    spec = ModelSpec((Bidirectional(layer) if both else layer,), by_part["W"].shape[2])
    x = by_part["X"] if batch_first else by_part["X"].swapaxes(0, 1)
    states = None
    if "initial_h" in by_part:
        pairs = [by_part["initial_h"], by_part["initial_c"]]
        if batch_first:
            pairs = [one.swapaxes(0, 1) for one in pairs]
        states = list(zip(*pairs, strict=True))
    operation = call(x, None, states)
    operation["expect"] = _expected(outputs, batch_first, direction == "reverse")
    made: dict[str, Any] = files.plain(
        {
            "id": test.name,
            "needs": sorted({*map(str, needs(spec, [operation])), *unusual_fields(spec)}),
            "atol": test.atol,
            "rtol": test.rtol,
            "model": to_json(spec),
            "weights": list(_weights(by_part)),
            "operations": [operation],
        }
    )
    return made


def _weights(parts: dict[str, Array]) -> Iterator[Array]:
    """Kernel, recurrent kernel, bias and peepholes of every direction."""
    for k in range(len(parts["W"])):
        yield _in_our_order(parts["W"][k], 4).T
        yield _in_our_order(parts["R"][k], 4).T
        if "B" in parts:
            yield _in_our_order(np.add(*np.split(parts["B"][k], 2)), 4)
        if "P" in parts:
            yield _in_our_order(parts["P"][k], 3)


def _in_our_order(rows: Array, blocks: int) -> Array:
    split = np.split(rows, blocks)
    return np.concatenate([split[k] for k in BLOCKS[blocks]])


def _expected(outputs: dict[str, Array], batch_first: bool, reverse: bool) -> dict[str, Any]:
    """Outputs in our order of axes, and of the states what a test has."""
    expected: dict[str, Any] = {}
    if "Y" in outputs:
        y = outputs["Y"] if batch_first else outputs["Y"].transpose(2, 0, 1, 3)
        merged = y.reshape(*y.shape[:2], -1)
        expected["outputs"] = merged[:, ::-1] if reverse else merged
    parts = {letter: outputs[f"Y_{letter}"] for letter in "hc" if f"Y_{letter}" in outputs}
    if parts:
        if batch_first:
            parts = {letter: one.swapaxes(0, 1) for letter, one in parts.items()}
        directions = range(len(next(iter(parts.values()))))
        expected["states"] = [{name: one[k] for name, one in parts.items()} for k in directions]
    return expected


if __name__ == "__main__":
    targets.write(files.as_text(suite()) + "\n", FILE)
