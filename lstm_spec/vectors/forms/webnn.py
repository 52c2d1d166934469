"""Test data in the form of the WebNN platform tests, for the operators ``lstm`` and ``lstmCell``.

Every test has a ``graph`` with ``inputs``, ``operators`` and ``expectedOutputs``, as the tests in
``webnn/conformance_tests`` have it. WebNN takes the arrays of the ONNX operator with the two biases
apart, and the gates in one of two orders. There is no test with peepholes: in WebNN the output gate
sees the cell state before the step, in ONNX and here the one after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from lstm_spec import tolerances
from lstm_spec.contract import Array
from lstm_spec.vectors import files
from lstm_spec.vectors.case import STEPS, UNITS
from lstm_spec.vectors.effects import Cases
from lstm_spec.vectors.onnx_folders import NodeCase, Prepared, in_onnx_order
from lstm_spec.vectors.replay import array

NAME = "lstm_vectors.json"

DIRECTIONS = {"forward": "forward", "reverse": "backward", "bidirectional": "both"}
LAYOUTS = ("iofg", "ifgo")

ONE_STEP = "forward/one-step"
"""The case of one step from given states."""


def expresses(node: NodeCase) -> bool:
    """Whether WebNN has all that the node has."""
    more = node.has_lengths or node.clip or node.coupled or node.has_peepholes
    return not more and node.gate == "sigmoid"


def written(cases: Cases, nodes: Iterable[Prepared]) -> tuple[dict[str, str], int]:
    """The tests with the tolerance that they are for, as JSON by its name; how many there are."""
    chosen = [one for one in nodes if expresses(one[0])]
    by_name = {case["id"]: case for case in cases}
    tests: list[dict[str, Any]] = []
    for layout in LAYOUTS:
        tests += [_sequence(*one, layout) for one in chosen]
        if ONE_STEP in by_name:
            tests.append(_cell(by_name[ONE_STEP], layout))
    tolerance = {"metricType": "ATOL", "value": tolerances.FORWARD}
    text = files.as_text(files.plain({"tolerance": tolerance, "tests": tests})) + "\n"
    return {NAME: text}, len(tests)


def _sequence(
    node: NodeCase, inputs: Mapping[str, Array], outputs: Mapping[str, Array], layout: str
) -> dict[str, Any]:
    """The operator ``lstm`` on one node."""
    required = {
        "input": inputs["X"],
        "weight": _in_layout(inputs["W"], layout),
        "recurrentWeight": _in_layout(inputs["R"], layout),
    }
    optional: dict[str, Array] = {}
    if node.has_bias:
        bias, recurrent = np.split(inputs["B"][..., None], 2, axis=1)
        optional["bias"] = _in_layout(bias, layout)[..., 0]
        optional["recurrentBias"] = _in_layout(recurrent, layout)[..., 0]
    if node.has_states:
        optional["initialHiddenState"] = inputs["initial_h"]
        optional["initialCellState"] = inputs["initial_c"]
    options = {"direction": DIRECTIONS[node.direction], "returnSequence": True, "layout": layout}
    sizes = {"steps": STEPS, "hiddenSize": UNITS}
    expected = {"hidden": outputs["Y_h"], "cell": outputs["Y_c"], "sequence": outputs["Y"]}
    return _test(f"lstm {node.name}", required, sizes, optional, options, expected)


def _cell(case: Mapping[str, Any], layout: str) -> dict[str, Any]:
    """The operator ``lstmCell`` on the case of one step."""
    (operation,) = case["operations"]
    given, after = operation["given"], operation["expect"]["states"][0]
    (before,) = given["initial_state"]
    kernel, recurrent, bias = (in_onnx_order(array(one)) for one in case["weights"])
    required = {
        "input": array(given["x"])[:, 0],
        "weight": _in_layout(kernel.T[None], layout)[0],
        "recurrentWeight": _in_layout(recurrent.T[None], layout)[0],
        "hiddenState": array(before["h"]),
        "cellState": array(before["c"]),
    }
    optional = {"bias": _in_layout(bias[None, :, None], layout)[0, :, 0]}
    expected = {"hidden": array(after["h"]), "cell": array(after["c"])}
    name = f"lstmCell {case['id']}"
    return _test(name, required, {"hiddenSize": UNITS}, optional, {"layout": layout}, expected)


def _in_layout(rows: Array, layout: str) -> Array:
    """Blocks i, o, f, g of the middle axis in the order of the layout."""
    blocks = dict(zip("iofg", np.split(rows, 4, axis=1), strict=True))
    return np.concatenate([blocks[letter] for letter in layout], axis=1)


def _test(
    name: str,
    required: Mapping[str, Array],
    sizes: Mapping[str, int],
    optional: Mapping[str, Array],
    options: Mapping[str, Any],
    expected: Mapping[str, Array],
) -> dict[str, Any]:
    """One test; operands are called by the parameter that they are given to."""
    operator = name.split()[0]
    constant = set(required) | set(optional)
    constant -= {"input", "hiddenState", "cellState", "initialHiddenState", "initialCellState"}
    arguments: list[dict[str, Any]] = [{one: one} for one in required]
    arguments += [{key: value} for key, value in sizes.items()]
    arguments.append({"options": {one: one for one in optional} | dict(options)})
    return {
        "name": f"{name} layout={options['layout']}",
        "graph": {
            "inputs": dict(_operands({**required, **optional}, constant)),
            "operators": [{"name": operator, "arguments": arguments, "outputs": list(expected)}],
            "expectedOutputs": dict(_operands(expected, ())),
        },
    }


def _operands(
    arrays: Mapping[str, Array], constant: Iterable[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, values in arrays.items():
        described = {"shape": list(values.shape), "dataType": "float32"}
        operand = {"data": values.astype(np.float32).ravel().tolist(), "descriptor": described}
        yield name, operand | ({"constant": True} if name in constant else {})
