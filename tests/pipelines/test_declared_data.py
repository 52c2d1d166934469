"""The declared pipelines train on exactly the arrays of their documents."""

import numpy as np
import pytest

from lstm_spec.pipelines import PIPELINES, VARIANTS, find

SHAPES = {
    "alphabet-one-char": ((25, 1, 1), (25, 26)),
    "alphabet-feature-window": ((23, 1, 3), (23, 26)),
    "alphabet-time-steps": ((23, 3, 1), (23, 26)),
    "alphabet-whole-batch": ((25, 1, 1), (25, 26)),
    "alphabet-stateful": ((25, 1, 1), (25, 26)),
    "alphabet-left-padded": ((25, 25, 1), (25, 26)),
    "alphabet-variable-length": ((1000, 5, 1), (1000, 26)),
    "echo-whole-sequence": ((20, 6, 100), (20, 6, 100)),
    "echo-encoder-decoder": ((21, 5, 100), (21, 2, 100)),
    "echo-encoder-decoder-long": ((21, 5, 100), (21, 4, 100)),
    "moving-average": ((800, 1, 1), (800, 1)),
}


def data_of(name, seed=0):
    pipeline = find(name)
    return pipeline.data(pipeline.rng(seed))


@pytest.mark.parametrize("name", PIPELINES)
def test_arrays_have_the_documented_shapes_and_can_be_fed_to_float32_engines(name):
    data = data_of(name)
    assert (data.x.shape, data.y.shape) == SHAPES[name]
    assert data.x.dtype == data.y.dtype == np.float32
    assert len(data.x) == find(name).rows


@pytest.mark.parametrize("name", [*PIPELINES, *VARIANTS])
def test_the_model_fits_the_data(name):
    pipeline, data = find(name), data_of(name)
    batch = pipeline.spec.batch_size or 1
    assert data.x.shape[1:] == (pipeline.spec.time_steps, pipeline.spec.features)
    assert pipeline.spec.output_shape(batch, data.x.shape[1])[1:] == data.y.shape[1:]
    if pipeline.spec.stateful:
        assert pipeline.schedule.batch_size == pipeline.spec.batch_size
        assert len(data.x) % batch == 0


def test_letters_are_scaled_by_26_and_the_letter_a_is_never_a_target():
    data = data_of("alphabet-one-char")
    np.testing.assert_allclose(data.x[:, 0, 0], np.arange(25) / 26, atol=1e-7)
    np.testing.assert_array_equal(data.y.argmax(axis=1), np.arange(1, 26))
    assert not data.y[:, 0].any()


def test_features_and_time_steps_hold_the_same_numbers():
    window, steps = data_of("alphabet-feature-window"), data_of("alphabet-time-steps")
    np.testing.assert_array_equal(window.x[:, 0, :], steps.x[:, :, 0])
    np.testing.assert_array_equal(window.y, steps.y)


def test_the_first_substrings_are_those_that_the_tutorial_prints():
    data = data_of("alphabet-variable-length")
    printed = ["PQRST", "W", "O", "OPQ", "IJKLM", "QRSTU", "ABCD", "X", "GHIJ"]
    assert ["".join(chr(65 + n) for n in row) for row in data.patterns[:9]] == printed
    np.testing.assert_allclose(data.x[1, :, 0] * 26, [0, 0, 0, 0, 22], atol=1e-5)
    assert data.y[1].argmax() == 23


def test_padding_makes_a_and_nothing_the_same_input_with_the_same_target():
    data = data_of("alphabet-variable-length")
    by_input = {}
    for row, target in zip(data.x, data.y.argmax(axis=1), strict=True):
        by_input.setdefault(row.tobytes(), set()).add(int(target))
    assert all(len(targets) == 1 for targets in by_input.values())
    starts_with_a = [row for row in data.patterns if row[0] == 0 and 1 < len(row) < 5]
    without_a = {row[1:] for row in starts_with_a} & set(data.patterns)
    assert without_a, "the documented data hold no pair such as AB and B"


def test_prefixes_grow_from_the_right():
    data = data_of("alphabet-left-padded")
    assert not data.x[0].any()
    np.testing.assert_allclose(data.x[3, 20:, 0] * 26, [0, 0, 1, 2, 3], atol=1e-5)
    np.testing.assert_array_equal(data.y.argmax(axis=1), np.arange(1, 26))


def test_every_echo_epoch_has_a_new_sequence_and_the_seed_repeats_it():
    pipeline = find("echo-encoder-decoder")
    rng = pipeline.rng(5)
    first, second = pipeline.data(rng), pipeline.data(rng)
    assert (first.x != second.x).any()
    np.testing.assert_array_equal(pipeline.data(pipeline.rng(5)).x, first.x)
    np.testing.assert_array_equal(first.y, first.x[:, :2])
    assert not first.x[..., 99].any()


def test_the_moving_average_series_is_the_one_of_its_document_whatever_the_seed():
    drawn = np.random.RandomState(1986).uniform(-0.1, 0.1, 1001)
    for seed in (0, 3):
        data = data_of("moving-average", seed)
        np.testing.assert_allclose(data.x[:, 0, 0], drawn[1:801], atol=1e-7)
        np.testing.assert_allclose(data.y[:, 0], (drawn[1:801] + drawn[:800]) / 2, atol=1e-7)
        assert data.test[0].shape == (200, 1, 1)


def test_a_row_of_lagged_values_begins_with_the_newest():
    data = data_of("moving-average:lahead=3,tsteps=2")
    drawn = np.random.RandomState(1986).uniform(-0.1, 0.1, 1002)
    np.testing.assert_allclose(data.x[0, :, 0], drawn[[2, 1, 0]], atol=1e-7)
    assert len(data.x) + len(data.test[0]) == 1000


def test_both_parts_are_cut_to_whole_batches():
    pipeline = find("moving-average:batch_size=7")
    data = data_of("moving-average:batch_size=7")
    assert (len(data.x), len(data.test[0])) == (798, 196)
    assert pipeline.updates_per_epoch == 114
