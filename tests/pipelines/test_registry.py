"""Pipelines are found by name, options included; a wrong name is answered with the right ones."""

import pytest

from lstm_spec.model import Adam
from lstm_spec.pipelines import PIPELINES, VARIANTS, find

BUDGETS = {
    "alphabet-one-char": 12_500,
    "alphabet-feature-window": 11_500,
    "alphabet-time-steps": 11_500,
    "alphabet-whole-batch": 5_000,
    "alphabet-stateful": 7_500,
    "alphabet-left-padded": 7_500,
    "alphabet-variable-length": 500_000,
    "echo-whole-sequence": 2_000,
    "echo-encoder-decoder": 5_000,
    "echo-encoder-decoder-long": 5_000,
    "moving-average": 8_000,
}


def test_all_eleven_are_there_with_their_documented_budgets():
    assert {name: pipeline.budget for name, pipeline in PIPELINES.items()} == BUDGETS


@pytest.mark.parametrize("name", [*PIPELINES, *VARIANTS])
def test_a_name_leads_to_a_pipeline_of_that_name(name):
    assert find(name).name == name


@pytest.mark.parametrize("name", PIPELINES)
def test_every_pipeline_names_its_document_and_what_was_published(name):
    pipeline = PIPELINES[name]
    assert pipeline.source
    assert pipeline.claims
    assert pipeline.published


@pytest.mark.parametrize("name", [name for name in PIPELINES if name.startswith("alphabet")])
def test_the_alphabet_family_has_both_generations(name):
    old, new = find(f"{name}:generation=2017").spec, find(name).spec
    assert old.recurrent_layers[0].recurrent_activation == "hard_sigmoid_keras2"
    assert old.optimizer == Adam(epsilon=1e-8)
    assert new.recurrent_layers[0].recurrent_activation == "sigmoid"
    assert new.optimizer == Adam(epsilon=1e-7)


def test_only_the_stateful_twin_is_stateful_and_it_names_the_other():
    pipeline = find("moving-average:tsteps=3")
    assert pipeline.spec.stateful
    assert pipeline.companion.name == "moving-average:twin=stateless,tsteps=3"
    assert not pipeline.companion.spec.stateful
    assert pipeline.companion.companion is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("alphabet-one-chr", "did you mean alphabet-one-char"),
        ("nonsense", "lstm-spec list pipelines"),
        ("alphabet-stateful:unit=50", "its options are: units, generation"),
        ("alphabet-stateful:units=many", "units must be a whole number above 0"),
        ("moving-average:batch_size=0", "batch_size must be a whole number above 0"),
        ("moving-average:twin=third", "twin must be stateful or stateless"),
        ("alphabet-one-char:generation=2018", "generation must be one of 2017, today"),
        ("echo-encoder-decoder:units=3", "its options are: generation"),
    ],
)
def test_a_wrong_name_is_answered_in_a_sentence(name, words):
    with pytest.raises(ValueError, match=words):
        find(name)
