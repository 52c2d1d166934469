"""What old Pythons have in place of the descriptions says the same as the descriptions."""

import json

import pytest
from example_values import changes

from lstm_spec.contract import Unsupported, refuse_unmapped
from lstm_spec.model import SPECIFICATION_0_1
from lstm_spec.model.json_form import to_json
from lstm_spec.subjects import worker

CHANGES = changes()
FEW = {**SPECIFICATION_0_1, "LSTM": ("units",), "Dense.activation": ("softmax",)}


def stand_in(spec):
    return worker.stand_in_spec(json.loads(json.dumps(to_json(spec))))


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_they_need_the_same_and_have_the_same_directions(change):
    for spec in (change.usual, change.changed):
        there = stand_in(spec)
        assert there.needs == spec.needs
        assert there.stateful == spec.stateful
        assert [(one.units, one.go_backwards) for one in there.recurrent_layers] == [
            (one.units, one.go_backwards) for one in spec.recurrent_layers
        ]


@pytest.mark.parametrize("maps", [SPECIFICATION_0_1, FEW], ids=["0.1", "few"])
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_they_are_refused_in_the_same_words(change, maps):
    for spec in (change.usual, change.changed):
        assert refusal(worker.refuse_unmapped, stand_in(spec), maps) == refusal(
            refuse_unmapped, spec, maps
        )


def refusal(refuse, spec, maps):
    try:
        refuse(spec, maps, "it")
    except (Unsupported, worker.Unsupported) as reason:
        return str(reason)
    return ""
