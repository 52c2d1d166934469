"""PaddlePaddle's nn.LSTM without a bias ends the process with a segmentation fault.

Library: PaddlePaddle 3.3.1, CPU
Clauses: CELL-16, GRAD-09
Documented: no; according to the documentation, bias_ih_attr and bias_hh_attr may be False

Expected: the outputs of a bias of zero. Instead, the first call ends the process.

Run: lstm-spec env run paddle findings/paddle_crashes_without_a_bias.py
"""

import subprocess
import sys

PROGRAM = """
import paddle
lstm = paddle.nn.LSTM(1, 1, bias_ih_attr={bias}, bias_hh_attr={bias})
print(lstm(paddle.ones([1, 3, 1]))[0].shape)
"""


def ending(bias: str) -> int:
    """How a process ends that runs such a layer once; below zero: by that signal."""
    command = [sys.executable, "-c", PROGRAM.format(bias=bias)]
    return subprocess.run(command, capture_output=True, check=False).returncode


with_bias, without = ending("None"), ending("False")
print(f"with biases:    exit code {with_bias}")
print(f"without biases: exit code {without}, expected 0")
shown = with_bias == 0 > without
print(f"shown: the process was ended by signal {-without}" if shown else "gone")
raise SystemExit(bool(shown))
