"""The catalogue: who is in it, and how each mutant is reached."""

import pytest

import reference.mutants as package
from lstm_spec.mutants import Catalogue, Mutant, catalogue, select
from lstm_spec.subjects.find import find
from reference.mutants.planting import name_of, planter

MUTANTS = catalogue().mutants

STAGES_OF_THE_SPECIFICATION = {
    "gates", "kernels", "biases", "activations", "time_axis", "initial_state", "carry", "resets",
    "masks", "outputs", "gradients", "optimizers", "losses", "fitting", "precision",
    "nondeterminism", "persistence", "partial_batches", "preprocessing", "data_alphabet",
    "data_series",
}  # fmt: skip


def test_there_are_at_least_two_hundred_mutants_in_every_stage_of_the_specification():
    assert len(MUTANTS) >= 200
    assert {one.stage for one in MUTANTS} >= STAGES_OF_THE_SPECIFICATION


def test_all_wrong_gate_orders_are_there():
    assert sum(one.sentence.startswith("The gates lie in the order") for one in MUTANTS) == 23


def test_names_are_unique_and_can_be_written_in_python():
    names = [one.name for one in MUTANTS]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_every_mutant_says_in_one_sentence_what_is_wrong():
    for one in MUTANTS:
        assert one.sentence.endswith("."), one.sentence
        assert len(one.sentence) < 120, one.sentence


def test_no_mistake_is_planted_twice():
    sentences = [one.sentence for one in MUTANTS]
    assert len(set(sentences)) == len(sentences)


def test_many_stand_for_a_real_bug_with_its_address():
    assert sum(bool(one.address) for one in MUTANTS) >= 60


def test_every_mutant_is_an_attribute_of_the_package_and_so_a_subject():
    for mutant in MUTANTS:
        subject = find(f"reference.mutants:{mutant.name}")
        assert type(subject) is type(mutant.make())
        assert subject.capabilities


def test_a_misspelt_attribute_is_refused():
    with pytest.raises(AttributeError, match="no mutant 'mask_is_upside_down'"):
        _ = package.mask_is_upside_down


def test_a_name_is_made_of_the_words_of_the_sentence():
    assert name_of("The mask is inverted.") == "mask_is_inverted"
    assert name_of("h and c are swapped.") == "h_and_c_are_swapped"


def test_mutants_are_selected_by_name_and_by_stage():
    (one,) = select(MUTANTS, ["mask_is_inverted"])
    assert one.stage == "masks"
    assert {mutant.stage for mutant in select(MUTANTS, ["gates,carry"])} == {"gates", "carry"}
    assert select(MUTANTS, []) == MUTANTS


def test_a_misspelt_name_is_answered_with_what_was_probably_meant():
    with pytest.raises(ValueError, match="did you mean mask_is_inverted"):
        select(MUTANTS, ["mask_is_invertde"])


class Point:
    """An installed catalogue of one mutant."""

    name, value, dist = "mine", "my_mutants:catalogue", None

    def __init__(self, *clauses):
        self.clauses = clauses

    def __lt__(self, other):
        return False

    def load(self):
        return Catalogue((Mutant("same", "The same.", "mine", object(), meant_for=self.clauses),))


def test_two_catalogues_may_not_use_one_name(monkeypatch):
    monkeypatch.setattr("lstm_spec.mutants.entry_points", lambda group: [Point(), Point()])
    with pytest.raises(ValueError, match="doubled: same"):
        catalogue()


def test_a_mutant_is_meant_for_clauses_that_exist(monkeypatch):
    monkeypatch.setattr("lstm_spec.mutants.entry_points", lambda group: [Point("CELL-05")])
    assert catalogue().mutants[0].meant_for == ("CELL-05",)
    monkeypatch.setattr("lstm_spec.mutants.entry_points", lambda group: [Point("CELL-05", "CEL-5")])
    with pytest.raises(ValueError, match=r"same is meant for CEL-5, .*did you mean CELL-"):
        catalogue()


def test_a_mutant_of_this_project_names_a_clause_unless_it_is_argued_to_be_equivalent():
    plant = planter("mine")
    with pytest.raises(ValueError, match="names no clause that must kill it"):
        plant("Nothing is known.")
    assert plant("Nothing is to be seen.", equivalent="because")
