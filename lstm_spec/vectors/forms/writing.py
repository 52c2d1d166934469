"""A folder in one of the forms: its files, and a README that says what they are for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lstm_spec import SPEC_VERSION
from lstm_spec.output import targets
from lstm_spec.subjects.find import DEFAULT_ORACLE, ORACLE_OF_THE_ORACLE, find
from lstm_spec.vectors import exporting, first_cases, onnx_folders
from lstm_spec.vectors.case import Case
from lstm_spec.vectors.case import cases as declared
from lstm_spec.vectors.forms import c_header, test_modules, webnn

HOW = {
    "onnx": (
        "Each folder below `onnx` is a test of the ONNX backend tests: `model.onnx` and "
        "`test_data_set_0`. Copy them beside the node tests of your backend, or give the folder to "
        "`onnx.backend.test.loader.load_model_tests(FOLDER, 'onnx')`."
    ),
    "c": (
        f"Put `{c_header.NAME}` beside your tests and include it; `lstm_cases` has "
        "`lstm_case_count` cases. `examples/c/check_vectors.c` of lstm-spec shows the loop."
    ),
    "webnn": (
        f"The entries of `tests` in `{webnn.NAME}` are what the files of `webnn/conformance_tests` "
        "of the web platform tests give to `webnn_conformance_test`; `tolerance` is what their "
        "function of the tolerance returns."
    ),
    "pytest": (
        f"Put `{test_modules.MODULES['pytest']}` and `{test_modules.CASES}` into your tests, and "
        "write the `lstm_engine.py` that the module describes."
    ),
    "jest": (
        f"Put `{test_modules.MODULES['jest']}` and `{test_modules.CASES}` into your tests, and "
        "write the `lstm_engine.js` that the module describes. Node's own runner runs it too."
    ),
}
"""Every form, and how a project takes its files."""

README = """\
# LSTM test vectors

{count} from lstm-spec, specification {version}, written by `{command}`. The expectations come from
a float64 engine, and a second engine that shares no arithmetic with it has confirmed them.
Licence: Apache-2.0; the numbers may be used without any condition.

{how}
"""


def write(folder: Path, form: str, seed: int, first: str, command: str) -> tuple[int, int]:
    """Write a folder in one form; how many cases it has, and how many bytes.

    ``first`` names a kind of engine whose smallest set of cases is taken; "" takes all that the
    form can express. Raises ValueError for a form or a kind that there is not, or a folder that is
    not empty, and NotConfirmed where the two engines differ.
    """
    if form not in HOW:
        raise ValueError(f"there is no form {form!r}; there are {', '.join(HOW)}")
    exporting.refuse_a_full(folder)
    oracle, second = find(DEFAULT_ORACLE), find(ORACLE_OF_THE_ORACLE)
    chosen = _chosen(first)
    written = [
        exporting.completed(one, oracle)
        for one in declared(seed)
        if (chosen is None or one.id in chosen) and _may_be_in(form, one)
    ]
    for one in written:
        exporting.confirm(one, second)
    texts: dict[str, str] = {}
    count = 0
    match form:
        case "onnx":
            nodes = onnx_folders.prepared(seed, oracle, second)
            count = len(onnx_folders.write(folder, nodes))
        case "webnn":
            nodes = onnx_folders.prepared(seed, oracle, second)
            texts, count = webnn.written(written, nodes)
        case "c":
            texts = c_header.written(written, command)
            count = sum(map(c_header.expresses, written))
        case _:
            texts, count = test_modules.written(form, written), len(written)
    told = f"{count} test cases"
    texts["README.md"] = README.format(
        count=told, version=SPEC_VERSION, command=command, how=HOW[form]
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        targets.write(text, folder / name)
    return count, sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def _may_be_in(form: str, one: Case) -> bool:
    """Whether a form could take a case: only such cases are computed."""
    match form:
        case "onnx":
            return False  # its cases are nodes
        case "webnn":
            return one.id == webnn.ONE_STEP
        case "c":
            return set(one.needs) <= c_header.NEEDS
        case _:
            return one.draft.model is not None


def _chosen(kind: str) -> Sequence[str] | None:
    """The smallest set of a kind of engine by the ids of its cases; None for no kind."""
    if not kind:
        return None
    sets: dict[str, Any] = {one["name"]: one["smallest"] for one in first_cases.recorded()["kinds"]}
    if kind not in sets:
        raise ValueError(f"there is no kind of engine {kind!r}; there are {', '.join(sets)}")
    return [one["case"] for one in sets[kind]]
