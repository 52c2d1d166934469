"""The runs of fifty updates: nothing that can be asked for is left out."""

from pathlib import Path
from typing import get_args

import pytest

from lstm_spec.model import (
    LOSSES_WITH_OPTIONS,
    OPTIMIZERS,
    SCHEDULES,
    VOCABULARIES,
    Reduction,
    meant,
)
from lstm_spec.model.fields import described_fields
from lstm_spec.selftest import fifty_updates
from lstm_spec.site.fifty_updates_page import beyond, page, read
from lstm_spec.subjects.find import find
from lstm_spec.tolerances import FLOAT64

DATA = read(Path(__file__).parents[2] / fifty_updates.FOLDER)
ROWS = list(fifty_updates.rows())


@pytest.mark.parametrize("stateful", [False, True])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_option_of_every_optimiser_is_in_a_run(kind, stateful):
    asked = [one.spec.optimizer for one in ROWS if one.spec.stateful is stateful]
    mine = [one for one in asked if type(one) is kind]
    for field in described_fields(kind):
        assert len({repr(getattr(one, field.name)) for one in mine}) > 1, field.name


def test_every_loss_option_reduction_and_schedule_is_in_a_run():
    losses = [one.spec.loss for one in ROWS]
    meanings = {type(meant(one)) if not isinstance(meant(one), str) else one for one in losses}
    for word in VOCABULARIES["loss"]:
        assert (word if isinstance(meant(word), str) else type(meant(word))) in meanings, word
    for kind in LOSSES_WITH_OPTIONS:
        mine = [one for one in losses if type(one) is kind]
        for field in described_fields(kind):
            assert any(not field.is_default(getattr(one, field.name)) for one in mine), field.name
    assert {one.spec.reduction for one in ROWS} == set(get_args(Reduction))
    asked = [one.spec.optimizer for one in ROWS]
    for kind in OPTIMIZERS:
        rates = {type(one.learning_rate) for one in asked if type(one) is kind}
        assert set(SCHEDULES) <= rates, kind


@pytest.mark.parametrize("row", ROWS[:: len(ROWS) // 3], ids=lambda one: one.what)
def test_the_oracles_are_the_same_in_a_run(row):
    told = fifty_updates.measured(row, find("numpy"), find("scalar"))
    assert told["apart"] < FLOAT64


def test_what_is_not_mapped_is_said():
    pytest.importorskip("jax", reason="needs the extra jax")
    (row,) = (one for one in ROWS if one.what == "SGD, momentum = 0.5" and one.spec.stateful)
    told = fifty_updates.measured(row, find("jax"), find("numpy"))
    assert "momentum" in told["unsupported"]


@pytest.mark.parametrize("data", DATA, ids=lambda one: one["subject"])
def test_the_data_have_every_run_of_today(data):
    told = [(one["what"], one["weighed"], one["stateful"]) for one in data["rows"]]
    assert told == [(one.what, one.weighed, one.spec.stateful) for one in ROWS]


def test_the_oracles_agreed_in_every_run():
    (mine,) = (one for one in DATA if one["subject"] == "numpy")
    assert beyond(mine) == []
    assert all("apart" in one for one in mine["rows"])


def test_the_page_names_what_is_beyond_a_tolerance():
    row = {"what": "SGD", "weighed": "rows", "stateful": True, "apart": 1.0}
    data = {"subject": "x", "version": "1", "backend": "", "oracle": "numpy", "command": "c"}
    told = "| beyond the tolerance, by up to 1.0e+00 | 1 | SGD, weighed by rows, stateful |"
    assert told in page([data | {"rows": [row]}])
