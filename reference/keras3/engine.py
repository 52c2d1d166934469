"""Getting at Keras: which backend it runs on, how it is imported, in which dtype it works."""

from __future__ import annotations

import importlib
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from lstm_spec.contract import speaking_for

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
"""Set before the import unless the user has set them: no chatter, and the CPU."""


def backend_name() -> str:
    """The backend that Keras uses or would use: ``KERAS_BACKEND``, Keras' own file, TensorFlow."""
    named = os.environ.get("KERAS_BACKEND")
    if named:
        return named
    home = os.environ.get("KERAS_HOME")
    folder = Path(home) if home else Path.home() / ".keras"
    try:
        configured = json.loads((folder / "keras.json").read_text())["backend"]
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow"
    return str(configured)


def import_keras() -> Any:
    """The module ``keras``.

    Raises ImportError, with the command that helps, if Keras 3 or its backend is not installed.
    """
    for variable, value in QUIET.items():
        os.environ.setdefault(variable, value)
    try:
        keras = importlib.import_module("keras")
    except ImportError as error:
        raise ImportError(
            f"Keras 3 on {backend_name()} cannot be imported ({error}): "
            "pip install 'lstm-spec[keras]' brings it with TensorFlow"
        ) from error
    if not keras.__version__.startswith("3."):
        raise ImportError(
            f"this is Keras {keras.__version__}, not Keras 3: "
            "pip install 'lstm-spec[keras]' brings it with TensorFlow"
        )
    return keras


@contextmanager
def keras_for(dtype: str) -> Iterator[Any]:
    """Keras with ``dtype`` as its float type, until the block ends.

    What Keras raises inside the block becomes ``Refused``; its warnings are not shown. Users choose
    the type once for the whole program; models of both types live side by side here, so the choice
    is undone.
    """
    keras = import_keras()
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    with ExitStack() as scope:
        if dtype == "float64" and keras.config.backend() == "jax":
            scope.enter_context(importlib.import_module("jax").enable_x64(True))
        scope.callback(keras.config.set_dtype_policy, policy)
        scope.callback(keras.config.set_floatx, floatx)
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
        scope.enter_context(warnings.catch_warnings(action="ignore"))
        scope.enter_context(speaking_for("Keras"))
        yield keras
