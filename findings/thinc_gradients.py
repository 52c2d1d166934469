"""The gradients of Thinc's LSTM.v1 are not the derivatives of its own outputs.

Library: Thinc 9.1.1, NumpyOps
Clauses: GRAD-01, GRAD-03, GRAD-04, GRAD-05, GRAD-06, GRAD-12, GRAD-20, GRAD-21, GRAD-22, GRAD-23,
GRAD-24, GRAD-25, GRAD-26, GRAD-33, GRAD-34
Documented: no

Expected: central differences of the sum of the outputs. Instead, the gradient with respect to the
first step of a row is zero, and the gradient of the parameters has another direction.

Run: lstm-spec env run thinc findings/thinc_gradients.py
"""

import numpy as np
from thinc.api import LSTM, with_padded

lstm = LSTM(4, 3)
model = with_padded(lstm)
model.initialize()
draw = np.random.default_rng(0)
x = draw.normal(size=(2, 3)).astype("f")
parameters = draw.normal(size=lstm.get_param("LSTM").shape).astype("f") / 2


def outputs_sum(at: np.ndarray, row: np.ndarray) -> float:
    """The sum of all outputs for one row."""
    lstm.set_param("LSTM", at.astype("f"))
    return float(model.predict([row.astype("f")])[0].sum())


lstm.set_param("LSTM", parameters)
outputs, back = model([x], is_train=True)
lstm.set_grad("LSTM", 0 * parameters)
(of_x,) = back([np.ones_like(outputs[0])])
of_parameters = lstm.get_grad("LSTM").copy()
STEP = 1e-2

direction = draw.normal(size=parameters.shape)
direction /= np.linalg.norm(direction)
found = float(of_parameters @ direction)
ahead, behind = (outputs_sum(parameters + s * STEP * direction, x) for s in (1, -1))
derivative = (ahead - behind) / 2 / STEP
print(
    f"derivative along one direction of the parameters: {derivative:.4f}, "
    f"by the gradient: {found:.4f}"
)

shift = np.zeros_like(x)
shift[0, 0] = STEP
first = (outputs_sum(parameters, x + shift) - outputs_sum(parameters, x - shift)) / 2 / STEP
print(f"derivative along the first input: {first:.4f}, by the gradient: {of_x[0, 0]:.4f}")
shown = abs(found - derivative) > 0.05 and of_x[0, 0] == 0 and abs(first) > 0.01
print("shown: it is trained with other gradients" if shown else "gone")
raise SystemExit(bool(shown))
