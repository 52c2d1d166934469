"""The ONNX test cases are valid models, and engines that read ONNX give their outputs."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_spec.vectors import checking, exporting, onnx_folders
from lstm_spec.vectors.case import cases

onnx = pytest.importorskip("onnx", reason="needs the extra 'vectors': pip install onnx")

IGNORED_BY_THE_REFERENCE = ("lengths", "hard_sigmoid", "clip", "input_forget")
"""onnx.reference 1.23 leaves sequence_lens, activations, clip and input_forget aside."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("onnx") / "exported"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "cases", lambda seed: cases(seed)[:1])
        exporting.export(made)
    return made


@pytest.fixture(scope="module")
def listed(folder):
    return checking.read_folder(folder)[0]["onnx"]


def tensors(folder, names, kind):
    found = {}
    for number, name in enumerate(names):
        tensor = onnx.load_tensor(folder / onnx_folders.DATA_SET / f"{kind}_{number}.pb")
        assert tensor.name == name
        found[name] = onnx.numpy_helper.to_array(tensor)
    return found


def compare(got, expected, tolerance, case):
    for name, ours in zip(expected, got, strict=True):
        assert ours.shape == expected[name].shape, (case, name)
        assert np.abs(ours - expected[name]).max() <= tolerance, (case, name)


def test_every_node_is_a_valid_model_with_all_its_files(folder, listed):
    assert len(listed) == len(onnx_folders.NODES)
    for one in listed:
        onnx.checker.check_model(folder / one["path"] / "model.onnx", full_check=True)
        assert len(one["files"]) == 1 + len(one["inputs"]) + len(one["outputs"])


def test_the_reference_evaluator_gives_the_outputs(folder, listed):
    from onnx.reference import ReferenceEvaluator

    compared = 0
    for one in listed:
        if any(word in one["path"] for word in IGNORED_BY_THE_REFERENCE):
            continue
        place = folder / one["path"]
        engine = ReferenceEvaluator(str(place / "model.onnx"))
        got = engine.run(None, tensors(place, one["inputs"], "input"))
        compare(got, tensors(place, one["outputs"], "output"), one["tolerance"], one["path"])
        compared += 1
    assert compared == 7


def test_onnx_runtime_gives_the_outputs(folder, listed):
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs: pip install onnxruntime")
    for one in listed:
        place = folder / one["path"]
        engine = onnxruntime.InferenceSession(
            place / "model.onnx", providers=["CPUExecutionProvider"]
        )
        got = engine.run(None, tensors(place, one["inputs"], "input"))
        compare(got, tensors(place, one["outputs"], "output"), one["tolerance"], one["path"])
