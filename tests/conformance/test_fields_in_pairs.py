"""The covering arrays cover what they claim, with the fields of today; failures are shrunk."""

from dataclasses import replace
from itertools import pairwise

import pytest

from lstm_spec.checking.choices import (
    STRUCTURE,
    can_do,
    choices,
    chosen,
    described,
    is_trainable,
    owner_of,
)
from lstm_spec.checking.covering import ARRAYS, covering_rows, pairs_of, possible_pairs
from lstm_spec.checking.sound_rows import is_sound, without_what_it_lacks
from lstm_spec.checking.trial import Effort, Trial
from lstm_spec.clauses import select
from lstm_spec.contract import Capability
from lstm_spec.evidence import Deviation
from lstm_spec.lifting import lift
from lstm_spec.model import (
    LSTM,
    OPTIMIZERS,
    Bidirectional,
    Dense,
    Masking,
    ModelSpec,
    RepeatVector,
)
from lstm_spec.model.fields import described_fields
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import find
from lstm_spec.subjects.guard import Guarded
from lstm_spec.verdicts import Verdict
from reference import keras3
from reference.numpy import implementation

KINDS = (LSTM, Bidirectional, Masking, RepeatVector, Dense, *OPTIMIZERS, ModelSpec)
ONE_VALUE = {"n"}
COMMAND = "run python -m lstm_spec.checking.covering"
(LIFE_140,) = select(["LIFE-140"])


def test_every_field_is_a_choice():
    names = {one.name.split(" of layer")[0] for one in choices()}
    for kind in KINDS:
        for one in described_fields(kind):
            owner = owner_of(kind, one)
            if (owner, one.name) not in STRUCTURE and one.name not in ONE_VALUE:
                assert f"{owner.__name__}.{one.name}" in names, COMMAND


@pytest.mark.parametrize("array", ARRAYS)
def test_every_pair_of_values_that_can_stand_together_is_in_a_row(array):
    of = ARRAYS[array].of()
    wanted = set(possible_pairs(ARRAYS[array]))
    covered = {pair for row in covering_rows(array) for pair in pairs_of(row, of)}
    assert wanted - covered == set(), COMMAND
    assert len(wanted) > 100
    assert all(ARRAYS[array].allows(row) for row in covering_rows(array))


@pytest.mark.parametrize("array", ARRAYS)
def test_every_row_is_a_model_that_can_be_trained_or_one_that_cannot(array):
    for row in covering_rows(array):
        assert is_sound(row)
        assert is_trainable(described(row)) != ARRAYS[array].runs_only
        assert ARRAYS[array].always.items() <= row.items()


def test_every_value_of_every_field_is_in_the_full_arrays():
    names = ("full", "full, masked", "run only", "inner steps")
    rows = [row for name in names for row in covering_rows(name)]
    for one in choices():
        found = {chosen(row, one.name) for row in rows}
        possible = set(one.values)
        if one.name == "LSTM.mask_in_reading_order of layer 3":
            possible.remove(True)  # no layer follows
        dealt = set(one.runs_only) if len(one.runs_only) > 2 else set()  # to other layers
        assert found | dealt == possible, one.name


def test_every_word_is_tried_in_some_layer():
    for name in ("LSTM.activation", "LSTM.recurrent_activation"):
        of = [one for one in choices() if one.name.startswith(f"{name} of")]
        found = {chosen(row, one.name) for row in covering_rows("run only") for one in of}
        assert found >= set(of[0].runs_only)


def test_the_first_rows_cover_the_most():
    of, wanted = ARRAYS["core"].of(), set(possible_pairs(ARRAYS["core"]))
    seen, news = set(), []
    for row in covering_rows("core"):
        new = set(pairs_of(row, of)) & wanted - seen
        news.append(len(new))
        seen |= new
    assert all(one >= other for one, other in pairwise(news))


def test_a_subject_that_lacks_a_field_is_tried_with_the_others():
    for row in covering_rows("core"):
        fewer = without_what_it_lacks(row, keras3.implementation)
        assert can_do(described(fewer), keras3.implementation)
        assert is_sound(fewer)
        assert fewer.items() <= row.items()
    rows = [without_what_it_lacks(row, keras3.implementation) for row in covering_rows("core")]
    mapped = keras3.implementation.maps["LSTM"]
    lacked = {f"LSTM.{one.name}" for one in described_fields(LSTM) if one.name not in mapped}
    had = [
        name for row in covering_rows("core") for name in row if name.split(" of ")[0] not in lacked
    ]
    assert sum(len(row) for row in rows) > 0.8 * len(had)


def judged(subject, oracle=implementation):
    return judge(LIFE_140, subject, oracle, effort=Effort(seconds=10.0))


def test_an_engine_of_one_layer_is_judged_by_what_it_has():
    def run(x, weights, state):
        (outputs, states) = forward(x, weights, state)
        return outputs, states

    def forward(x, weights, state):
        model = implementation.build(ModelSpec((LSTM(len(weights[1]), return_sequences=True),), 3))
        model = implementation.build(replace(model.spec, features=x.shape[2]))
        model.set_weights(weights)
        outputs, ((h, c),) = model.call(x, initial_state=[state])
        return outputs, (h, c)

    assert judged(lift(run, name="lifted")).verdict is Verdict.PASS


def test_a_subject_that_builds_no_model_is_unsupported():
    nothing = replace(implementation, capabilities=frozenset({Capability.FORWARD}))
    object.__setattr__(nothing, "maps", {})
    assert judged(nothing).verdict is Verdict.UNSUPPORTED


def test_a_failure_is_shrunk_to_a_script_that_shows_it():
    name = "a_stateless_layer_below_a_stateful_one_starts_where_it_ended"
    judgement = judged(find(f"reference.mutants:{name}"))
    assert judgement.verdict is Verdict.FAIL
    script = judgement.evidence.counter_example["script"]
    assert script.count("both.") <= 3
    assert "LSTM(units=2, return_sequences=True), LSTM(units=" in script
    assert script.count("stateful=True") == 1
    assert not any(word in script for word in ("Dense", "activation", "bias", "dtype"))
    with pytest.raises(Deviation):
        exec(script.replace(f"'{name}'", f"'reference.mutants:{name}'"), {})


def test_the_same_seed_draws_the_same_script():
    subject = Guarded(find("reference.mutants:third_of_three_layers_forgets_a_given_initial_state"))
    messages = set()
    for _ in range(2):
        with pytest.raises(Deviation) as found:
            LIFE_140.check(subject, implementation, Trial("LIFE-140", 3))
        messages.add(found.value.message)
    assert len(messages) == 1
