"""What crosses the border: values come back as they were, and every line fits the schema."""

import json
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    Bidirectional,
    Dense,
    Masking,
    ModelSpec,
    RepeatVector,
)
from lstm_spec.model.json_form import from_json, to_json
from lstm_spec.subjects import protocol, worker
from lstm_spec.subjects.process import Child
from lstm_spec.subjects.remote import open_worker

SCHEMA = json.loads((files("lstm_spec") / "schemas" / "protocol.schema.json").read_text())
ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype(name) for name in protocol.DTYPES] + [np.dtype(">f4")]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)
SPECS = [
    ModelSpec((LSTM(3),), features=2),
    ModelSpec(
        (
            Masking(0.5),
            Bidirectional(LSTM(4, recurrent_activation="hard_sigmoid_keras2", use_bias=False)),
            RepeatVector(2),
            LSTM(3, return_sequences=True, go_backwards=True, stateful=True),
            Dense(5, "softmax"),
        ),
        features=2,
        batch_size=4,
        time_steps=3,
        loss="categorical_crossentropy",
        optimizer=Adam(epsilon=1e-8),
        dtype="float64",
    ),
    ModelSpec((LSTM(1), Dense(1)), features=1, optimizer=SGD(0.1)),
]


def fits(line, definition):
    jsonschema.Draft202012Validator(
        {**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{definition}"}]}
    ).validate(line)


@given(ARRAYS)
def test_an_array_comes_back_bit_for_bit_from_either_end(array):
    sent = json.loads(json.dumps(protocol.write_array(array)))
    fits(sent, "array")
    for back in (protocol.read_array(sent, "it"), np.asarray(worker.read(sent))):
        assert back.dtype == array.dtype.newbyteorder("=")
        assert back.shape == array.shape
        np.testing.assert_array_equal(back, array)
    assert worker.write_array(array) == sent


@given(st.floats())
def test_a_figure_comes_back_even_where_json_has_none(figure):
    sent = json.loads(json.dumps(protocol.write_figure(figure), allow_nan=False))
    fits(sent, "figure")
    assert worker.figure(figure) == sent
    np.testing.assert_equal(protocol.read_figure(sent, "it"), figure)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
    )
)
def test_an_argument_of_a_data_function_comes_back(value):
    sent = json.loads(json.dumps(protocol.write_value(value), allow_nan=False))
    fits(sent, "value")
    there = worker.read(sent)
    np.testing.assert_equal(there, value)
    np.testing.assert_equal(
        protocol.read_value(json.loads(json.dumps(worker.write(there))), ""), value
    )


@pytest.mark.parametrize("spec", SPECS)
def test_a_model_description_comes_back(spec):
    sent = json.loads(json.dumps(to_json(spec)))
    fits(sent, "spec")
    assert from_json(sent) == spec
    assert sent["weight_shapes"] == [list(shape) for shape in spec.weight_shapes]
    there = worker.stand_in_spec(sent)
    assert there.stateful == spec.stateful
    assert [vars(one) for one in there.recurrent_layers] == [
        vars(one) for one in spec.recurrent_layers
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"layers": None}, "needs 'layers'"),
        ({"layers": [{"kind": "GRU", "units": 2}]}, "'kind' of LSTM, Bidirectional"),
        (
            {"layers": [{"kind": "LSTM", "units": 2, "zoneout": 0.5}]},
            "LSTM has no field 'zoneout', which is 0.5",
        ),
        ({"rounding": "stochastic"}, "ModelSpec has no field 'rounding'"),
    ],
)
def test_a_model_description_that_is_not_known_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        from_json({**to_json(SPECS[0]), **change})


def test_every_operation_of_a_real_session_fits_the_schema(monkeypatch, tmp_path):
    lines = []
    exchange = Child.exchange

    def overheard(self, request, seconds, doing):
        reply = exchange(self, request, seconds, doing)
        lines.append((json.loads(request), json.loads(reply)))
        return reply

    monkeypatch.setattr(Child, "exchange", overheard)
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(4, 3, 2)), rng.normal(size=(4, 3))
    with open_worker(Path(sys.executable), "numpy") as subject:
        model = subject.build(
            ModelSpec((LSTM(3, stateful=True),), features=2, batch_size=4, optimizer=Adam())
        )
        model.set_weights(model.get_weights())
        states = model.call(x, mask=np.ones((4, 3), bool)).states
        model.call(x, initial_state=states)
        model.call_in_training(x)
        subject.on("plain").build(ModelSpec((LSTM(3),), features=2))
        model.predict(x, 4)
        model.predict_on_batch(x)
        model.evaluate(x, y, 4)
        model.test_on_batch(x, y)
        model.train_on_batch(x, y)
        model.gradients(x, y, initial_state=states)
        model.fit(x, y, batch_size=4, epochs=2, shuffle=False, validation_data=(x, y))
        work = {"way": "fit", "parts": [(x, y)], "batch_size": 4, "reset": True}
        model.time(2, work)
        model.time(1)
        stateless = subject.build(ModelSpec((LSTM(3),), features=2))
        stateless.time(1, {**work, "way": "call", "parts": [(x[:1],)]})
        model.set_states(model.get_states())
        model.reset_states()
        model.reset_rows([1])
        model.clone()
        model.save(tmp_path / "model")
        subject.load(tmp_path / "model")
        subject.preprocessing.pad_sequences([[1], [1, 2]], maxlen=3, padding="post")
        subject.preprocessing.one_hot(np.array([1, 2]))
        subject.data.echo.sequence(5, np.random.RandomState(7))
        subject.data.echo.batch(8, 3, 2, rng)
    asked = {request["op"] for request, _ in lines}
    declared = {name.removeprefix("ok_") for name in SCHEMA["$defs"] if name.startswith("ok_")}
    assert asked == declared
    for request, reply in lines:
        fits(request, "request")
        fits(reply, "reply")
        fits(reply["ok"], f"ok_{request['op']}")
