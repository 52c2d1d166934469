"""A recipe says how long its implementation may take for one answer."""

import sys
from dataclasses import replace

import pytest

from lstm_spec.environments import Recipe
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.run.plan import Plan
from lstm_spec.subjects import address
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.protocol import SubjectLost

SLOW = """
import time
from reference.numpy import implementation as right

class Slow(type(right)):
    def build(self, model):
        time.sleep(1)
        return super().build(model)

implementation = Slow("slow")
"""


@pytest.fixture
def slow(tmp_path, monkeypatch):
    """An environment whose implementation needs a second to build a model."""
    monkeypatch.setenv("LSTM_SPEC_ENVIRONMENTS", str(tmp_path / "environments"))
    adapter = tmp_path / "slow.py"
    adapter.write_text(SLOW)
    paths = ":".join(filter(None, sys.path))
    one = Recipe(
        "slow", "", "3.11", (), f"{adapter}:implementation", variables={"PYTHONPATH": paths}
    )
    one.interpreter.parent.mkdir(parents=True)
    one.interpreter.symlink_to(sys.executable)
    one.stamp()
    return one


def build(recipe, monkeypatch):
    monkeypatch.setattr(address, "recipes", lambda: {recipe.name: recipe})
    with Address(recipe.name).open() as subject:
        return subject.build(ModelSpec((LSTM(2),), features=1)).get_weights()


def test_an_answer_within_the_recipes_time_is_waited_for(slow, monkeypatch):
    assert len(build(slow, monkeypatch)) == 3


def test_a_later_answer_is_given_up(slow, monkeypatch):
    with pytest.raises(SubjectLost, match=r"no answer to build within 0\.1 s"):
        build(replace(slow, answer_seconds=0.1), monkeypatch)


def test_a_clause_is_given_as_much_longer_as_an_answer(slow, monkeypatch):
    patient = replace(slow, answer_seconds=300.0)
    monkeypatch.setattr(address, "recipes", lambda: {"slow": patient})
    assert Plan(Address("numpy"), ()).seconds_per_clause == 120
    assert Plan(Address("slow"), ()).seconds_per_clause == 120 + 240
    assert Plan(Address("slow"), (), limit=5.0).seconds_per_clause == 5
