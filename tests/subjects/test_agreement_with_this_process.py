"""The NumPy reference behind a worker gets the verdicts that it gets in this process."""

import sys
from pathlib import Path

import pytest

from lstm_spec.clauses import FAMILIES, Level, catalogue
from lstm_spec.contract import Capability
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import EFFORT
from lstm_spec.subjects.find import find
from lstm_spec.subjects.remote import open_worker

EFFORTLESS = EFFORT[Level.SMOKE]

CANNOT_TRAVEL = {"DATA-171": "cannot be sent to a subject"}
"""Clauses with arguments that the protocol has no form for, and what the answer says."""


@pytest.fixture(scope="module")
def over_there():
    with open_worker(Path(sys.executable), "numpy-float32") as subject:
        yield subject


def test_the_handshake_says_what_the_implementation_says(over_there):
    here = find("numpy-float32")
    for name in ("name", "version", "capabilities", "padding_output", "paths"):
        assert getattr(over_there, name) == getattr(here, name)
    assert over_there.python == ".".join(map(str, sys.version_info[:3]))


@pytest.mark.parametrize("family", [family for family in FAMILIES if family != "PIPE"])
def test_every_clause_of_a_family_gets_the_same_verdict(family, over_there, numpy_oracle):
    here = find("numpy-float32")
    chosen = [one for one in catalogue() if one.family == family and one.level is not Level.FULL]
    assert chosen
    for one in chosen:
        local = judge(one, here, numpy_oracle, effort=EFFORTLESS)
        remote = judge(one, over_there, numpy_oracle, effort=EFFORTLESS)
        if one.id in CANNOT_TRAVEL:
            assert CANNOT_TRAVEL[one.id] in remote.diagnosis
            continue
        assert (remote.verdict, remote.diagnosis) == (local.verdict, local.diagnosis), one.id
        if Capability.DROPOUT in one.needs:
            continue  # each process draws masks of its own
        assert remote.evidence.largest_difference == local.evidence.largest_difference, one.id
        assert remote.evidence.comparisons == local.evidence.comparisons, one.id
    assert over_there.starts == 1
