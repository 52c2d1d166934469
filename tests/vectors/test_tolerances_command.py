"""``tolerances``: noise below, mistakes above, and a page that says what was measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from lstm_spec import tolerances
from lstm_spec.cli import app, load
from lstm_spec.mutants import Mutant
from lstm_spec.selftest import noise, tolerance_margins
from lstm_spec.site import tolerances_page
from lstm_spec.vectors.effects import Effect, effects, kills
from reference.numpy import NumpyImplementation, implementation
from reference.numpy.lstm import LSTMLayer

load()

PAGE = Path(__file__).parents[2] / "docs" / "tolerances.md"


def test_the_command_measures_every_quantity_at_every_size_and_writes_the_page(
    tmp_path, monkeypatch
):
    few = {name: noise.QUANTITIES[name] for name in ("FORWARD", "LOSS")}
    monkeypatch.setattr(noise, "QUANTITIES", few)
    page, data = tmp_path / "page.md", tmp_path / "data.json"
    files = ["--markdown", str(page), "--json", str(data)]
    options = ["--seeds", "1", "--no-mutants", *files]
    result = CliRunner().invoke(app, ["tolerances", *options])
    assert result.exit_code == 0, result.output
    written = page.read_text()
    for name, (_, settings) in few.items():
        assert written.count(f"| {name} |") == 1 + len(settings)
    assert "--seeds 1 --no-mutants" in written
    assert tolerances_page.as_markdown(tolerances_page.read(data)) == written


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_measured(tmp_path):
    path = tmp_path / "nowhere" / "page.md"
    result = CliRunner().invoke(app, ["tolerances", "--markdown", str(path)])
    assert result.exit_code == 2
    assert "does not exist" in result.output


class Leaky(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return super().next_cell(i, f, g, c) + 1e-3


def test_the_effect_of_a_mistake_is_its_clearest_difference(exported):
    leaky = NumpyImplementation(name="leaky", lstm_class=Leaky)
    found = effects(leaky, exported[1])
    assert found[0].margin == max(one.margin for one in found)
    assert {"forward/one-step", "training/sgd"} <= {one.case for one in found}
    assert "data/padding" not in {one.case for one in found}
    step = next(one for one in found if one.case == "forward/one-step")
    assert 0.9e-3 < step.difference < 1.1e-3, "the cell state is off by a thousandth"
    assert tolerance_margins.constant_of(step) == "FORWARD"
    seen = kills({"leaky": found}, exported[1])
    assert seen["forward/one-step"] == ["leaky"]
    assert seen["data/padding"] == []


def effect(difference, quantity="outputs", tolerance=tolerances.FORWARD):
    return Effect("some/case", quantity, difference, tolerance)


def test_the_smallest_of_the_clearest_effects_is_found_for_each_constant():
    found = {
        "large": [effect(1e-1), effect(1e-6)],
        "small": [effect(1e-3)],
        "crash": [effect(np.inf)],
        "loss": [effect(1e-2, "loss", tolerances.LOSS)],
        "trained": [effect(1e-2, "outputs", tolerances.LOCKSTEP)],
        "unseen": [],
    }
    least = tolerance_margins.smallest(found)
    assert {name: one.mutant for name, one in least.items()} == {
        "FORWARD": "small",
        "LOSS": "loss",
        "LOCKSTEP": "trained",
    }
    assert least["FORWARD"].count == 2


def test_a_small_effect_must_be_explained():
    def mutant(name, sentence, stage):
        return Mutant(name, sentence, stage, implementation)

    mutants = [
        mutant("narrow", "The state is kept in float16.", "precision"),
        mutant("mystery", "Something is wrong.", "gates"),
        mutant("plain", "Something is very wrong.", "gates"),
    ]
    found = {"narrow": [effect(1e-4)], "mystery": [effect(2e-4)], "plain": [effect(1.0)]}
    data = tolerance_margins.as_data("measured", [], mutants, found)
    _, _, (_, *rows) = tolerances_page.close_calls(data["mutants"])
    assert [(row[0], row[-1]) for row in rows] == [
        ("narrow", tolerance_margins.BECAUSE_NARROW),
        ("mystery", "NOT EXPLAINED"),
    ]


def test_the_page_in_the_docs_has_the_constants_of_today_and_explains_every_small_mistake():
    page = PAGE.read_text()
    assert "NOT EXPLAINED" not in page
    overview = page.split("##")[1]
    for name, recorded in tolerances.NOISE.items():
        line = next(row for row in overview.splitlines() if row.startswith(f"| {name} |"))
        cells = [cell.strip() for cell in line.split("|")]
        assert cells[3] == f"{recorded:.2g}", "run lstm-spec tolerances again"
        assert cells[5] == f"{getattr(tolerances, name):.2g}", "run lstm-spec tolerances again"
