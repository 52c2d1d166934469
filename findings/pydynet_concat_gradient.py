"""PyDyNet's concat passes the gradient of the first piece back to every piece.

Library: PyDyNet 1.1
Clauses: GRAD-55, PIPE-75
Documented: no

If one array is concatenated several times, as in an encoder-decoder, each position has its own
contribution to the derivative. The contribution of the first position is used for all.

Run: lstm-spec env run pydynet findings/pydynet_concat_gradient.py
"""

import numpy as np
import pydynet

x = pydynet.Tensor(np.ones((1, 1)), requires_grad=True)
weights = pydynet.Tensor(np.array([[1.0], [10.0], [100.0]]))
total = pydynet.sum(pydynet.concat([x, x, x]) * weights)
total.backward()
derivative = float(x.grad.ravel()[0])

print(f"x + 10 x + 100 x has the derivative 111; PyDyNet says {derivative:g}")
shown = derivative != 111
print("shown: the first position is counted three times" if shown else "gone")
raise SystemExit(bool(shown))
