"""Infinity after the end of a row makes the final state of PaddlePaddle's nn.LSTM NaN.

Library: PaddlePaddle 3.3.1, CPU
Clauses: MASK-17
Documented: no

Values after the end must not matter. Those steps are computed and then multiplied by zero: two
infinite features together give NaN, and zero times NaN is NaN.

Run: lstm-spec env run paddle findings/paddle_nan_from_the_padding.py
"""

import warnings

import numpy as np

warnings.simplefilter("ignore")  # about a compiler cache
import paddle  # noqa: E402

lstm = paddle.nn.LSTM(2, 1)
for name, weight in lstm.named_parameters():
    weight.set_value(paddle.ones_like(weight))
    if name == "weight_ih_l0":
        weight.set_value(paddle.to_tensor([[1.0, -1.0]] * 4))
x = np.ones((2, 3, 2), np.float32)
lengths = paddle.to_tensor([3, 1])


def second_row(padding: float) -> tuple:
    """Outputs and final h of the row of length 1, with this number behind its end."""
    x[1, 1:] = padding
    y, (h, _) = lstm(paddle.to_tensor(x), sequence_length=lengths)
    return y.numpy()[1].ravel().round(6), float(h.numpy()[0, 1, 0])


(zeros, expected), (outputs, final) = second_row(0.0), second_row(np.inf)
print(f"0 in the padding:        outputs {zeros}, final h {expected:.6f}")
print(f"infinity in the padding: outputs {outputs}, final h {final:.6f}")
shown = np.isnan(outputs[1:]).all() and np.isnan(final) and not np.isnan(zeros).any()
print("shown: values after the end of the row change the result" if shown else "gone")
raise SystemExit(bool(shown))
