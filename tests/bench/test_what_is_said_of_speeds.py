"""Slower releases, the words of an upgrade, the page and the picture, from known figures."""

from pathlib import Path

import pytest

from lstm_spec.comparison import training_speed, upgraded_speed
from lstm_spec.comparison.training_speed import (
    Figure,
    Interval,
    NoFigure,
    Speeds,
    Subject,
    Work,
)
from lstm_spec.saved_models.engines.names import kerases
from lstm_spec.site import training_speed_page, training_speed_picture

ROOT = Path(__file__).parents[2]
TRAINING = Work("alphabet-stateful", "update", 25, 1, 50)
STEPS = Work("step by step: alphabet-stateful", "step", 25, 1, 50)


def subject(name, library="keras", backend="tensorflow 2.20"):
    return Subject(name, library, "1", backend, "3.11.7", 500_000_000, 8, 1)


def figure(name, ratio, work=TRAINING):
    low, high = 0.95 * ratio, 1.05 * ratio
    times = Interval(ratio, low, high)
    return Figure(
        name, work.name, "fit", 1.5, 4, Interval(*(50 * n for n in (ratio, low, high))), times
    )


def speeds(*ratios, subjects=None):
    names = [f"keras-{number}" for number in range(len(ratios))]
    found = Speeds(
        "lstm-spec bench --all-keras",
        "2026-12-01",
        {"python": "3.11.7"},
        7,
        0.1,
        "numpy",
        [TRAINING],
    )
    found.subjects = subjects or [subject(name) for name in names]
    pairs = zip((one.name for one in found.subjects), ratios, strict=True)
    found.figures = [figure(name, ratio) for name, ratio in pairs if ratio]
    return found


def test_a_release_is_named_from_ten_per_cent_on_if_the_intervals_do_not_overlap():
    assert [(one.before, one.after) for one in speeds(10.0, 20.0, 19.0).slower()] == [
        ("keras-0", "keras-1")
    ]
    assert speeds(10.0, 11.05).slower() == []  # within the intervals
    (step,) = speeds(10.0, 13.0).slower()
    assert step.factor.median == pytest.approx(1.3)
    assert step.factor.low == pytest.approx(0.95 * 13 / 10.5)


def test_a_release_without_a_figure_is_passed_over():
    assert [(one.before, one.after) for one in speeds(10.0, 0, 20.0).slower()] == [
        ("keras-0", "keras-2")
    ]


def test_releases_on_other_backends_and_other_libraries_are_no_steps():
    others = [
        subject("keras-1"),
        subject("keras-1-jax", backend="jax"),
        subject("tf-keras-2", "tf.keras"),
    ]
    assert speeds(10.0, 20.0, 40.0, subjects=others).slower() == []
    legacy = [
        subject("tf-keras-2", "tf.keras", "tensorflow 2.4.4"),
        subject("tf-keras-3", "tf_keras"),
    ]
    assert len(speeds(10.0, 20.0, subjects=legacy).slower()) == 1


def test_an_upgrade_tells_both_times_and_the_factor():
    (told,) = [
        one
        for one in upgraded_speed.in_lines("keras-0", "keras-1", speeds(10.0, 40.0))
        if "->" in one
    ]
    assert told == (
        "  * alphabet-stateful: 500 us -> 2,000 us for one update: 4 (3.62 to 4.42) times as long."
    )
    (told,) = [
        one
        for one in upgraded_speed.in_lines("keras-1", "keras-0", speeds(10.0, 40.0))
        if "->" in one
    ]
    assert told.endswith("4 (3.62 to 4.42) times as fast.")
    (told,) = [
        one
        for one in upgraded_speed.in_lines("keras-0", "keras-1", speeds(10.0, 10.2))
        if "->" in one
    ]
    assert told.endswith("no difference beyond the intervals.")


def test_an_upgrade_says_why_there_is_no_figure():
    found = speeds(10.0, 0)
    found.without = [
        NoFigure("keras-1", TRAINING.name, "other work", "its losses differ", "it forgets")
    ]
    text = "\n".join(upgraded_speed.in_lines("keras-0", "keras-1", found))
    assert "alphabet-stateful: 500 us -> no figure for one update." in text
    assert (
        "No figure for keras-1 in alphabet-stateful: its losses differ; the cause: it forgets."
    ) in text
    found.absent["keras-9"] = "its environment has not been created"
    text = "\n".join(upgraded_speed.in_lines("keras-0", "keras-9", found))
    assert "keras-9 was not measured: its environment has not been created." in text
    text = "\n".join(upgraded_speed.in_lines("keras-0", "mine", found))
    assert "mine was not measured (lstm-spec bench --all-keras mine measures it)." in text
    assert upgraded_speed.in_lines("yours", "mine", found) == []
    assert upgraded_speed.in_lines("keras-0", "keras-0", found) == []
    assert upgraded_speed.in_lines("keras-0", "keras-1", None) == []


def test_the_page_has_a_letter_where_a_figure_is_missing_and_explains_it():
    found = speeds(10.0, 0, 0)
    found.without = [
        NoFigure(
            "keras-1", TRAINING.name, "other work", "losses differ", "it forgets", ("STATE-05",)
        ),
        NoFigure("keras-2", TRAINING.name, "not supported", "it lacks stateful"),
    ]
    text = training_speed_page.page(found)
    assert "| keras-0 | 500 |" in text
    assert "| keras-1 | no: a |" in text
    assert "| keras-2 | - |" in text
    assert "| a | it forgets | keras-1: stateful | losses differ | STATE-05 |" in text


def test_the_picture_has_every_release_and_a_point_for_every_figure():
    found = speeds(10.0, 0, 300.0)
    picture = training_speed_picture.svg(found)
    assert all(f">keras-{number}</text>" in picture for number in range(3))
    assert picture.count("times as long (") == 2
    assert picture.count("stroke-dasharray") == 1  # across the release without a figure
    assert "stroke-dasharray" not in training_speed_picture.svg(speeds(10.0, 20.0))
    assert "keras-0: 10 times as long (9.5 to 10.5), 500 us" in picture


def test_the_committed_figures_cover_the_kerases_and_refuse_who_forgets():
    found = training_speed.read(ROOT / training_speed_page.FILE)
    told = {one.subject for one in [*found.figures, *found.without]}
    assert len(told) >= 25
    assert set(kerases()) <= told | set(found.absent)
    reason = found.reason("keras-3-jax", "alphabet-stateful")
    assert reason is not None
    assert reason.kind == "other work"
    assert "no state from batch to batch" in reason.why
    assert "STATE-05" in reason.clauses
    assert found.figure("keras-3-jax", "alphabet-stateful") is None


def test_every_subject_has_a_figure_or_a_reason_at_every_work():
    found = training_speed.read(ROOT / training_speed_page.FILE)
    for one in found.subjects:
        for work in found.works:
            figure, reason = found.figure(one.name, work.name), found.reason(one.name, work.name)
            assert (figure is None) != (reason is None), (one.name, work.name)
