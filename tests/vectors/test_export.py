"""What is exported is complete, readable anywhere, and confirmed before it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lstm_spec.clauses import catalogue
from lstm_spec.subjects.find import find
from lstm_spec.vectors import checking, exporting, files, replay
from lstm_spec.vectors.case import FEATURES, ROWS, STEPS, UNITS, cases
from reference.numpy import implementation
from reference.numpy.lstm import LSTMLayer


def numbers(values):
    if isinstance(values, dict):
        for one in values.values():
            yield from numbers(one)
    elif isinstance(values, list):
        for one in values:
            yield from numbers(one)
    elif isinstance(values, float):
        yield values


def arrays(values, name=""):
    if isinstance(values, dict):
        for key, one in values.items():
            yield from arrays(one, key)
    elif name in ("h", "c", "x"):
        yield name, np.array(values)


def test_the_manifest_lists_every_case_and_every_file(folder, exported):
    manifest, read = exported
    assert [one["id"] for one in manifest["cases"]] == [one.id for one in cases()]
    assert [one["id"] for one in read] == [one.id for one in cases()]
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == {one["path"] for one in manifest["cases"]} | {files.MANIFEST}


def test_every_case_serves_clauses_that_exist_and_says_what_it_notices(exported):
    known = {clause.id for clause in catalogue()}
    for case in exported[1]:
        assert set(case["clauses"]) <= known, case["id"]
        assert all(case["notices"]), case["id"]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_numbers(folder):
    for case in cases(0):
        text = files.as_text(exporting.completed(case, implementation)) + "\n"
        assert (folder / f"{case.id}.json").read_bytes() == text.encode()
    one, other = cases(0)[0], cases(1)[0]
    assert not np.array_equal(one.draft.weights[0], other.draft.weights[0])


def test_what_is_given_is_exact_in_float32_and_in_float64(exported):
    for case in exported[1]:
        if case["model"] and not case["id"].startswith("float64/"):
            given = [case["weights"], [one["given"] for one in case["operations"]]]
            values = np.array(list(numbers(given)))
            assert np.array_equal(values.astype(np.float32).astype(np.float64), values), case["id"]


def test_what_is_given_is_not_exact_in_half_precision(exported):
    for case in exported[1]:
        if case["weights"] and not case["id"].startswith(("gates/", "activations/")):
            first = np.array(case["weights"][0])
            inexact = first.astype(np.float16) != first
            few = case["id"].startswith("long/")  # a kernel of four numbers has no share
            assert inexact.any() if few else inexact.mean() > 0.3, case["id"]


def test_the_designed_case_has_the_sizes_and_the_asymmetry_that_the_rules_ask_for(exported):
    case = next(one for one in exported[1] if one["id"] == "masks/bidirectional")
    operation = case["operations"][0]
    mask = np.array(operation["given"]["mask"])
    assert np.shape(operation["given"]["x"]) == (ROWS, STEPS, FEATURES)
    assert np.shape(case["weights"][1]) == (UNITS, 4 * UNITS)
    assert mask[0].tolist() == [True, True, False, True, False], "a hole"
    assert not mask[1, 0], "a masked first step"
    assert not mask[2].any(), "a whole row"
    assert not np.array_equal(case["weights"][0], case["weights"][3]), "the directions differ"
    for pair in operation["given"]["initial_state"]:
        h, c = np.array(pair["h"]), np.array(pair["c"])
        assert (h != 0).all()
        assert (h != c).all()
        assert len(np.unique(h, axis=0)) == ROWS
    assert np.abs(np.array(case["weights"][2])).min() > 0, "no bias is zero"
    assert np.unique(case["weights"][1]).size == np.size(case["weights"][1]), "no weight twice"


SATURATED = ("forward/extreme", "layers/extreme-softmax", "activations/", "values/")
"""Cases of extreme values, and activations without a bound."""


def test_outputs_are_unsaturated_where_saturation_is_not_the_point(exported):
    for case in exported[1]:
        if case["id"].startswith(SATURATED) or not case["model"]:
            continue
        for operation in case["operations"]:
            for pair in operation["expect"].get("states", []):
                assert np.abs(np.array(pair["h"])).max() < 0.97, case["id"]


def test_expectations_keep_all_digits_of_a_double(exported):
    for case, written in zip(cases(), exported[1], strict=True):
        computed = exporting.completed(case, implementation)
        assert json.loads(files.as_text(computed)) == written == computed


def test_float32_stays_far_below_the_tolerances_for_several_seeds():
    float32 = find("numpy-float32")
    for seed in range(3):
        completed = [exporting.completed(one, implementation) for one in cases(seed)]
        for outcome in checking.check(float32, completed):
            assert outcome.word in ("agrees", "unsupported"), outcome
            assert outcome.worst < 0.5, outcome


class Forgetful(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return (1 - 1e-9) * f * c + i * g


def test_nothing_is_confirmed_by_an_engine_that_is_a_billionth_off(exported):
    wrong = replace(implementation, name="forgetful", lstm_class=Forgetful)
    case = next(one for one in exported[1] if one["id"] == "forward/initial-state")
    exporting.confirm(case, find("scalar"))
    with pytest.raises(files.NotConfirmed, match=r"forward/initial-state.*forgetful"):
        exporting.confirm(case, wrong)


def test_a_result_that_is_missing_or_too_many_is_a_difference(exported):
    case = next(one for one in exported[1] if one["id"] == "gradients/no-bias")
    expected = case["operations"][0]["expect"]
    more = {**expected, "weight_gradients": expected["weight_gradients"][:1]}
    shorter = {**case, "operations": [{**case["operations"][0], "expect": more}]}
    found = [one for one in replay.differences(implementation, shorter) if not one.agrees]
    assert [one.sentence for one in found] == ["weight_gradients[1]: not expected"]


def spoils(rows, **how):
    for row in rows:
        row.clear()
    return np.zeros((4, 3))


class SpoilsItsInput(LSTMLayer):
    def forward(self, x, mask, states):
        x[...] = 0
        return super().forward(x, mask, states)


@pytest.mark.parametrize("name", ["data/padding", "forward/sequence", "training/sgd"])
def test_an_engine_that_spoils_its_input_spoils_no_case(name, exported):
    case = next(one for one in exported[1] if one["id"] == name)
    before = json.dumps(case)
    wrong = replace(
        implementation,
        lstm_class=SpoilsItsInput,
        preprocessing=SimpleNamespace(pad_sequences=spoils),
    )
    assert any(not one.agrees for one in replay.differences(wrong, case))
    assert json.dumps(case) == before


def test_a_folder_that_holds_something_is_refused(folder):
    before = (folder / files.MANIFEST).read_bytes()
    with pytest.raises(ValueError, match="not empty"):
        exporting.export(folder, with_onnx=False)
    assert (folder / files.MANIFEST).read_bytes() == before


@pytest.mark.parametrize(
    "meddle",
    [
        lambda model: model["layers"][0].update(unheard_of=1),
        lambda model: model["layers"][0].update(units=0),
        lambda model: model["optimizer"].update(kind="Unheard"),
        lambda model: model.update(loss="unheard of"),
        lambda model: model.update(precision="float16"),
        lambda model: model.pop("weight_names"),
    ],
)
def test_a_case_with_a_model_that_cannot_be_is_no_case(meddle):
    case = json.loads(files.as_text(exporting.completed(cases(0)[0], implementation)))
    files.validate(case, "case", "as exported")
    meddle(case["model"])
    with pytest.raises(files.BadVectors, match="meddled with: at model"):
        files.validate(case, "case", "meddled with")
