"""The measured table of writers and readers, as compact data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reference.saved_models import fixtures

COMMAND = "python -m reference.saved_models.loads"
Answer = dict[str, Any]
"""What ``in_keras.loading.answer`` gives for a file."""

FORM = {
    "files": "[writer, file]: every file of the table, in the order of each reader's results",
    "results": "for each reader one result a file, as follows",
    "number": "loads; the largest difference from what the writer predicted, divided by the "
    "largest output",
    "text": "loads and gives what the text says: outputs of another shape, or not finite",
    '{"refused": E}': "errors[E] is the first line of what the plain loader raised",
    '{"refused": E, "without compiling": R}': "the same, but it loads with compile=False and then "
    "R is the result",
    '{"predict": E}': "loads, but predict raises errors[E]",
}


@dataclass
class Table:
    """One result for each file and reader, in the form that ``FORM`` describes."""

    files: list[tuple[str, str]]
    models: list[str]
    errors: list[str] = field(default_factory=list)
    results: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, files: list[tuple[str, str]], models: list[str]) -> Table:
        """The table that is there, or an empty one where the files are no longer the same."""
        table = cls(files, list(models))
        try:
            known = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return table
        if [tuple(one) for one in known["files"]] == files:
            table.errors, table.results = known["errors"], known["results"]
        return table

    def put(self, reader: str, answers: list[Answer], folder: Path) -> None:
        """Take over what a reader answered; ``folder`` is left out of its messages."""
        self.results[reader] = [self._result(one, folder) for one in answers]

    def _result(self, answer: Answer, folder: Path) -> Any:
        """One answer in the form of the table."""
        used: Any = None
        if "predict error" in answer:
            used = {"predict": self._number(answer["predict error"], folder)}
        elif "difference" in answer:
            value = answer["difference"]
            used = value if isinstance(value, str) else float(f"{value:.2g}")
        if "error" not in answer:
            return used
        refused = {"refused": self._number(answer["error"], folder)}
        return refused if used is None else {**refused, "without compiling": used}

    def _number(self, message: str, folder: Path) -> int:
        """The place of a message among the errors, without what differs from run to run."""
        plain = message.replace(str(folder), "FOLDER")
        plain = re.sub(r"0x[0-9a-f]{6,}|(?<='shared_object_id': )\d{6,}", "0x...", plain)[:300]
        if plain not in self.errors:
            self.errors.append(plain)
        return self.errors.index(plain)

    def summary(self, reader: str) -> str:
        """How many files a reader loads and how many it computes otherwise."""
        found = self.results[reader]
        numbers = [one for one in found if isinstance(one, float)]
        return (
            f"{len(numbers)} of {len(found)} files loaded plainly and used, "
            f"{sum(one > 1e-4 for one in numbers)} of them differ by more than 1e-4"
        )

    def write(self, path: Path) -> None:
        """Write the table with the errors that are still used, one line for each reader."""
        used = sorted(
            {one for row in self.results.values() for each in row for one in errors(each)}
        )
        places = {old: new for new, old in enumerate(used)}
        results = {
            reader: [renumbered(one, places) for one in row] for reader, row in self.results.items()
        }
        writers = {writer for writer, _ in self.files}
        known = [name for name in fixtures.environments() if name in writers]
        facts: dict[str, Any] = {
            "command": COMMAND,
            "form": FORM,
            "keras": {name: _versions(name) for name in known},
            "models": self.models,
            "files": self.files,
            "errors": [self.errors[one] for one in used],
            "results": results,
        }
        self.errors, self.results = facts["errors"], results
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fixtures.readable(facts, compact=True), "utf-8")


def errors(result: Any) -> list[int]:
    """The places of the errors that a result names."""
    if not isinstance(result, dict):
        return []
    own = [result[word] for word in ("refused", "predict") if word in result]
    return own + errors(result.get("without compiling"))


def renumbered(result: Any, places: dict[int, int]) -> Any:
    """A result with other places of its errors."""
    if not isinstance(result, dict):
        return result
    return {
        word: renumbered(value, places) if word == "without compiling" else places[value]
        for word, value in result.items()
    }


def _versions(environment: str) -> dict[str, str]:
    """What the table says about a Keras."""
    facts = fixtures.manifest(environment)
    return {word: facts[word] for word in ("keras", "module", "backend", "python")}
