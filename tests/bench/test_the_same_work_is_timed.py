"""Every way of asking gives the oracle's numbers; who does other work is told so before timing."""

import sys

import pytest

from lstm_spec.bench.documented import Documented
from lstm_spec.bench.same_work import difference, expected, explained
from lstm_spec.bench.subject_process import SubjectCannot, SubjectFailed, SubjectProcess
from lstm_spec.bench.timed_subject import InWorker
from lstm_spec.comparison.training_speed import Interval
from lstm_spec.contract import Capability
from lstm_spec.subjects.address import Address

STATEFUL = Documented("alphabet-stateful")
STEPS = Documented("alphabet-stateful", stepping=True)
FRESH = Documented("echo-whole-sequence")
WITHOUT_METHODS = {Capability.FIT, Capability.PREDICT}


@pytest.fixture(scope="module")
def worker():
    """The float32 oracle in a worker, as any library in its own interpreter."""
    subject = InWorker(Address("numpy-float32", python=sys.executable), 60.0)
    yield subject
    subject.end()


@pytest.mark.parametrize("work", [STATEFUL, STEPS, FRESH], ids=lambda one: one.name)
def test_a_worker_trains_and_steps_as_the_oracle_does(worker, work):
    way, found = worker.begin(work)
    assert way == ("predict" if work.stepping else "fit")
    assert difference(work, found, "before") == ""
    assert 0 < worker.time(1) < found.first_seconds + 60
    assert len(found.losses) == (0 if work.stepping else work.repetitions_compared)


@pytest.mark.parametrize(("work", "way"), [(STATEFUL, "train_on_batch"), (STEPS, "call")])
def test_a_library_without_fit_and_predict_does_the_same_work(worker, work, way, monkeypatch):
    able = sorted(set(worker.facts["capabilities"]) - WITHOUT_METHODS)
    monkeypatch.setitem(worker.facts, "capabilities", able)
    asked, found = worker.begin(work)
    assert asked == way
    assert difference(work, found, "before") == ""


def test_the_resources_of_a_worker_are_those_of_its_own_process(worker):
    worker.begin(STEPS)
    found = worker.resources()
    assert found["threads"] >= 1
    assert 10_000_000 < found["memory"] < 4_000_000_000


def test_a_clock_that_counts_more_than_passed_is_no_measure(worker, monkeypatch):
    worker.begin(STEPS)
    measured = worker.model.time(1)
    monkeypatch.setattr(worker.model, "time", lambda count: measured._replace(seconds=3600.0))
    with pytest.raises(SubjectFailed, match="its clock was changed meanwhile"):
        worker.time(1)


@pytest.mark.parametrize(
    ("mutant", "words"),
    [
        ("states_are_reset_before_every_batch_of_training", "no state from batch to batch"),
        ("there_is_no_forget_gate", "its losses are not those of the oracle from epoch 1 on"),
    ],
)
def test_a_mistake_in_training_is_noticed_before_anything_is_timed(mutant, words):
    subject = SubjectProcess(f"reference.mutants:{mutant}", None)
    try:
        _, found = subject.begin(STATEFUL)
    finally:
        subject.end()
    assert words in difference(STATEFUL, found, "before")


def test_what_forgets_only_in_training_may_step():
    name = "reference.mutants:states_are_reset_before_every_batch_of_training"
    subject = SubjectProcess(name, None)
    try:
        way, found = subject.begin(STEPS)
    finally:
        subject.end()
    assert (way, difference(STEPS, found, "before")) == ("predict", "")


def test_a_network_that_forgets_gives_other_numbers():
    """Otherwise the comparison could not tell the two apart."""
    for work in (STATEFUL, STEPS, FRESH, Documented("moving-average:input_len=63")):
        forgetting = expected(work, "before", forgetting=True)
        assert difference(work, forgetting, "before") != "", work.name


def test_adam_with_epsilon_in_the_other_place_is_compared_with_its_like():
    like_the_paper = expected(STATEFUL, "after")
    assert difference(STATEFUL, like_the_paper, "after") == ""


def test_the_report_of_a_keras_that_forgets_explains_it():
    cause, clauses = explained("keras-3-jax", STATEFUL)
    assert "stateful=True has no effect in fit" in cause
    assert {"STATE-05", "TRAIN-04"} <= set(clauses)
    assert all(one.startswith(("STATE-", "TRAIN-")) for one in clauses)
    assert explained("keras-3-jax", Documented("alphabet-one-char")) == ("", ())
    assert explained("numpy", STATEFUL) == ("", ())
    cause, _ = explained("keras-3-torch", STATEFUL)
    assert "a stateful layer cannot be trained on PyTorch" in cause


def test_what_a_library_lacks_is_named():
    assert STATEFUL.missing(["fit", "layers"]) == ["stateful"]
    assert STATEFUL.missing(["layers", "stateful"]) == ["fit and train"]
    assert STEPS.missing(["forward", "initial-state", "final-state", "layers"]) == []
    (told,) = STEPS.missing(["forward", "layers"])
    assert "a state that is returned and given back" in told


def test_an_engine_that_only_trains_whole_runs_cannot_step():
    subject = SubjectProcess("benchmarks.c_loop:implementation", None)
    try:
        with pytest.raises(SubjectCannot, match="only trains whole runs"):
            subject.begin(STEPS)
    finally:
        subject.end()


def test_a_quotient_of_intervals_is_the_widest_that_they_allow():
    assert Interval(6.0, 4.0, 8.0).over(Interval(2.0, 1.0, 4.0)) == Interval(3.0, 1.0, 8.0)
