"""Recipes say exactly what is installed, and name adapters that are there."""

import ast
import re
import statistics
from pathlib import Path

import pytest

import reference.environments
from lstm_spec.contract import Capability
from lstm_spec.environments import recipes
from lstm_spec.report import reading

ADAPTERS = Path(reference.environments.__file__).parents[1] / "adapters"
SHARED = {"__init__", "adapter", "jax_network", "lengths", "network", "one_layer", "onnx_graph"}
SHARED |= {"weights", "protocol", "choices", "arguments", "jax_activations"}
SHARED |= {"torch_optimizers", "torch_sequences", "number_types"}
OF_KERAS = re.compile(r"keras_|__init__")
KEYWORD = "capabilities"
REPORTS = sorted((ADAPTERS.parents[1] / "reports").glob("*.json"))

mine = {name: one for name, one in recipes().items() if not OF_KERAS.search(one.adapter)}


def files():
    """Every adapter's own file, those of the Keras versions aside."""
    found = {Path(one.adapter.rpartition(":")[0]) for one in mine.values()}
    assert len(found) == len(mine)
    return sorted(found)


def test_there_are_adapters_of_more_than_25_libraries():
    assert len(mine) >= 25


@pytest.mark.parametrize("recipe", mine.values(), ids=list(mine))
def test_every_requirement_is_pinned(recipe):
    for requirement in recipe.requirements + recipe.unpinned:
        assert re.fullmatch(r"[\w\[\]-]+==[\w.+]+|--[a-z-]+=\S+", requirement), requirement
    for package in recipe.packages:
        assert re.fullmatch(r"@?[\w/-]+@\d+\.\d+\.\d+", package), package
    assert recipe.requirements or recipe.packages


@pytest.mark.parametrize("recipe", mine.values(), ids=list(mine))
def test_no_build_for_cuda_is_ever_pulled(recipe):
    for requirement in recipe.requirements:
        name, _, version = requirement.partition("==")
        assert name != "torch" or version.endswith("+cpu")
        assert "cuda" not in requirement
        assert "nvidia" not in requirement


@pytest.mark.parametrize("recipe", mine.values(), ids=list(mine))
def test_recipes_that_share_an_environment_ask_for_the_same(recipe):
    partners = [one for one in mine.values() if one.folder == recipe.folder]
    assert {one.fingerprint for one in partners} == {recipe.fingerprint}


@pytest.mark.parametrize("recipe", mine.values(), ids=list(mine))
def test_the_adapter_can_be_read_by_its_python(recipe):
    file, _, attribute = recipe.adapter.rpartition(":")
    if recipe.packages:
        assert Path(file).suffix == ".js"
        return
    version = tuple(int(part) for part in recipe.python.split("."))
    tree = ast.parse(Path(file).read_text("utf-8"), feature_version=version)
    assigned = {
        target.id
        for one in tree.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    assert attribute in assigned


@pytest.mark.parametrize("file", [one for one in files() if one.suffix == ".py"], ids=str)
def test_an_adapter_needs_of_lstm_spec_only_what_every_worker_has(file):
    tree = ast.parse(file.read_text("utf-8"))
    modules = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    modules |= {n.name for one in ast.walk(tree) if isinstance(one, ast.Import) for n in one.names}
    ours = {name for name in modules if name and name.split(".")[0] in ("lstm_spec", "reference")}
    allowed = {"lstm_spec.contract", "lstm_spec.model"}
    allowed |= {f"reference.adapters.support.{name}" for name in SHARED}
    allowed |= {"reference.adapters.torch_lstm", "reference.adapters.support"}
    assert ours <= allowed


@pytest.mark.parametrize("file", [one for one in files() if one.suffix == ".py"], ids=str)
def test_an_adapter_declares_capabilities_that_exist(file):
    tree = ast.parse(file.read_text("utf-8"))
    told = [n.value for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg == KEYWORD]
    parts = [n.value for one in told for n in ast.walk(one) if isinstance(n, ast.Constant)]
    assert told
    assert {word for part in parts for word in part.split()} <= set(Capability)


def test_half_of_the_adapters_are_shorter_than_60_lines():
    """Of code and comments: blank lines are not counted."""
    lines = [sum(1 for line in one.read_text("utf-8").splitlines() if line) for one in files()]
    assert statistics.median_low(lines) < 60


@pytest.mark.parametrize("file", REPORTS, ids=[one.stem for one in REPORTS])
def test_a_report_has_a_recipe_and_every_clause_its_verdict(file):
    report = reading.read(file)
    counts = dict(report["counts"])
    assert file.stem in recipes()
    assert counts.pop("planned") == sum(counts.values()) == len(report["clauses"])
    assert counts["not-run"] == 0
    assert counts["pass"] > 0


WITHOUT_A_REPORT = {"tinygrad": "it compiles every call anew: a run takes more than ten minutes"}


def test_every_adapter_has_a_report():
    assert {one.stem for one in REPORTS} >= set(mine) - set(WITHOUT_A_REPORT)


def test_a_variable_may_name_the_folder_of_the_environment():
    recipe = recipes()["keras-3-jax"]
    assert recipe.surroundings["KERAS_BACKEND"] == "jax"
    assert recipe.surroundings["JAX_COMPILATION_CACHE_DIR"] == f"{recipe.folder}/compiled"
