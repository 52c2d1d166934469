"""ncnn's LSTM layer on a CPU, in float32. It has no batch: one row after the other."""

from __future__ import annotations

import tempfile
from pathlib import Path

import ncnn
import numpy as np

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.one_layer import OneLayer

GRAPH = """7767517
4 6
Input x 0 1 x
Input h0 0 1 h0
Input c0 0 1 c0
LSTM lstm 3 3 x h0 c0 y h c 0={units} 1={size} 2={direction}
"""


class NcnnLayer(OneLayer):
    """Gates i f o c; (4 units, features), (4, units), (4 units, units)."""

    library = "ncnn"

    def load(self, kernel, recurrent, bias):
        self.net = ncnn.Net()
        self.net.opt.num_threads = 1
        for name in dir(self.net.opt):
            if name.startswith(("use_fp16", "use_bf16", "use_int8")):
                setattr(self.net.opt, name, False)
        backwards = int(self.layer.go_backwards)
        text = GRAPH.format(units=self.layer.units, size=kernel.size, direction=backwards)
        blocks = [gates(array.T).astype("<f4").tobytes() for array in (kernel, bias, recurrent)]
        with tempfile.TemporaryDirectory() as folder:
            graph, weights = Path(folder) / "lstm.param", Path(folder) / "lstm.bin"
            graph.write_text(text)
            weights.write_bytes(b"".join(b"\0\0\0\0" + block for block in blocks))  # 0: float32
            if self.net.load_param(str(graph)) or self.net.load_model(str(weights)):
                raise RuntimeError("the network could not be loaded")

    def run(self, x, state, lengths):
        zero = np.zeros((len(x), self.layer.units), "float32")
        h, c = state or (zero, zero)
        if len(h) != len(x) or len(c) != len(x):
            raise ValueError("a state for each row is needed")
        found = [self.row(*parts) for parts in zip(x, h, c)]
        y, h, c = (np.stack(each) for each in zip(*found))
        if self.layer.go_backwards:  # ncnn leaves the outputs in the order of time
            y = y[:, ::-1]
        return y, (h[:, 0], c[:, 0])

    def row(self, x, h, c):
        with self.net.create_extractor() as run:
            for name, array in (("x", x), ("h0", h[None]), ("c0", c[None])):
                run.input(name, ncnn.Mat(np.ascontiguousarray(array, "float32")).clone())
            return [np.array(run.extract(name)[1]) for name in ("y", "h", "c")]


def gates(array):
    """Blocks i f c o of the first axis as i f o c."""
    i, f, c, o = np.split(array, 4)
    return np.concatenate([i, f, o, c])


# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="ncnn",
    version=ncnn.__version__,
    model=NcnnLayer,
    capabilities="forward initial-state final-state go-backwards",
)
