"""ncnn's LSTM gives finite values for a row containing NaN.

Library: ncnn 1.0.20261020, CPU, float32
Clauses: STATE-70
Documented: no

Expected: NaN from that step on. With eight units, which are computed side by side, the outputs are
finite; with a single unit they are NaN.

Run: lstm-spec env run ncnn findings/ncnn_hides_nan.py
"""

import tempfile
from pathlib import Path

import ncnn
import numpy as np

GRAPH = """7767517
2 2
Input x 0 1 x
LSTM lstm 1 1 x y 0=8 1=32 2=0
"""
kernel, bias, recurrent = (np.full(n, v, "<f4").tobytes() for n, v in ((32, 1), (32, 0), (256, 0)))
FLOAT32 = b"\0\0\0\0"

net = ncnn.Net()
net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
net.opt.use_bf16_storage = False
with tempfile.TemporaryDirectory() as folder:
    graph, weights = Path(folder) / "lstm.param", Path(folder) / "lstm.bin"
    graph.write_text(GRAPH)
    weights.write_bytes(b"".join(FLOAT32 + block for block in (kernel, bias, recurrent)))
    net.load_param(str(graph))
    net.load_model(str(weights))
with net.create_extractor() as run:
    run.input("x", ncnn.Mat(np.array([[1], [np.nan], [1]], np.float32)).clone())
    y = np.array(run.extract("y")[1])[:, 0]

print(f"inputs 1, NaN, 1; outputs of the first unit {y}, expected NaN from the second on")
shown = not np.isnan(y).any()
print("shown: the outputs do not reveal the NaN" if shown else "gone")
raise SystemExit(bool(shown))
