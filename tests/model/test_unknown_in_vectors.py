"""A case of the vectors that holds something unknown is neither exported nor replayed."""

import pytest
from planted import UNKNOWN

from lstm_spec.contract import Unsupported
from lstm_spec.model.json_form import to_json
from lstm_spec.vectors import checking, exporting, files
from lstm_spec.vectors.case import Case, Draft, cases
from reference.numpy import implementation as oracle

SEQUENCE = next(one for one in cases(0) if one.id == "forward/sequence")


def file_with(spec):
    """A case as it stands in a file, with this model in place of its own."""
    written = exporting.completed(SEQUENCE, oracle)
    return {**written, "model": {**to_json(spec), "weight_names": list(spec.weight_names)}}


@pytest.mark.parametrize("planted", UNKNOWN)
def test_a_file_with_something_unknown_is_unsupported_by_name(planted):
    case = file_with(UNKNOWN[planted].spec)
    (outcome,) = checking.check(oracle, [case])
    assert outcome.word == "unsupported"
    assert all(name in outcome.sentence for name in UNKNOWN[planted].names)


@pytest.mark.parametrize("planted", UNKNOWN)
def test_a_case_with_something_unknown_is_not_exported(planted):
    def export(spec):
        draft = Draft(spec, SEQUENCE.draft.weights, SEQUENCE.draft.operations)
        exporting.completed(Case("forward/new", "new", (), (), draft), oracle)

    assert UNKNOWN[planted].refused(export) is True


def test_an_engine_that_says_nothing_is_not_asked_for_what_it_cannot_know(monkeypatch):
    """The vectors reach a user's engine through the same place that closes it elsewhere."""

    class Open:
        name, version, capabilities = "open", "1", oracle.capabilities

        def build(self, spec):
            raise AssertionError("something was built")

    monkeypatch.setattr(Open, "maps", {"ModelSpec": ["layers", "features"]}, raising=False)
    written = exporting.completed(SEQUENCE, oracle)
    files.validate(written, "case", written["id"])
    (outcome,) = checking.check(Open(), [written])
    assert outcome.word == "unsupported"
    assert "nothing for LSTM" in outcome.sentence
    with pytest.raises(Unsupported, match="nothing for LSTM"):
        list(checking.replay.run(Open(), written))
