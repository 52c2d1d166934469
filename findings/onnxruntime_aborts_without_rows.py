"""ONNX Runtime ends the process when its LSTM is given a batch without rows.

Library: onnxruntime 1.31.0, CPU
Clauses: SEQ-102
Documented: no

Expected: an error that can be caught. Instead the process aborts: "terminate called without an
active exception". An input without steps is accepted, and gives outputs without steps.

Run: lstm-spec env run onnxruntime findings/onnxruntime_aborts_without_rows.py
"""

import subprocess
import sys

PROGRAM = """
import numpy, onnx.parser, onnxruntime
model = onnx.parser.parse_model('''
<ir_version: 8, opset_import: ["": 14]>
graph (float[T,N,1] x) => (float[T,1,N,1] y)
<float[1,4,1] W = {{1, 1, 1, 1}}, float[1,4,1] R = {{1, 1, 1, 1}}>
{{ y = LSTM <hidden_size = 1> (x, W, R) }}''')
session = onnxruntime.InferenceSession(model.SerializeToString())
session.run(None, {{"x": numpy.ones({shape}, "float32")}})
"""


def ending(steps: int, rows: int) -> int:
    """How a process ends that runs such an input once; below zero: by that signal."""
    command = [sys.executable, "-c", PROGRAM.format(shape=(steps, rows, 1))]
    return subprocess.run(command, capture_output=True, check=False).returncode


whole, no_steps, no_rows = ending(3, 2), ending(0, 2), ending(3, 0)
print(f"3 steps of 2 rows: exit code {whole}")
print(f"0 steps of 2 rows: exit code {no_steps}, expected 1")
print(f"3 steps of 0 rows: exit code {no_rows}, expected 1")
shown = whole == 0 > no_rows
print(f"shown: the process was ended by signal {-no_rows}" if shown else "gone")
raise SystemExit(bool(shown))
