"""Each form is taken by the tool that it is for, agrees with a right engine, and finds a bug."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lstm_spec.cli import app, load
from lstm_spec.vectors.forms import writing

load()

ROOT = Path(__file__).parents[2]
ENGINES = Path(__file__).parent / "engines"
FORMS = sorted(writing.HOW)

IGNORED_BY_THE_REFERENCE = ("lengths", "hard_sigmoid", "clip", "input_forget")
"""onnx.reference 1.23 leaves sequence_lens, activations, clip and input_forget aside."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    pytest.importorskip("onnx", reason="needs the extra vectors: pip install onnx")
    made = tmp_path_factory.mktemp("forms")
    for form in FORMS:
        first = "stateful" if form in ("pytest", "jest") else ""
        count, size = writing.write(made / form, form, 0, first, "a command")
        assert count > 10
        assert size > 10_000
    return made


def run(words, folder, **variables):
    return subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **variables},
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_says_what_it_is_and_where_it_goes(folders, form):
    told = (folders / form / "README.md").read_text("utf-8")
    assert "Apache-2.0" in told
    assert writing.HOW[form] in told


# C ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def check_vectors(folders, tmp_path_factory):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler called cc on the PATH")
    built = tmp_path_factory.mktemp("c") / "check_vectors"
    source = ROOT / "examples" / "c" / "check_vectors.c"
    words = [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-I", str(folders / "c")]
    subprocess.run([*words, "-o", str(built), str(source), "-lm"], check=True, timeout=60)
    return built


def test_the_engine_in_c_agrees_with_the_header(check_vectors):
    ended = run([check_vectors], check_vectors.parent)
    assert ended.returncode == 0, ended.stdout
    assert re.fullmatch(r"(\d+) of \1 cases agree\n", ended.stdout)


@pytest.mark.parametrize(("bug", "seen"), [("gates", "gates/cell"), ("reset", "state/three-calls")])
def test_the_header_finds_a_bug_that_is_planted_in_c(check_vectors, bug, seen):
    ended = run([check_vectors], check_vectors.parent, LSTM_ENGINE_BUG=bug)
    assert ended.returncode == 1
    assert seen in ended.stdout


# ONNX ---------------------------------------------------------------------------------------------


def runner_of_onnx(folders, backend):
    """The names of the tests that passed and failed in the runner of the ONNX backend tests."""
    script = ROOT / "examples" / "onnx" / "backend_tests.py"
    ended = run([sys.executable, str(script), str(folders / "onnx"), backend], folders)
    said = re.findall(r"^test_lstm_(\w+)_cpu .* (ok|FAIL|ERROR)$", ended.stderr, re.M)
    assert len(said) == 15, ended.stderr
    return {name for name, word in said if word == "ok"}, {n for n, word in said if word != "ok"}


def test_the_reference_evaluator_fails_where_it_ignores_something(folders):
    _, failed = runner_of_onnx(folders, "reference")
    ignored = {name for name in failed if any(w in name for w in IGNORED_BY_THE_REFERENCE)}
    assert failed == ignored
    assert len(failed) == 8


def test_onnx_runtime_passes_all(folders):
    pytest.importorskip("onnxruntime", reason="needs: pip install onnxruntime")
    assert runner_of_onnx(folders, "onnxruntime")[1] == set()


# WebNN --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def webnn(folders):
    return json.loads((folders / "webnn" / "lstm_vectors.json").read_text("utf-8"))


def computed(graph, gates):
    """A graph as the WebNN standard has it, the blocks of the weights in the order of ``gates``."""
    operands = {
        name: np.array(one["data"]).reshape(one["descriptor"]["shape"])
        for name, one in graph["inputs"].items()
    }
    operator = graph["operators"][0]
    options = operator["arguments"][-1]["options"]
    if operator["name"] == "lstmCell":
        parts = [operands.get(name) for name in ("weight", "recurrentWeight", "bias")]
        state = operands["hiddenState"], operands["cellState"]
        return dict(
            zip(("hidden", "cell"), cell(operands["input"], state, parts, gates), strict=True)
        )
    ways = {"forward": [1], "backward": [-1], "both": [1, -1]}[options["direction"]]
    found = []
    for k, way in enumerate(ways):
        bias = operands["bias"][k] + operands["recurrentBias"][k] if "bias" in operands else None
        parts = [operands["weight"][k], operands["recurrentWeight"][k], bias]
        rows, units = operands["input"].shape[1], parts[1].shape[1]
        names = ("initialHiddenState", "initialCellState")
        state = [operands[one][k] if one in operands else np.zeros((rows, units)) for one in names]
        sequence = []
        for x in operands["input"][::way]:
            state = cell(x, state, parts, gates)
            sequence.append(state[0])
        found.append((*state, sequence[::way]))
    hidden, memory, sequences = (np.array(one) for one in zip(*found, strict=True))
    return {"hidden": hidden, "cell": memory, "sequence": sequences.swapaxes(0, 1)}


def cell(x, state, parts, gates):
    h, c = state
    weight, recurrent, bias = parts
    z = x @ weight.T + h @ recurrent.T + (0 if bias is None else bias)
    block = dict(zip(gates, np.split(z, 4, axis=1), strict=True))
    i, f, o = (1 / (1 + np.exp(-block[one])) for one in "ifo")
    c = f * c + i * np.tanh(block["g"])
    return o * np.tanh(c), c


def differing(webnn, gates=None):
    """The names of the tests that are not what this computes, in their layout or in another."""
    wrong = []
    for one in webnn["tests"]:
        graph = one["graph"]
        layout = graph["operators"][0]["arguments"][-1]["options"]["layout"]
        got = computed(graph, gates or layout)
        for name, expected in graph["expectedOutputs"].items():
            assert list(got[name].shape) == expected["descriptor"]["shape"]
            difference = np.abs(got[name].ravel() - expected["data"]).max()
            if difference > webnn["tolerance"]["value"]:
                wrong.append(one["name"])
    return set(wrong)


def test_the_data_for_webnn_are_what_its_standard_computes(webnn):
    assert {one["graph"]["operators"][0]["name"] for one in webnn["tests"]} == {"lstm", "lstmCell"}
    assert differing(webnn) == set()


@pytest.mark.parametrize("ignored", ["iofg", "ifgo"])
def test_an_engine_that_knows_one_layout_only_fails_all_tests_of_the_other(webnn, ignored):
    names = {one["name"] for one in webnn["tests"]}
    assert differing(webnn, ignored) == {one for one in names if not one.endswith(ignored)}


# pytest and Jest ----------------------------------------------------------------------------------


def test_the_pytest_module_loads_the_cases_and_finds_a_mutant(folders):
    shutil.copy(ENGINES / "lstm_engine.py", folders / "pytest")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    ended = run([*words, "test_lstm_vectors.py"], folders / "pytest")
    assert ended.returncode == 0, ended.stdout
    assert re.search(r"^\d+ passed", ended.stdout, re.M)
    wrong = "reference.mutants:reset_states_clears_h_but_not_c"
    ended = run([*words, "test_lstm_vectors.py"], folders / "pytest", ENGINE_UNDER_TEST=wrong)
    assert ended.returncode == 1
    assert "outputs differs by" in ended.stdout


def test_the_module_for_jest_runs_and_finds_a_planted_bug(folders):
    if shutil.which("node") is None:
        pytest.skip("there is no node on the PATH")
    shutil.copy(ENGINES / "lstm_engine.js", folders / "jest")
    words = ["node", "--test", "--test-reporter", "tap", "lstm_vectors.test.js"]
    ended = run(words, folders / "jest")
    assert ended.returncode == 0, ended.stdout
    assert int(re.search(r"^# pass (\d+)", ended.stdout, re.M).group(1)) > 2
    ended = run(words, folders / "jest", FORGETS_C="1")
    assert ended.returncode == 1
    assert "differs by" in ended.stdout


# The command --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--format", "rust"], "there is no form 'rust'; there are onnx, c, webnn, pytest, jest"),
        (["--format", "c", "--first", "all"], "there is no kind of engine 'all'"),
        (["--first", "inference"], "--first is for a --format"),
    ],
)
def test_a_wrong_option_is_refused(tmp_path, options, told):
    ended = CliRunner().invoke(app, ["vectors", "export", str(tmp_path / "new"), *options])
    assert ended.exit_code == 2
    assert told in " ".join(ended.output.split())
    assert not (tmp_path / "new").exists()


def test_a_full_folder_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    ended = CliRunner().invoke(app, ["vectors", "export", str(tmp_path), "--format", "c"])
    assert ended.exit_code == 2
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]
