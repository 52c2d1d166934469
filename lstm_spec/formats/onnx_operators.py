"""What each ONNX operator does to the tensor that is followed, and which layer it is.

Operators that only move axes leave no layer behind; those that compute leave one, in ONNX' own
words. A tensor carries the layers that made it, so two branches that meet again are understood
where they are the halves of a bidirectional LSTM, or a function such as x sigmoid(x).
"""

from __future__ import annotations

from collections.abc import Callable

from lstm_spec.formats.onnx_axes import (
    names,
)
from lstm_spec.formats.onnx_flow import Flow, Walk
from lstm_spec.formats.onnx_functions import (
    ACTIVATIONS,
    activation,
    hard_sigmoid,
    leaky_relu,
    limit,
    scaled,
    softmax,
)
from lstm_spec.formats.onnx_graph import Node
from lstm_spec.formats.onnx_layers import (
    add,
    batch_normalization,
    gemm,
    layer_normalization,
    matmul,
    multiply,
)
from lstm_spec.formats.onnx_moves import (
    cut,
    flatten,
    gather,
    pad,
    reshape,
    reverse_sequence,
    squeeze,
    tile,
    transpose,
    unsqueeze,
)
from lstm_spec.formats.onnx_windows import convolution, max_pool, pooled
from lstm_spec.formats.stored import NotSpecified


def cast(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Between number types; numbers with fractions may not become whole."""
    to_float = int(node.attributes.get("to", 1)) in (1, 10, 11, 16)
    if not to_float and names(flow.axes) != "bt":
        raise NotSpecified(f"the operator {node} rounds to whole numbers")
    return flow


def nothing(walk: Walk, node: Node, flow: Flow) -> Flow:
    """What changes no number: Identity, and Dropout outside training."""
    return flow


OPERATORS: dict[str, Callable[[Walk, Node, Flow], Flow]] = {
    "Transpose": transpose,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Slice": cut,
    "Gather": gather,
    "Reshape": reshape,
    "Flatten": flatten,
    "ReverseSequence": reverse_sequence,
    "Pad": pad,
    "Tile": tile,
    "MatMul": matmul,
    "Gemm": gemm,
    "Add": add,
    "Mul": multiply,
    "Div": multiply,
    "Conv": convolution,
    "MaxPool": max_pool,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "GlobalAveragePool": pooled("GlobalAveragePool"),
    "GlobalMaxPool": pooled("GlobalMaxPool"),
    "ReduceMean": pooled("GlobalAveragePool"),
    "ReduceMax": pooled("GlobalMaxPool"),
    **dict.fromkeys(ACTIVATIONS, activation),
    "Softmax": softmax,
    "LogSoftmax": softmax,
    "HardSigmoid": hard_sigmoid,
    "LeakyRelu": leaky_relu,
    "Elu": scaled("elu", alpha=1.0),
    "Celu": scaled("celu", alpha=1.0),
    "Selu": scaled("selu", alpha=1.6732632423543772, gamma=1.0507009873554805),
    "Min": limit,
    "Max": limit,
    "Clip": limit,
    "Identity": nothing,
    "Dropout": nothing,
    "Cast": cast,
}
"""Every operator that may lie on the way from the input to the output, but for LSTM itself."""
