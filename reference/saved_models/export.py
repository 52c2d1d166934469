"""Let PyTorch and the exporters to ONNX write fixtures, in the form of those of the Kerases.

    python -m reference.saved_models.export [NAME ...]

Each name has a pinned environment, which is made when it is first needed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lstm_spec.environments import Recipe
from lstm_spec.environments.create import InstallationFailed, MissingInterpreter, create
from reference.saved_models import fixtures
from reference.saved_models.interpreter import Stopped, heed_sigterm, run
from reference.saved_models.write import write_inputs

SECONDS = 1800.0
"""After how long an exporter is given up."""


@dataclass(frozen=True)
class Exporter:
    """A tool, the environment that it runs in, and what our module is told."""

    recipe: Recipe
    module: str
    kind: str


def recipe(name: str, requirements: tuple[str, ...], **variables: str) -> Recipe:
    """A pinned environment of an exporter."""
    return Recipe(name, "", "3.11", requirements, adapter="", variables=variables)


TORCH = recipe(
    "exporters-torch",
    (
        "torch==2.13.0+cpu",
        "keras==3.15.1",
        "onnx==1.23.0",
        "onnxscript==0.7.2",
        "onnxruntime==1.31.0",
        "safetensors==0.8.0",
        "numpy==2.2.6",
        "--extra-index-url=https://download.pytorch.org/whl/cpu",
        "--retries=1",
    ),
    KERAS_BACKEND="torch",
)
TF_KERAS = recipe(
    "exporters-tf-keras",
    ("tensorflow-cpu==2.15.1", "tf2onnx==1.17.0", "onnx==1.17.0", "onnxruntime==1.31.0"),
    KERAS_MODULE="tensorflow.keras",
    TF_CPP_MIN_LOG_LEVEL="3",
)
KERAS_3 = recipe(
    "exporters-keras-3",
    (
        "tensorflow-cpu==2.21.0",
        "keras==3.15.1",
        "tf2onnx==1.17.0",
        "onnx==1.23.0",
        "onnxruntime==1.31.0",
    ),
    KERAS_BACKEND="tensorflow",
    TF_CPP_MIN_LOG_LEVEL="3",
)
EXPORTERS = {
    "torch": Exporter(TORCH, "from_torch", "state-dict"),
    "onnx-torchscript": Exporter(TORCH, "from_torch", "torchscript"),
    "onnx-torch-dynamo": Exporter(TORCH, "from_torch", "dynamo"),
    "onnx-tf2onnx": Exporter(TF_KERAS, "from_keras", "tf2onnx"),
    "onnx-keras-3-tensorflow": Exporter(KERAS_3, "from_keras", "keras"),
    "onnx-keras-3-torch": Exporter(TORCH, "from_keras", "keras"),
}
"""The fixtures' folder of each tool."""


def export(name: str, folder: Path = fixtures.FOLDER) -> str:
    """Let one tool write all its models; a line that says what was written.

    Raises Stopped, MissingInterpreter or InstallationFailed.
    """
    start, tool = time.monotonic(), EXPORTERS[name]
    create(tool.recipe)
    with tempfile.TemporaryDirectory() as scratch:
        run(tool.recipe, f"in_exporters.{tool.module}", scratch, tool.kind, seconds=SECONDS)
        command = f"python -m reference.saved_models.export {name}"
        size = fixtures.pack(Path(scratch), name, command, folder)
    return fixtures.summary(name, size, time.monotonic() - start, folder)


def main() -> int:
    """The command; 1 if an environment could not be made or a tool failed."""
    heed_sigterm()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", nargs="*", choices=[*EXPORTERS, []], default=[], metavar="NAME")
    code = 0
    write_inputs()
    for name in parser.parse_args().name or EXPORTERS:
        try:
            print(export(name), flush=True)
        except (Stopped, MissingInterpreter, InstallationFailed) as problem:
            print(problem, flush=True)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
