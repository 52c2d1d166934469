"""What is generated from the descriptions is what the command would write now."""

import hashlib
import json

from planted import NewLSTM, Unheard

from lstm_spec.model import LAYERS, OPTIMIZERS, SPECIFICATION_0_1, VOCABULARIES, Dense, generate
from lstm_spec.model.fields import described_fields
from lstm_spec.model.spec import ModelSpec


def test_the_stand_ins_of_the_worker_are_fresh():
    assert generate.worker_text() == generate.WORKER.read_text(encoding="utf-8")


def test_the_schema_of_the_protocol_is_fresh():
    assert generate.protocol_text() == generate.PROTOCOL.read_text(encoding="utf-8")


def test_the_schema_of_the_vectors_is_fresh():
    assert generate.vectors_text() == generate.VECTORS.read_text(encoding="utf-8")


def test_a_new_layer_would_be_in_both_and_one_that_is_gone_in_neither(monkeypatch):
    """The generator reads the dataclasses and nothing else."""
    monkeypatch.setattr(
        generate, "LAYERS", (*(one for one in LAYERS if one is not Dense), Unheard, NewLSTM)
    )
    stand_ins, schema = generate.worker_text(), json.loads(generate.protocol_text())["$defs"]
    assert "class Dense" not in stand_ins
    assert "Dense" not in schema
    assert 'class Unheard(Layer):\n    fields = (("units", 2),)' in stand_ins
    assert schema["Unheard"]["required"] == ["kind", "units"]
    assert '("unheard_of", 0.0)' in stand_ins
    assert schema["LSTM"]["properties"]["unheard_of"] == {"type": "number"}
    assert "unheard_of" not in schema["LSTM"]["required"]  # see model.mapping


def test_specification_0_1_never_changes():
    """It says what implementations know that were written before there was anything else."""
    text = json.dumps({name: list(listed) for name, listed in SPECIFICATION_0_1.items()})
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "4c9c2ce9d2ebf891c87b8c323335706c5986c612ed98af529b78c6ed83399900"
    )


def test_all_of_specification_0_1_still_exists():
    now = {kind.__name__: {one.name for one in described_fields(kind)} for kind in KINDS}
    now |= {name: set(words) for name, words in VOCABULARIES.items()}
    for name, listed in SPECIFICATION_0_1.items():
        assert set(listed) <= now[name]


KINDS = (*LAYERS, *OPTIMIZERS, ModelSpec)
