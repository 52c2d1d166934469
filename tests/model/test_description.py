"""The descriptions own what can be said of them, and a layer cannot leave any of it out."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from planted import Unheard

from lstm_spec.contract import Capability
from lstm_spec.model import (
    LOSSES_WITH_OPTIONS,
    LSTM,
    VOCABULARIES,
    Bidirectional,
    Dense,
    Layer,
    LSTMState,
    Masking,
    ModelSpec,
    RepeatVector,
    loss_facts,
    meant,
)
from lstm_spec.model.json_form import from_json, to_json
from lstm_spec.run.judge import Guarded
from reference.numpy import implementation as oracle

STACK = ModelSpec(
    (
        Masking(0.5),
        Bidirectional(LSTM(4, return_sequences=True, stateful=True)),
        LSTM(3, use_bias=False, recurrent_activation="hard_sigmoid_keras2"),
        RepeatVector(6),
        Dense(2),
        Dense(5, "softmax"),
    ),
    features=7,
    batch_size=2,
    dtype="float64",
)


def test_a_layer_that_leaves_something_out_cannot_be_defined_or_made():
    with pytest.raises(TypeError, match="capabilities it needs"):

        class SaysNotWhatItNeeds(Layer):
            pass

    class HasNoWeights(Layer):
        always_needs: ClassVar = ()

        def output(self, given):
            return given

    with pytest.raises(TypeError, match="weights"):
        HasNoWeights()

    class HasNoOutput(Layer):
        always_needs: ClassVar = ()

        def weights(self, given):
            return ()

    with pytest.raises(TypeError, match="output"):
        HasNoOutput()


def test_forms_go_from_layer_to_layer():
    assert [str(form) for form in STACK.forms()] == [
        "(any, 7)",
        "(any, 7)",
        "(any, 8)",
        "(3)",
        "(6, 3)",
        "(6, 2)",
        "(6, 5)",
    ]
    assert STACK.output_shape(2, 9) == (2, 6, 5)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((LSTM(4), LSTM(3)), r"layer 1 \(LSTM\) reads a sequence"),
        ((LSTM(4), Masking()), r"layer 1 \(Masking\) reads a sequence"),
        ((LSTM(4), Bidirectional(LSTM(3))), r"layer 1 \(Bidirectional\) reads a sequence"),
        ((RepeatVector(3),), r"layer 0 \(RepeatVector\) repeats one vector"),
        ((Bidirectional(LSTM(4, go_backwards=True)),), r"must not set go_backwards"),
    ],
)
def test_a_layer_that_cannot_read_what_it_is_given_says_where(layers, words):
    with pytest.raises(ValueError, match=words):
        ModelSpec(layers, 3).forms()


def test_what_is_no_layer_and_no_optimiser_is_no_model():
    with pytest.raises(ValueError, match="'LSTM' is no layer"):
        ModelSpec(("LSTM",), 3)
    with pytest.raises(ValueError, match="'adam' is no optimiser"):
        ModelSpec((LSTM(3),), 3, optimizer="adam")


def test_weights_have_names_shapes_and_a_way_to_be_drawn():
    listed = [one for of_layer in STACK.layer_weights for one in of_layer]
    assert len(listed) == len(STACK.weight_names) == len(STACK.weight_shapes) == 12
    assert STACK.weight_names[3:8] == (
        "LSTM 2 kernel",
        "LSTM 2 recurrent kernel",
        "LSTM 2 bias",
        "LSTM 3 kernel",
        "LSTM 3 recurrent kernel",
    )
    assert STACK.weight_names[-2:] == ("Dense 2 kernel", "Dense 2 bias")
    assert ModelSpec((LSTM(2), Dense(3)), 4).weight_names == (
        "kernel",
        "recurrent kernel",
        "bias",
        "Dense kernel",
        "Dense bias",
    )
    assert [one.initial for one in listed[:3]] == [
        "glorot uniform",
        "orthogonal",
        "zeros",
    ]
    assert ModelSpec((Unheard(),), 3).weight_names == ("Unheard kernel",)


def test_needs_follow_from_layers_fields_and_number_type():
    assert STACK.needs == {
        Capability.LAYERS,
        Capability.MASK,
        Capability.BIDIRECTIONAL,
        Capability.STATEFUL,
        Capability.NO_BIAS,
        Capability.HARD_SIGMOID,
        Capability.FLOAT64,
    }
    assert ModelSpec((LSTM(3),), 3).needs == set()
    assert ModelSpec((LSTM(3, go_backwards=True),), 3).needs == {Capability.GO_BACKWARDS}
    assert ModelSpec((Dense(3),), 3).needs == {Capability.LAYERS}


def test_a_change_of_every_cell_reaches_those_that_are_wrapped():
    narrow = STACK.with_cells(lambda cell: LSTM(1, return_sequences=cell.return_sequences))
    assert [one.units for one in narrow.recurrent_layers] == [1, 1, 1]
    assert narrow.recurrent_layers[1].go_backwards


def test_states_have_the_type_of_their_cell():
    spec = ModelSpec((LSTM(4, stateful=True),), 3, batch_size=2)
    model = Guarded(oracle).build(spec)
    final = model.call(np.ones((2, 5, 3))).states
    assert isinstance(final[0], LSTMState)
    assert isinstance(model.get_states()[0], LSTMState)
    assert final[0].h.shape == final[0].c.shape == (2, 4)
    model.set_states([(final[0].h, final[0].c)])  # a plain pair will do
    assert spec.recurrent_layers[0].state_shapes(2) == ((2, 4), (2, 4))


def test_json_holds_every_field_of_every_layer():
    assert from_json(to_json(STACK)) == STACK
    bidirectional = to_json(STACK)["layers"][1]
    assert bidirectional["layer"]["stateful"] is True
    assert bidirectional["layer"]["kind"] == "LSTM"


def test_a_word_that_is_not_known_is_named_when_it_is_read():
    written = to_json(ModelSpec((LSTM(4),), 3))
    with pytest.raises(
        ValueError, match=r"ModelSpec\.loss = 'unheard_of' is not known; known are cat"
    ):
        from_json(written | {"loss": "unheard_of"})


def test_every_loss_has_its_facts():
    for word in VOCABULARIES["loss"]:
        assert loss_facts(word) == loss_facts(meant(word))
    assert {type(meant(word)) for word in VOCABULARIES["loss"]} == {str, *LOSSES_WITH_OPTIONS}


def test_a_field_of_a_type_that_json_cannot_hold_is_found_when_it_is_generated():
    from lstm_spec.model.fields import described_fields
    from lstm_spec.model.generate import _value

    @dataclass(frozen=True)
    class Strange(Masking):
        when: complex = 0j

    field = described_fields(Strange)[-1]
    with pytest.raises(TypeError, match="no JSON for the field when"):
        _value(field.type, field)
