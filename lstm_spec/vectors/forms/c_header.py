"""A C header with the cases for one forward LSTM layer, for tests in C and C++ without a parser.

``lstm_vectors.h`` has every array as ``static const float`` and one table, ``lstm_cases``. Kernels
are (features, 4 units), with the blocks input, forget, cell and output side by side; a test that
needs another layout copies them into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Array, Capability
from lstm_spec.model import LSTM
from lstm_spec.model.json_form import from_json
from lstm_spec.vectors.effects import Cases
from lstm_spec.vectors.replay import array

NAME = "lstm_vectors.h"

NEEDS = frozenset(
    {Capability.FORWARD, Capability.INITIAL_STATE, Capability.FINAL_STATE, Capability.STATEFUL}
)
OPERATIONS = frozenset({"call", "reset_states"})

HEAD = """\
/* Test vectors for one LSTM layer, from lstm-spec (https://pypi.org/project/lstm-spec).
 * Licence: Apache-2.0. Written by: {command}
 *
 * For each case: set the weights, then do the operations in order. A call takes x (rows, steps,
 * features). It starts from h and c (rows, units) where they are given. Where they are NULL, it
 * starts from the carried state if the case is stateful, and else from zero. It must give outputs
 * (rows, steps, units), or of the last step alone (rows, units) if all_steps is 0, and final_h and
 * final_c (rows, units), each within the tolerance. A reset sets the carried state to zero.
 *
 * kernel (features, 4 units), recurrent (units, 4 units) and bias (4 units) hold, side by side, a
 * block of columns for the input, the forget, the cell and the output gate:
 *
 *     i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o);  g = tanh(z_g)
 *     c = f * c + i * g;  h = o * tanh(c)
 */
#ifndef LSTM_VECTORS_H
#define LSTM_VECTORS_H

#include <stddef.h>

typedef struct {{
    int is_reset, rows, steps;
    const float *x, *h, *c;
    const float *outputs, *final_h, *final_c;
}} lstm_operation;

typedef struct {{
    const char *id;
    int features, units, all_steps, stateful;
    const float *kernel, *recurrent, *bias;
    double tolerance;
    int count;
    const lstm_operation *operations;
}} lstm_case;
"""


def expresses(case: Mapping[str, Any]) -> bool:
    """Whether a case is about one plain LSTM layer that is called and reset."""
    if not case["model"] or not set(case["needs"]) <= NEEDS:
        return False
    layers = from_json(_described(case)).layers
    return (
        len(layers) == 1
        and isinstance(layers[0], LSTM)
        and {one["op"] for one in case["operations"]} <= OPERATIONS
    )


def written(cases: Cases, command: str) -> dict[str, str]:
    """The header by its name."""
    chosen = [case for case in cases if expresses(case)]
    parts = [HEAD.format(command=command)]
    for number, case in enumerate(chosen):
        parts.append("\n".join(_case(f"lstm_{number}", case)))
    rows = ",\n".join(_row(f"lstm_{number}", case) for number, case in enumerate(chosen))
    parts.append(f"static const lstm_case lstm_cases[] = {{\n{rows}\n}};")
    parts.append(f"enum {{ lstm_case_count = {len(chosen)} }};")
    return {NAME: "\n\n".join([*parts, "#endif"]) + "\n"}


def _described(case: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in case["model"].items() if name != "weight_names"}


def _case(name: str, case: Mapping[str, Any]) -> Iterator[str]:
    """The arrays of one case, and the list of its operations."""
    yield f"/* {case['id']}: {case['title']} */"
    for part, weight in zip(("kernel", "recurrent", "bias"), case["weights"], strict=True):
        yield _array(f"{name}_{part}", array(weight))
    rows = []
    for k, one in enumerate(case["operations"]):
        if one["op"] == "reset_states":
            rows.append("    {1, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL}")
            continue
        arrays = _of_a_call(one)
        for part, values in arrays.items():
            yield _array(f"{name}_{k}_{part}", values)
        x = arrays["x"]
        pointers = [
            f"{name}_{k}_{part}" if part in arrays else "NULL"
            for part in ("x", "h", "c", "outputs", "final_h", "final_c")
        ]
        rows.append(f"    {{0, {x.shape[0]}, {x.shape[1]}, {', '.join(pointers)}}}")
    yield f"static const lstm_operation {name}_operations[] = {{\n" + ",\n".join(rows) + "\n};"


def _of_a_call(operation: Mapping[str, Any]) -> dict[str, Array]:
    """The arrays of one call by the names that they have in the header."""
    given, expect = operation["given"], operation["expect"]
    arrays = {"x": array(given["x"])}
    if "initial_state" in given:
        arrays |= {part: array(given["initial_state"][0][part]) for part in "hc"}
    arrays["outputs"] = array(expect["outputs"])
    return arrays | {f"final_{part}": array(expect["states"][0][part]) for part in "hc"}


def _row(name: str, case: Mapping[str, Any]) -> str:
    layer, features = case["model"]["layers"][0], case["model"]["features"]
    numbers: Sequence[int] = (
        features,
        layer["units"],
        int(layer["return_sequences"]),
        int(layer["stateful"]),
    )
    return (
        f'    {{"{case["id"]}", {", ".join(map(str, numbers))}, '
        f"{name}_kernel, {name}_recurrent, {name}_bias, "
        f"{min(case['tolerance'].values())!r}, {len(case['operations'])}, {name}_operations}}"
    )


def _array(name: str, values: Array) -> str:
    """One array with a row of the matrix in each line."""
    flat = values.reshape(-1, values.shape[-1]).astype(np.float32)
    lines = [", ".join(map(_number, row)) for row in flat]
    return f"static const float {name}[] = {{\n    " + ",\n    ".join(lines) + "\n};"


def _number(value: np.float32) -> str:
    """As few digits as give the same float back. Raises ValueError for one that C cannot spell."""
    if not np.isfinite(value):
        raise ValueError(f"{value} has no spelling in C")
    text = str(value)
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"
