"""The fixtures, unpacked once for a test run, and run by the oracle."""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from lstm_spec.formats import Request
from lstm_spec.meaning import open_model
from lstm_spec.saved_models.examination import ROUNDING, examine
from lstm_spec.saved_models.inputs import Data
from reference.numpy import implementation as numpy_oracle
from reference.saved_models import fixtures

FOLDER = tempfile.TemporaryDirectory(prefix="lstm-spec-fixtures-")

EXPORTED = {one for one in fixtures.environments() if one == "torch" or one.startswith("onnx-")}
KERASES = tuple(one for one in fixtures.environments() if one not in EXPORTED)


@cache
def environment(name):
    """The models of an environment by name."""
    return {one.name: one for one in fixtures.unpack(name, Path(FOLDER.name))}


@cache
def names(environment_name):
    """The models that an environment has written, without unpacking them."""
    return tuple(sorted(fixtures.manifest(environment_name)["models"]))


def pairs(environments=KERASES):
    """Every environment with each of its models."""
    return [(one, name) for one in environments for name in names(one)]


def understood(saved, file=None):
    """The model that a file of a fixture holds."""
    return open_model(Request(file or saved.files[0], saved.architecture))


def truth(call):
    """What the writer's library gave: for the call itself, where ``predict`` gave another thing."""
    return (call.called or call.outputs)[0]


def deviations(model, saved, implementation=numpy_oracle):
    """For every call how far the outputs are from the writer's, and what rounding explains."""
    engine = implementation.build(model.spec)
    engine.set_weights(model.weights)
    for call in saved.calls:
        if call.reset:
            engine.reset_states()
            continue
        x = model.input.of_specification(call.x[0])
        outputs = model.of_model(engine.predict(x, saved.batch_size or len(x)))
        wanted = truth(call)
        assert outputs.shape == wanted.shape
        difference = float(np.abs(outputs - wanted).max())
        allowed = 20 * ROUNDING * max(1.0, float(np.abs(wanted).max()))
        if not difference <= allowed:  # only then does it matter how well it is conditioned
            allowed = examine(model, Data(call.x[0], None, "")).tolerance
        yield difference, allowed


def agrees(model, saved):
    """Whether every call is as the writer's library computed it."""
    return all(difference <= allowed for difference, allowed in deviations(model, saved))
