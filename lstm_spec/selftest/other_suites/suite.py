"""A set of tests of another project as data, and whether one of its tests notices a mistake.

A file of ``data`` has what the tests of one project give to a layer and what they compare: inputs,
weights in the layout of this package, the numbers that are expected, and the tolerance. The numbers
are the project's; no line of its code is here. Every file says where they come from.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from lstm_spec.contract import Array, Implementation, Unsupported, build
from lstm_spec.model.json_form import from_json
from lstm_spec.vectors import replay
from lstm_spec.vectors.needs import lacks

STEP = 1e-6
"""How far PyTorch's gradcheck moves a number, and in which its tolerances are meant."""

Case = Mapping[str, Any]


@dataclass(frozen=True)
class Suite:
    """The tests of one project."""

    name: str
    tests: str
    """Which tests these are: the files, or the functions."""
    address: str
    version: str
    licence: str
    compares: str
    """What the tests compare, in a sentence."""
    left_out: str
    """Which tests of the file are not here, and why; "" if all are."""
    drawn: bool
    """Whether the numbers are drawn when the tests run, so that here others stand for them."""
    cases: tuple[Case, ...]


def suites() -> list[Suite]:
    """Every suite, by name."""
    folder = files("lstm_spec.selftest.other_suites") / "data"
    texts = [one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".json")]
    found = [_suite(json.loads(text)) for text in texts]
    return sorted(found, key=lambda one: one.name.lower())


def _suite(data: Mapping[str, Any]) -> Suite:
    return Suite(**{**data, "cases": tuple(data["cases"])})


def notices(implementation: Implementation, case: Case) -> bool:
    """Whether a test fails for this implementation; one that it does not support does not."""
    if lacks(implementation, case["needs"]):
        return False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return not all(_holds(implementation, case))
        except Unsupported:
            return False
        except Exception:
            return True


def _holds(implementation: Implementation, case: Case) -> Iterator[bool]:
    """Everything that a test asserts."""
    if case.get("derivative"):
        yield from _derivatives_agree(implementation, case)
        return
    got = list(replay.run(implementation, case))
    for operation, results in zip(case["operations"], got, strict=True):
        for quantity, expected in operation.get("expect", {}).items():
            yield from _close(results[quantity], expected, case)
    for relation in case.get("relations", []):
        one, other = (got[index][quantity] for index, quantity in relation["between"])
        if relation["is"] == "equal":
            yield _agree(one, other, case)
        else:
            yield bool(one.max() != other.max())


def _close(got: Any, expected: Any, case: Case) -> Iterator[bool]:
    """Arrays, and lists of states; null in an expectation is a number that no test looks at."""
    if isinstance(expected, list) and expected and isinstance(expected[0], dict):
        for ours, theirs in zip(got, expected, strict=True):
            for part, values in theirs.items():
                yield from _close(ours[part], values, case)
        return
    wanted = replay.array(expected)
    if np.shape(got) != wanted.shape:
        yield False
        return
    looked_at = ~np.isnan(wanted)
    yield _agree(np.asarray(got)[looked_at], wanted[looked_at], case)


def _agree(got: Array, expected: Array, case: Case) -> bool:
    """Whether no number is further away than the test allows; NaN is."""
    allowed = case["atol"] + case["rtol"] * np.abs(expected)
    return bool((np.abs(got - expected) <= allowed).all())


def _derivatives_agree(implementation: Implementation, case: Case) -> Iterator[bool]:
    """The gradient against a difference of losses, along one random direction of all numbers."""
    (operation,) = case["operations"]
    spec = from_json(case["model"])
    given = replay.arguments(operation["given"], spec.dtype)
    x, y = given.pop("x"), given.pop("y")
    arrays = [x, *(replay.array(one, spec.dtype) for one in case["weights"])]
    rng = np.random.default_rng(0)
    directions = [rng.standard_normal(one.shape) for one in arrays]

    def gradients(by: float) -> Any:
        moved = [one + by * way for one, way in zip(arrays, directions, strict=True)]
        model = build(implementation, spec)
        model.set_weights(moved[1:])
        return model.gradients(moved[0], y, **given)

    _, of_weights, of_x, *_ = gradients(0.0)
    slopes = zip([of_x, *of_weights], directions, strict=True)
    slope = sum(float(np.sum(one * way)) for one, way in slopes)
    measured = (float(gradients(STEP)[0]) - float(gradients(-STEP)[0])) / (2 * STEP)
    yield _agree(np.array(slope), np.array(measured), case)
