"""Each engine refuses by itself, and by name, what it does not know, before anything is built."""

import json
import zipfile
from functools import partial

import numpy as np
import pytest
from planted import PLAIN, UNASKED, UNKNOWN

from lstm_spec import mutants
from lstm_spec.contract import Capability, Unsupported, build
from lstm_spec.lifting import lift
from lstm_spec.model import ModelSpec
from lstm_spec.subjects.guard import Guarded
from reference import jax, keras3, per_gate, scalar
from reference import numpy as reference_numpy
from reference.adapters.support.adapter import Adapter


def never(*_):
    raise AssertionError("something was built")


def nothing(x, weights, state):
    """A lifted function that may be built and is never run."""
    return np.zeros((*x.shape[:2], len(weights[1]))), state


ENGINES = {
    "numpy": reference_numpy.implementation,
    "numpy-float32": reference_numpy.implementation_float32,
    "scalar": scalar.implementation,
    "jax": jax.implementation,
    "keras": keras3.implementation,
    "per-gate": per_gate.implementation,
    "a mutant": mutants.catalogue().mutants[0].make(),
    "lifted": lift(nothing, name="lifted"),
    "adapter": Adapter("a library", "1", never, " ".join(Capability)),
}


@pytest.mark.parametrize("planted", UNKNOWN)
@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_refuses_it_by_itself(name, planted):
    assert UNKNOWN[planted].refused(ENGINES[name].build) is True


class Open:
    """An engine of a user's who has never heard of ``maps``: it takes whatever it is given."""

    name, version, capabilities = "open", "1", frozenset(Capability)

    def __init__(self):
        self.built = 0

    def build(self, spec):
        self.built += 1
        plain = ModelSpec((PLAIN,), spec.features)
        return reference_numpy.implementation.build(plain)


@pytest.mark.parametrize("planted", UNKNOWN)
def test_an_engine_that_says_nothing_is_closed_by_whoever_builds(planted):
    engine = Open()
    assert UNKNOWN[planted].refused(Guarded(engine).build) is True
    assert UNKNOWN[planted].refused(partial(build, engine)) is True
    assert engine.built == 0


@pytest.mark.parametrize("name", [name for name in ENGINES if name not in ("keras", "adapter")])
@pytest.mark.parametrize("planted", UNASKED)
def test_a_new_field_at_its_default_changes_nothing(name, planted):
    if name == "jax":
        pytest.importorskip("jax", reason="needs the extra jax")
    x = np.ones((2, 4, 3))
    results = []
    for spec in (ModelSpec((PLAIN,), 3), UNASKED[planted]):
        model = Guarded(ENGINES[name]).build(spec)
        model.set_weights([np.full(shape, 0.1) for shape in spec.weight_shapes])
        results.append(model.call(x).outputs)
    np.testing.assert_array_equal(*results)


# Saved files ---------------------------------------------------------------------------------


def changed(spec, layer=None, **fields):
    """The description in a saved file, with something that is not known."""
    spec["layers"][0] |= {"kind": layer} if layer else {}
    spec["layers"][0] |= fields
    return spec


FOREIGN = {
    "layer": ({"layer": "Unheard"}, "Unheard"),
    "field": ({"unheard_of": 0.5}, "LSTM has no field 'unheard_of', which is 0.5"),
    "word": ({"activation": "unheard_of"}, "LSTM.activation = 'unheard_of'"),
}


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("name", ["numpy", "jax", "scalar"])
def test_a_saved_file_with_something_unknown_is_refused_by_name(name, foreign, tmp_path):
    if name == "jax":
        pytest.importorskip("jax", reason="needs the extra jax")
    engine, (change, words) = ENGINES[name], FOREIGN[foreign]
    engine.build(ModelSpec((PLAIN,), 3)).save(tmp_path / "model")
    (file,) = tmp_path.iterdir()
    if file.suffix == ".json":
        saved = json.loads(file.read_text())
        file.write_text(json.dumps(saved | {"spec": changed(saved["spec"], **change)}))
    else:
        saved = dict(np.load(file))
        saved["spec"] = np.array(json.dumps(changed(json.loads(str(saved["spec"])), **change)))
        np.savez(file, **saved)
    with pytest.raises(Unsupported, match=words):
        engine.load(tmp_path / "model")


def test_keras_refuses_a_saved_layer_that_the_adapter_does_not_map(tmp_path):
    pytest.importorskip("keras", reason="needs the extra keras")
    engine = ENGINES["keras"]
    engine.build(ModelSpec((PLAIN,), 3)).save(tmp_path / "model")
    written, foreign = tmp_path / "model.keras", tmp_path / "foreign.keras"
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(foreign, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "config.json":
                data = data.replace(b'"class_name": "LSTM"', b'"class_name": "Unheard"')
            new.writestr(name, data)
    with pytest.raises(Unsupported, match="maps no layer Unheard"):
        engine.load(tmp_path / "foreign")
