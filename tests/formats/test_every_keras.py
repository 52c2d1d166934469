"""Every model that a Keras has saved is read, and computes what that Keras computed."""

from dataclasses import replace

import numpy as np
import pytest
from unpacked import KERASES, deviations, environment, pairs, truth, understood

from lstm_spec.formats import NotSpecified
from reference.saved_models import fixtures

BFLOAT16 = 2**16
"""On processors with bfloat16, OpenVINO predicts with 8 bits where float32 has 24."""

CALLED_WRONGLY = ("activations_first", "activations_second", "activations_selu")
"""Called as a whole, these give something else on OpenVINO (0.1 to 0.5 of the outputs' scale) than
layer by layer and than predict, which is right within bfloat16. Nothing of the file differs."""


def calls_that_are_true(saved):
    """The calls that the writer's library computed as its own files say.

    On JAX, predict does not keep the states of a stateful model (STATE-05): only the first call is
    true. On OpenVINO, of some models only what predict gave is true, not what calling them gave.
    """
    backend = saved.writer["backend"].split()[0]
    if backend == "jax" and saved.name.startswith("stateful"):
        return saved.calls[:1]
    if backend == "openvino" and saved.name in CALLED_WRONGLY:
        return [replace(one, called=()) for one in saved.calls]
    return saved.calls


@pytest.mark.parametrize(("keras", "name"), pairs())
def test_a_saved_model_computes_what_its_keras_computed(keras, name):
    saved = environment(keras)[name]
    for file in saved.files:
        if saved.refused:
            with pytest.raises(NotSpecified, match=r"inputs|outputs|GRU|no chain"):
                understood(saved, file)
            continue
        model = understood(saved, file)
        calls = calls_that_are_true(saved)
        coarser = BFLOAT16 if saved.writer["backend"].startswith("openvino") else 1
        for difference, allowed in deviations(model, with_calls(saved, calls)):
            assert difference <= coarser * allowed, (file.name, difference, allowed)


def with_calls(saved, calls):
    """The fixture with some of its calls."""
    return type(saved)(**{**vars(saved), "calls": tuple(calls)})


@pytest.mark.parametrize("keras", KERASES)
def test_all_files_of_a_model_say_the_same(keras):
    compared = 0
    for saved in environment(keras).values():
        if saved.refused or len(saved.files) < 2:
            continue
        one, other = (understood(saved, file) for file in saved.files)
        assert one.spec == other.spec, saved.name
        for ours, theirs in zip(one.weights, other.weights, strict=True):
            assert np.array_equal(ours, theirs), saved.name
        compared += 1
    writes_two = any(len(one["files"]) > 1 for one in fixtures.manifest(keras)["models"].values())
    assert (compared > 0) == writes_two


@pytest.mark.parametrize("keras", [one for one in KERASES if "jax" in one])
def test_on_jax_only_the_states_are_lost_in_predict(keras):
    """Without states, the same weights give what Keras on JAX predicts in every call."""
    saved = environment(keras)["stateful"]
    model = understood(saved)
    stateless = {}
    for call in saved.calls:
        if call.reset:
            continue
        key = call.x[0].tobytes()
        if key in stateless:
            assert np.allclose(truth(call), stateless[key], rtol=0, atol=1e-6)
        stateless[key] = truth(call)
    assert model.spec.stateful
