"""What Keras offers against slowness: the file, the section, and which choice gets a figure."""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmarks.keras_at_work import Task
from benchmarks.keras_choices import main, measure
from benchmarks.keras_process import CannotDo, KerasProcess, on_backend
from benchmarks.keras_same_numbers import difference, oracle
from benchmarks.keras_ways import ENVIRONMENTS, PIPELINES, PLAIN, TO_CHOOSE, TRAINING, Way
from lstm_spec.comparison import speed_choices
from lstm_spec.comparison.speed_choices import Choice, Choices, NoFigure, PlainWay
from lstm_spec.comparison.training_speed import Interval
from lstm_spec.site import speed_choices_section
from lstm_spec.subjects.protocol import SubjectLost

ROOT = Path(__file__).parents[2]
FIT, PREDICT = PLAIN
FITTED = Way(TRAINING, "train_on_batch", "train_on_batch")


def times(median):
    return Interval(median, 0.9 * median, 1.1 * median)


def choice(code, median, backend="tensorflow", first_seconds=3.0, **more):
    told = {"numbers": "weights", "another_training": False, "narrow": False, **more}
    return Choice(
        "training",
        code,
        backend,
        told["numbers"],
        told["another_training"],
        told["narrow"],
        first_seconds,
        4,
        times(1000 / median),
        times(median),
    )


@pytest.fixture
def small():
    """Figures that are easy to reckon with: a row takes the plain way a millisecond."""
    found = Choices(
        "python -m benchmarks.keras_choices",
        "2026-12-01",
        {"python": "3.11.7"},
        {"tensorflow": "Keras 3.15.1 on tensorflow 2.21"},
        7,
        0.3,
    )
    found.plain = [PlainWay("training", "Training", "row", "fit", "tensorflow", 2.0, times(1000.0))]
    found.choices = [
        choice("steps_per_execution=23", 2.0),
        choice("train_on_batch", 0.5),
        choice("unroll=True", 1.05),
        choice("batch_size=23", 20.0, another_training=True),
        choice("mixed_bfloat16", 30.0, narrow=True),
        choice("fit", 10.0, backend="jax"),
    ]
    found.without = [NoFigure("training", "fit", "torch", "its weights are others")]
    return found


def test_the_section_has_the_figures_and_says_what_they_mean(small):
    text = speed_choices_section.section(small)
    row = (
        "| `steps_per_execution=23` | tensorflow | 2 (1.8 to 2.2) | 500 | 3.00 | 2,000 | weights |"
    )
    assert row in text  # a second more at first, half a millisecond less for each row
    assert "| plain: `fit` | tensorflow | 1 | 1,000 | 2.00 | | the oracle |" in text
    assert (
        "- Without another backend, `steps_per_execution=23` is the fastest choice with the same "
        "numbers: 2 (1.8 to 2.2) times as fast as `fit`, which repays its first seconds after "
        "2,000 rows."
    ) in text
    assert "the fastest is `fit` on jax: 10 (9 to 11) times as fast" in text
    assert "- Slower than the plain way: `train_on_batch` on tensorflow." in text
    assert "- No difference beyond the interval: `unroll=True` on tensorflow." in text
    assert "- `fit` on torch: its weights are others" in text


def test_the_section_does_not_praise_what_is_not_faster(small):
    small.choices = [choice("train_on_batch", 0.5), choice("unroll=True", 1.05)]
    text = speed_choices_section.section(small)
    assert "- Without another backend, no choice is faster than `fit`." in text
    assert "With another backend" not in text
    assert "| 3.00 | never |" in text
    assert "| 3.00 | not known |" in text


def test_a_file_is_read_as_it_was_written(small, tmp_path):
    file = tmp_path / "choices.json"
    file.write_text(speed_choices.as_json(small))
    read = speed_choices.read(file)
    assert speed_choices.as_json(read) == file.read_text()
    assert speed_choices_section.section(read) == speed_choices_section.section(small)


NONE = {"median": 2.0, "low": 3.0, "high": 4.0}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda data: data["choices"][0].update(times_as_fast=NONE), "has an interval that is"),
        (lambda data: data["choices"][0].pop("numbers"), "'numbers'"),
        (lambda data: data["choices"][0].update(speed=1), "'speed'"),
        (lambda data: data["without"][0].update(work="sleeping"), "which has no plain way"),
        (lambda data: data.update(plain=[], choices=[], without=[]), "it has no plain way"),
        (lambda data: data.pop("choices"), "KeyError: 'choices'"),
        (lambda data: data.update(speed=1), "'speed'"),
    ],
)
def test_a_file_that_is_none_is_refused_by_name_with_what_to_do(small, tmp_path, changed, said):
    data = asdict(small)
    changed(data)
    file = tmp_path / "choices.json"
    file.write_text(json.dumps(data))
    with pytest.raises(speed_choices.BadChoices) as refused:
        speed_choices.read(file)
    assert said in str(refused.value)
    assert f"python -m benchmarks.keras_choices --json {file} measures" in str(refused.value)


def test_the_committed_figures_have_every_choice_once_or_a_reason():
    found = speed_choices.read(ROOT / speed_choices_section.FILE)
    told = [(one.work, one.code, one.backend) for one in [*found.choices, *found.without]]
    assert sorted(told) == sorted((one.work, one.code, one.backend) for one in TO_CHOOSE)
    assert [one.code for one in found.plain] == [one.code for one in PLAIN]
    assert {one.backend for one in TO_CHOOSE} == set(ENVIRONMENTS)


@pytest.mark.parametrize("way", PLAIN, ids=PIPELINES)
def test_the_numbers_of_the_oracle_are_right_and_others_are_not(way):
    ours = oracle(way)
    assert difference(way, ours, None) == ""
    planted = replace(ours, numbers=[one + 1e-4 for one in ours.numbers])
    assert "largest difference 0.0001" in difference(way, planted, ours)
    narrow = replace(way, precision="mixed_float16")
    assert difference(narrow, planted, ours) == ""  # within what float16 rounds
    assert "losses" in difference(way, replace(ours, losses=[*ours.losses, 1.0]), ours)


def test_who_leaves_updates_out_or_forgets_the_state_is_told_so():
    fitted, stepped = oracle(FIT), oracle(PREDICT)
    told = difference(FIT, replace(fitted, updates=42), fitted)
    assert told == "it makes 42 of 46 updates"
    told = difference(PREDICT, oracle(PREDICT, forgetting=True), stepped)
    assert told.endswith("they are those of a network that carries no state from step to step")
    planted = replace(stepped, numbers=[one + 0.5 for one in stepped.numbers])
    assert difference(PREDICT, planted, stepped).endswith("(largest difference 0.5)")


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_who_has_not_trained_at_all_is_noticed_in_every_precision(precision):
    ours = oracle(FIT)
    idle = replace(ours, numbers=Task(TRAINING).documented.weights)
    assert "weights are not those" in difference(replace(FIT, precision=precision), idle, ours)


class Steady:
    """Stands for a Keras: the numbers of the oracle, and as many milliseconds as are planted."""

    def __init__(self, milliseconds, ending=()):
        self.milliseconds, self.ending, self.asked = milliseconds, ending, []

    def versions(self):
        return "Keras of the test"

    def begin(self, way):
        if way.code not in self.milliseconds and way.code not in self.ending:
            raise CannotDo("Keras raised ValueError: no")
        self.asked.append(way.code)
        if way.code in self.ending:
            raise SubjectLost("it ended by itself")
        return oracle(way)

    def time(self, way, count):
        return 1e-3 * self.milliseconds[way.code] * count

    def forget(self, way):
        self.asked.remove(way.code)


@pytest.mark.usefixtures("_intervals")
def test_a_choice_that_fails_or_ends_costs_only_itself():
    milliseconds = {FIT.code: 46.0, "quick": 23.0, "slow": 92.0}
    kerases = [Steady(milliseconds, ["ends"]), Steady(milliseconds)]

    def opened(backend):
        if "ends" in kerases[0].asked:  # as a process that has ended is started anew
            kerases.pop(0)
        return kerases[0]

    ways = [replace(FIT, code=one) for one in ("quick", "ends", "raises", "slow")]
    found = measure(opened, [FIT], ways, 3, 0.2, "here")
    ratios = {one.code: one.times_as_fast.median for one in found.choices}
    assert ratios == pytest.approx({"quick": 2.0, "slow": 0.5})
    assert [(one.code, one.why) for one in found.without] == [
        ("ends", "it ended by itself"),
        ("raises", "Keras raised ValueError: no"),
    ]
    assert found.plain[0].microseconds.median == pytest.approx(2000.0)  # of one of 23 rows
    assert found.choices[0].repetitions == 9  # of 23 ms, to fill 0.2 s
    assert kerases[0].asked == [FIT.code]  # every other network may go


@pytest.mark.usefixtures("_intervals")
def test_nothing_is_compared_with_a_plain_way_that_is_not_the_oracles():
    planted = replace(FIT, batch_size=23)
    with pytest.raises(CannotDo, match="nothing can be compared with training, tensorflow"):
        measure(lambda backend: Other({FIT.code: 1.0}), [FIT], [planted], 3, 0.01, "here")


class Other(Steady):
    """Trains with another batch size than it is told."""

    def begin(self, way):
        return oracle(replace(way, batch_size=8))


def test_the_command_prints_a_file(small, tmp_path, capsys):
    file = tmp_path / "choices.json"
    file.write_text(speed_choices.as_json(small))
    main(["--show", str(file)])
    assert capsys.readouterr().out == speed_choices_section.section(small) + "\n"


@pytest.fixture
def _intervals():
    pytest.importorskip("scipy", reason="intervals: pip install 'lstm-spec[bench]'")


def test_a_keras_whose_environment_is_missing_is_named_with_the_command(monkeypatch, tmp_path):
    monkeypatch.setenv("LSTM_SPEC_ENVIRONMENTS", str(tmp_path))
    with pytest.raises(CannotDo, match="lstm-spec env create keras-3-jax"):
        on_backend("jax")


OTHER_UPDATE = replace(FIT, code="another optimizer", compiled={"optimizer": "sgd"})
"""Planted: whoever compiles a model once more may lose the optimizer that it had."""


@pytest.mark.usefixtures("_intervals")
def test_a_choice_of_keras_has_a_figure_only_if_it_computes_the_same():
    pytest.importorskip("keras", reason="needs the extra keras")
    keras = KerasProcess(sys.executable, {"KERAS_BACKEND": "tensorflow"}, limit=120.0)
    try:
        found = measure(lambda backend: keras, [FIT], [FITTED, OTHER_UPDATE], 3, 0.01, "here")
        keras.limit = 0.0
        with pytest.raises(SubjectLost, match="no answer"):
            keras.time(FIT, 500)
        assert keras.ended
    finally:
        keras.end()
    (timed,) = found.choices
    assert timed.code == "train_on_batch"
    assert timed.times_as_fast.low <= timed.times_as_fast.median <= timed.times_as_fast.high
    (refused,) = found.without
    assert refused.code == "another optimizer"
    assert "its loss of epoch 1 is not that of the plain way" in refused.why
