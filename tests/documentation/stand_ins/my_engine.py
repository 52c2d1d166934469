"""A reader's own library: kernels lie the other way round, and it gives h and c by themselves."""

import numpy as np

__version__ = "1.0"


class Recurrent:
    def __init__(self, kernel, recurrent, bias):
        self.kernel, self.recurrent, self.bias = kernel, recurrent, bias

    def forward(self, x, h, c):
        outputs = []
        for step in np.swapaxes(x, 0, 1):
            z = step @ self.kernel.T + h @ self.recurrent.T + self.bias
            i, f, g, o = np.split(z, 4, axis=1)
            i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
            c = f * c + i * np.tanh(g)
            h = o * np.tanh(c)
            outputs.append(h)
        return np.stack(outputs, axis=1), h, c
