"""Stands in for a Keras (``KERAS_MODULE``): a file called ``deadly`` ends its process."""

import os
from pathlib import Path

import numpy as np

__version__ = "2.3.1"


class backend:  # noqa: N801
    """What ``Library`` asks of ``keras.backend``."""

    @staticmethod
    def backend():
        return "numpy"

    @staticmethod
    def set_floatx(float_type):
        pass


class Loaded:
    """A model that always predicts ones."""

    def predict(self, x, batch_size, verbose):
        return np.ones(2)


class models:  # noqa: N801
    """What ``Library`` asks of ``keras.models``."""

    @staticmethod
    def load_model(path, **options):
        if "deadly" in path:
            os._exit(11)
        if "refused" in path:
            raise ValueError(f"an old file, in {Path(path).parent} at 0x7f0123456789")
        return Loaded()
