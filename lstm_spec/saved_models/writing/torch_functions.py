"""What a script for PyTorch takes along: activations as expressions, and an LSTM of its own."""

FUNCTIONS: dict[str, str] = {
    "linear": "x",
    "tanh": "torch.tanh(x)",
    "sigmoid": "torch.sigmoid(x)",
    "relu": "torch.relu(x)",
    "softmax": "torch.softmax(x, -1)",
    "hard_sigmoid_keras2": "torch.clamp(0.2 * x + 0.5, 0.0, 1.0)",
    "hard_sigmoid_keras3": "F.hardsigmoid(x)",
    "elu": "F.elu(x)",
    "celu": "F.celu(x)",
    "selu": "F.selu(x)",
    "softplus": "F.softplus(x, threshold=60)",
    "softsign": "F.softsign(x)",
    "exponential": "torch.exp(x)",
    "silu": "F.silu(x)",
    "gelu": "F.gelu(x)",
    "mish": "F.mish(x)",
    "leaky_relu": "F.leaky_relu(x, 0.2)",
    "relu6": "F.relu6(x)",
    "hard_silu": "F.hardswish(x)",
    "hard_tanh": "F.hardtanh(x)",
    "hard_shrink": "F.hardshrink(x)",
    "soft_shrink": "F.softshrink(x)",
    "tanh_shrink": "F.tanhshrink(x)",
    "log_sigmoid": "F.logsigmoid(x)",
    "log_softmax": "torch.log_softmax(x, -1)",
    "sparse_sigmoid": "torch.clamp(0.5 * (x + 1.0), 0.0, 1.0)",
    "sparse_plus": "torch.where(x >= 1, x, 0.25 * torch.clamp(x + 1, min=0) ** 2)",
    "squareplus": "0.5 * (x + torch.sqrt(x * x + 4.0))",
    "sparsemax_keras3": "sparsemax(x)",
}
"""Every activation as an expression of x."""

SPARSEMAX = '''
def sparsemax(x):
    """What Keras 3 calls sparsemax: its threshold adds up all partial sums."""
    falling = torch.sort(x, -1, descending=True).values
    sums = torch.cumsum(falling, -1)
    counts = torch.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    inside = counts * falling > sums - 1
    size = inside.sum(-1, keepdim=True)
    threshold = (torch.where(inside, sums, torch.zeros_like(sums)).sum(-1, keepdim=True) - 1) / size
    return torch.clamp(x - threshold, min=0)
'''

LOOP = '''
def weights(*arrays):
    """Arrays as parameters."""
    return torch.nn.ParameterList(torch.nn.Parameter(one) for one in arrays)


def lstm(x, mask, state, weights, gate, squash, backwards=False, zero_at_masked=False):
    """Every step of an LSTM: outputs in the order of computing, and the final state.

    Kernels are (features, 4 units) in the order input, forget, cell, output. Where the mask is
    False, h and c stay, and the output is the one before it again, or zero.
    """
    kernel, recurrent_kernel, bias = weights
    units = recurrent_kernel.shape[0]
    h, c = state if state is not None else [x.new_zeros(len(x), units) for _ in range(2)]
    output, outputs = torch.zeros_like(h), []
    for t in reversed(range(x.shape[1])) if backwards else range(x.shape[1]):
        z = x[:, t] @ kernel + h @ recurrent_kernel + bias
        i, f, g, o = z.split(units, -1)
        new_c = gate(f) * c + gate(i) * squash(g)
        new_h = gate(o) * squash(new_c)
        if mask is not None:
            valid = mask[:, t, None]
            new_h, new_c = torch.where(valid, new_h, h), torch.where(valid, new_c, c)
            output = torch.where(valid, new_h, torch.zeros_like(h) if zero_at_masked else output)
        else:
            output = new_h
        h, c = new_h, new_c
        outputs.append(output)
    return torch.stack(outputs, 1), (h, c)
'''
