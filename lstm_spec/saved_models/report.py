"""What was found about a file as plain data (JSON), in the form of ``model.schema.json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema

from lstm_spec import SPEC_VERSION
from lstm_spec.formats.stored import NeedsMore, NotReadable, NotSpecified
from lstm_spec.meaning.saved_model import SavedModel
from lstm_spec.model.json_form import to_json
from lstm_spec.output import targets
from lstm_spec.saved_models.comparison import Compared
from lstm_spec.saved_models.engines.findings import EngineFindings
from lstm_spec.saved_models.engines.in_data import of_engine
from lstm_spec.saved_models.examination import Examination
from lstm_spec.saved_models.writing.give_back import Written

FORMAT = 1


@dataclass(frozen=True)
class Findings:
    """Everything that one command has found out about one file."""

    command: str
    path: Path
    refused: NotReadable | NotSpecified | None = None
    examined: Examination | None = None
    against: Compared | None = None
    written: Written | None = None
    vectors: str | None = None
    engines: tuple[EngineFindings, ...] = ()
    interrupted: int = 0
    """The exit code that a signal asks for; 0 where none came."""

    @property
    def verdict(self) -> str:
        """``agrees``, ``deviates``, ``not asked``, ``not readable`` or ``not specified``.

        ``not asked``: nothing deviates, but an engine could not be used, or none could be asked.
        """
        if isinstance(self.refused, NotReadable):
            return "not readable"
        if self.refused is not None:
            return "not specified"
        verdicts = {one.verdict for one in self.engines}
        differs = self.against is not None and not self.against.agrees
        if differs or verdicts & {"deviates", "refused"}:
            return "deviates"
        if "unusable" in verdicts or verdicts == {"not supported"}:
            return "not asked"
        return "agrees"


def as_data(found: Findings) -> dict[str, Any]:
    """The findings as plain data, checked against the schema."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "spec_version": SPEC_VERSION,
        "command": found.command,
        "verdict": found.verdict,
        "file": {"name": found.path.name, "sha256": digest(found.path)},
        "refused": None if found.refused is None else refusal(found.refused),
        "model": None if found.examined is None else described(found.examined.saved),
        "run": None if found.examined is None else run(found.examined),
        "against": None if found.against is None else compared(found.against),
        "written": None if found.written is None else written(found.written),
        "engines": [of_engine(one) for one in found.engines],
    }
    validator().validate(data)
    return data


def write(found: Findings, path: Path) -> None:
    """Write the findings as JSON, whole or not at all."""
    targets.write(json.dumps(as_data(found), indent=1) + "\n", path)


def digest(path: Path) -> str | None:
    """The sha256 of the file, None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def refusal(refused: NotReadable | NotSpecified) -> dict[str, Any]:
    """Why, and what was read before."""
    kind = "not readable" if isinstance(refused, NotReadable) else "not specified"
    return {
        "kind": "needs more" if isinstance(refused, NeedsMore) else kind,
        "sentence": str(refused),
        "read_so_far": list(getattr(refused, "read_so_far", ())),
    }


def described(saved: SavedModel) -> dict[str, Any]:
    """Writer, layers, meaning, remarks and the description."""
    return {
        "container": saved.format,
        "style": saved.style,
        "writer": {
            "library": saved.writer.library,
            "version": saved.writer.version,
            "backend": saved.writer.backend,
        },
        "input": {
            "kind": saved.input.kind,
            "shape": list(saved.input.shape),
            "axes": saved.input.axes or saved.input.order,
            "tokens": saved.input.tokens,
        },
        "layers": [
            {
                "kind": one.kind,
                "name": one.name,
                "says": one.says,
                "output": list(one.form.axes),
                "parameters": one.parameters,
            }
            for one in saved.rows
        ],
        "parameters": saved.parameter_count,
        "meanings": [vars(one) for one in saved.meanings],
        "remarks": [vars(one) for one in saved.remarks],
        "training": dict(saved.training),
        "spec": to_json(saved.spec),
    }


def run(examined: Examination) -> dict[str, Any]:
    """The data and the conditioning."""
    conditioning = examined.conditioning
    return {
        "data": examined.data.source,
        "input_shape": list(examined.data.x.shape),
        "output_shape": list(examined.outputs.shape),
        "scale": conditioning.scale,
        "rounding_moves": conditioning.moved,
        "rounding_of": conditioning.of,
        "tolerance": examined.tolerance,
    }


def compared(against: Compared) -> dict[str, Any]:
    """The second file and the difference."""
    return {
        "file": {"name": against.other.file.name, "sha256": digest(against.other.file)},
        "agrees": against.agrees,
        "largest": against.largest,
        "scale": against.scale,
        "tolerance": against.tolerance,
        "weights": against.weights,
    }


def written(one: Written) -> dict[str, Any]:
    """The files that were written and proven."""
    return {
        "files": [str(path) for path in one.files],
        "proven_in": one.proven_in,
        "share": one.share,
    }


@cache
def validator() -> Any:
    """The schema of the findings."""
    text = (files("lstm_spec") / "schemas" / "model.schema.json").read_text("utf-8")
    schema: Mapping[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)
