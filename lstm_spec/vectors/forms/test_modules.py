"""The cases as JSON with a test module that loads them: for pytest, and for Jest.

The modules are files of this folder, and are copied as they are. Both ask the project for one
function, ``build(model, weights)``; it returns an object with the operations of the cases.
"""

from __future__ import annotations

from importlib.resources import files as resources

from lstm_spec.vectors import files
from lstm_spec.vectors.effects import Cases

CASES = "lstm_vectors.json"

MODULES = {"pytest": "test_lstm_vectors.py", "jest": "lstm_vectors.test.js"}


def written(form: str, cases: Cases) -> dict[str, str]:
    """The test module and the file of the cases, by their names."""
    module = (resources("lstm_spec.vectors.forms") / "modules" / MODULES[form]).read_text("utf-8")
    return {MODULES[form]: module, CASES: files.as_text(list(cases)) + "\n"}
