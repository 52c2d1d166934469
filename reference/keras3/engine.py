"""Getting at Keras: which backend it runs on, how it is imported, in which dtype it works."""

from __future__ import annotations

import importlib
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from lstm_spec.contract import first_line, speaking_for

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
"""Set before the import unless the user has set them: no chatter, and the CPU."""

REMEDY = "pip install 'lstm-spec[keras]' brings it with TensorFlow"


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
    keras: Any = sys.modules.get("keras") or first_import()
    if not keras.__version__.startswith("3."):
        raise ImportError(f"this is Keras {keras.__version__}, not Keras 3: {REMEDY}")
    return keras


def first_import() -> Any:
    """Import ``keras`` without chatter; KERAS_BACKEND chooses what it brings along."""
    for variable, value in QUIET.items():
        os.environ.setdefault(variable, value)
    try:
        with native_chatter_dropped():
            keras = importlib.import_module("keras")
    except (ImportError, ValueError) as error:  # ValueError: no such backend
        raise ImportError(
            f"Keras 3 on {backend_name()} cannot be imported ({error}): {REMEDY}"
        ) from error
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return keras


@contextmanager
def native_chatter_dropped() -> Iterator[None]:
    """What native libraries print on standard error while they load goes nowhere.

    TensorFlow greets before it reads ``TF_CPP_MIN_LOG_LEVEL``. An import that fails still raises.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


NOISE = ("File ", "Graph execution error", "Detected at node", "Exception encountered")
"""How the lines of a message begin that say where, not what."""


def telling_line(error: Exception) -> str:
    """What a message of Keras or TensorFlow says, without headings, call stacks and node names."""
    text = str(error)
    bold = re.search(r"\x1b\[1m(.*?)\x1b\[0m", text, re.DOTALL)
    text = re.sub(r"\{\{.*?\}\} ?", "", bold.group(1) if bold else text)
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if line and not line.startswith(NOISE)]
    return telling[0] if telling else first_line(error)


@contextmanager
def keras_for(dtype: str) -> Iterator[Any]:
    """Keras with ``dtype`` as its float type, or as its policy, until the block ends.

    What Keras raises inside the block becomes ``Refused``; its warnings are not shown. Users choose
    the type once for the whole program; models of both types live side by side here, so the choice
    is undone.
    """
    keras = import_keras()
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    with ExitStack() as scope:
        if dtype == "float64" and keras.config.backend() == "jax":
            jax = importlib.import_module("jax")
            if not hasattr(jax, "enable_x64"):  # in JAX 0.4
                jax = importlib.import_module("jax.experimental")
            scope.enter_context(jax.enable_x64(True))
        scope.callback(keras.config.set_dtype_policy, policy)
        scope.callback(keras.config.set_floatx, floatx)
        keras.config.set_floatx("float64" if dtype == "float64" else "float32")
        keras.config.set_dtype_policy(dtype)
        scope.enter_context(warnings.catch_warnings(action="ignore"))
        scope.enter_context(speaking_for("Keras", telling_line))
        yield keras
