"""What the drawings are made of: lanes, steps, shades; positions on a strip."""

import json

import numpy as np
import pytest
from reports_to_show import FIGURE, deviation

from lstm_spec.evidence import FEW, Deviation, compare
from lstm_spec.report.html.heat_map import heat_map, short
from lstm_spec.report.html.strips import MARGIN, WIDTH, strip


def evidence_of(got, expected, axes=None):
    with pytest.raises(Deviation) as caught:
        compare(np.array(got), np.array(expected), "outputs", 0.01, axes)
    return json.loads(json.dumps(vars(caught.value.evidence), default=str))


def test_rows_are_lanes_units_go_down_and_steps_across():
    drawn = heat_map(vars(deviation(3, 4, 2)))
    assert [lane.name for lane in drawn.lanes] == ["row 0", "row 1", "row 2"]
    assert [name for name, _ in drawn.lanes[0].lines] == ["unit 0", "unit 1"]
    assert (drawn.across, drawn.columns, drawn.first) == ("step", ["0", "1", "2", "3"], 1)


def test_a_cell_has_the_number_of_its_row_step_and_unit():
    expected = np.zeros((2, 3, 2))
    got = expected.copy()
    got[1, 2, 0] = 0.5
    got[0, 1, 1] = 0.004
    drawn = heat_map(evidence_of(got, expected))
    assert drawn.lanes[1].lines[0][1][2].text == "0.50"
    assert drawn.lanes[1].lines[0][1][2].shade == 5
    rest = [cell.shade for lane in drawn.lanes for _, line in lane.lines for cell in line]
    assert sorted(rest) == [0] * 11 + [5]


def test_states_and_weights_and_vectors_are_drawn_too():
    states = heat_map(evidence_of(np.ones((2, 3)), np.zeros((2, 3))))
    assert (states.across, [name for name, _ in states.lanes[0].lines]) == (
        "unit",
        ["row 0", "row 1"],
    )
    assert states.first is None
    vector = heat_map(evidence_of([1.0, 0.0], [0.0, 0.0]))
    assert (vector.across, vector.has_lanes, len(vector.lanes)) == ("entry", False, 1)


def test_what_is_not_finite_is_the_strongest_and_called_inf():
    drawn = heat_map(evidence_of([[np.nan, 0.5]], [[0.0, 0.0]]))
    cell = drawn.lanes[0].lines[0][1][0]
    assert (cell.text, cell.shade) == ("inf", 5)


def test_only_a_small_array_is_kept_and_one_number_is_none():
    assert evidence_of(np.ones((FEW, 1)), np.zeros((FEW, 1)))["difference"]
    assert evidence_of(np.ones((FEW + 1, 1)), np.zeros((FEW + 1, 1)))["difference"] is None
    assert evidence_of(np.ones((1, 1)), np.zeros((1, 1)))["difference"] is None


def test_nothing_is_drawn_where_there_is_nothing_to_draw():
    assert heat_map({}) is None
    assert heat_map({"difference": [[1.0]], "axes": ["row"]}) is None
    assert heat_map({"difference": [[0.0] * 100], "axes": ["row", "unit"]}) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.444, "0.44"),
        (0.01, "0.01"),
        (0.0099, "1e-2"),
        (3.1e-7, "3e-7"),
        (12.4, "12"),
        (4e6, "4e6"),
    ],
)
def test_numbers_fit_into_a_cell(value, text):
    assert short(value) == text


def test_a_strip_keeps_the_order_of_the_figures():
    drawn = strip(FIGURE)
    assert MARGIN == drawn.published[0] < drawn.band[0] < drawn.quantiles[0]
    assert drawn.quantiles == sorted(drawn.quantiles)
    assert drawn.quantiles[-1] < drawn.band[1] < drawn.value == WIDTH - MARGIN
    assert not drawn.inside
    assert drawn.sentence == (
        "alphabet-one-char: loss is 1.9, outside the limits 1.606 to 1.766; "
        "the median of 40 conforming runs is 1.68; published 1.6"
    )


def test_a_strip_may_lack_limits_and_value():
    drawn = strip({**FIGURE, "value": None, "limits": [None, None], "published": []})
    assert (drawn.value, drawn.inside, drawn.band) == (None, False, (0.0, WIDTH))
    assert drawn.sentence.startswith("alphabet-one-char: loss is not finite; the median")
    assert strip({**FIGURE, "value": 1.7, "limits": [None, 1.8]}).inside


def test_equal_figures_have_a_place():
    drawn = strip(
        {**FIGURE, "value": 1.0, "limits": [1.0, 1.0], "quantiles": [1.0] * 5, "published": []}
    )
    assert drawn.value == WIDTH / 2
