"""Test vectors for LSTM layers, from lstm-spec (Apache-2.0). Needs pytest and nothing else.

Put this file and lstm_vectors.json into your tests. Beside them, write lstm_engine.py with

    CAPABILITIES = {"forward", "initial-state", "final-state", "stateful"}

    def build(model, weights):
        ...  # an object with a method for each operation that your engine has

``model`` and ``weights`` are as in the file. ``call(x, mask=None, initial_state=None)`` returns
(outputs, states), the states as [{"h": ..., "c": ...}]; every other operation takes what is given
in the file by name and returns a dictionary with what is expected there. Lists and arrays are both
fine. Cases that need more than ``CAPABILITIES`` are skipped, and each skip says what they need.
"""

import json
import math
from pathlib import Path

import pytest
from lstm_engine import CAPABILITIES, build

CASES = json.loads((Path(__file__).parent / "lstm_vectors.json").read_text("utf-8"))


def largest_difference(got, expected, name):
    """The largest absolute difference; infinite where the shapes differ. NaN (null) equals NaN."""
    if isinstance(expected, dict):
        return max(largest_difference(got[key], expected[key], name) for key in expected)
    if isinstance(expected, list):
        got = list(got)
        if len(got) != len(expected):
            return math.inf
        pairs = zip(got, expected)
        return max((largest_difference(a, b, name) for a, b in pairs), default=0.0)
    got = float(got)
    if expected is None or math.isnan(got):
        return 0.0 if expected is None and math.isnan(got) else math.inf
    return abs(got - expected)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case(case):
    """Every operation gives what the file says, within the tolerance of its quantity."""
    missing = sorted(set(case["needs"]) - set(CAPABILITIES))
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    engine = build(case["model"], case["weights"])
    for number, operation in enumerate(case["operations"]):
        got = getattr(engine, operation["op"])(**operation["given"])
        if operation["op"] == "call":
            got = dict(zip(("outputs", "states"), got))
        for name, expected in operation["expect"].items():
            difference = largest_difference(got[name], expected, name)
            assert difference <= case["tolerance"][name], (
                f"operation {number} ({operation['op']}): {name} differs by {difference}"
            )
