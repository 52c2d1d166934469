"""An LSTM that speaks the protocol of docs/contract.md, with nothing but Python's own library.

One layer, from zero, float32: the smallest engine that can be held to the specification from
outside. ``lstm-spec verify --command "python examples/python/lstm_engine.py"``
"""

import base64
import json
import math
import struct
import sys
from collections.abc import Sequence
from typing import Any


def entries(array: dict[str, Any]) -> tuple[float, ...]:
    """The numbers in an array of the protocol."""
    data = base64.b64decode(array["data"])
    return struct.unpack(f"<{len(data) // 4}f", data)


def array(shape: list[int], numbers: Sequence[float]) -> dict[str, Any]:
    """Numbers as an array of the protocol."""
    data = struct.pack(f"<{len(numbers)}f", *numbers)
    return {"dtype": "float32", "shape": shape, "data": base64.b64encode(data).decode()}


def sigmoid(z: float) -> float:
    """The logistic function, which math.exp cannot overflow here."""
    return (1 + math.tanh(z / 2)) / 2


def step(x: Sequence[float], h: list[float], c: list[float], weights: list[Any]) -> None:
    """Move h and c of one row on by one step."""
    kernel, recurrent, bias = weights
    z, units = list(bias), len(h)
    for inputs, rows in ((x, kernel), (h, recurrent)):
        for index, value in enumerate(inputs):
            row = rows[4 * units * index : 4 * units * (index + 1)]
            z = [old + value * weight for old, weight in zip(z, row, strict=True)]
    i, f, g, o = (z[gate * units : (gate + 1) * units] for gate in range(4))
    for unit in range(units):
        c[unit] = sigmoid(f[unit]) * c[unit] + sigmoid(i[unit]) * math.tanh(g[unit])
        h[unit] = sigmoid(o[unit]) * math.tanh(c[unit])


def call(model: dict[str, Any], x: dict[str, Any]) -> dict[str, Any]:
    """Outputs and final state of every row, each from zero."""
    weights = [entries(one) for one in model["weights"]]
    units, (rows, steps, features) = len(weights[2]) // 4, x["shape"]
    numbers, every, h_all, c_all = entries(x), [], [], []
    for row in range(rows):
        h, c = [0.0] * units, [0.0] * units
        for place in range(row * steps, (row + 1) * steps):
            step(numbers[place * features : (place + 1) * features], h, c, weights)
            every += h
        h_all, c_all = h_all + h, c_all + c
    outputs = array([rows, units], h_all)
    if model["spec"]["layers"][0]["return_sequences"]:
        outputs = array([rows, steps, units], every)
    return {
        "outputs": outputs,
        "states": [[array([rows, units], h_all), array([rows, units], c_all)]],
    }


def is_plain(spec: dict[str, Any]) -> bool:
    """Whether this is what we can do: one layer, standard activations, forwards, float32."""
    layer, *others = spec["layers"]
    wanted = {
        "kind": "LSTM",
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "go_backwards": False,
    }
    same = all(layer.get(name) == value for name, value in wanted.items())
    return same and not others and spec["dtype"] == "float32"


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request, without its id."""
    op, model = request["op"], models.get(request.get("model"), {})
    if op == "hello":
        offer = ["forward", "final-state"]
        return {"ok": {"protocol": 1, "name": "a page", "version": "1", "capabilities": offer}}
    if op == "build" and is_plain(request["spec"]):
        number, shapes = len(models), request["spec"]["weight_shapes"]
        zeros = [array(shape, [0.0] * math.prod(shape)) for shape in shapes]
        models[number] = {"spec": request["spec"], "weights": zeros}
        return {"ok": {"model": number}}
    if op == "get_weights":
        return {"ok": {"weights": model["weights"]}}
    if op == "set_weights":
        shapes = [one["shape"] for one in request["weights"]]
        if shapes != model["spec"]["weight_shapes"]:
            return {"refused": f"weights of shapes {shapes}"}
        model["weights"] = request["weights"]
        return {"ok": {}}
    if op == "call" and request["mask"] is None and request["initial_state"] is None:
        shape = request["x"]["shape"]
        if len(shape) != 3 or shape[2] != model["spec"]["features"] or 0 in shape:
            return {"refused": f"an x of shape {shape}"}
        if model["spec"]["time_steps"] not in (None, shape[1]):
            return {"refused": f"{shape[1]} steps"}
        return {"ok": call(model, request["x"])}
    if op == "release":
        model.clear()
        return {"ok": {}}
    return {"unsupported": f"{op}, or what it asks for"}


models: dict[Any, dict[str, Any]] = {}
for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"id": question["id"], **answer(question)}), flush=True)
