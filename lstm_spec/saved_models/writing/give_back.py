"""``--write``: a script with its arrays, or a ``.keras`` file, put in place once it is proven."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from lstm_spec.saved_models.examination import Examination
from lstm_spec.saved_models.writing.keras_script import keras_script, refuse_code
from lstm_spec.saved_models.writing.proof import prove, save, surroundings
from lstm_spec.saved_models.writing.script import Script
from lstm_spec.saved_models.writing.torch_script import torch_script

Target = Literal["keras", "torch"]


@dataclass(frozen=True)
class Written:
    """The files that were written, where they were run, and how far their outputs are off."""

    files: tuple[Path, ...]
    proven_in: str
    share: float

    @property
    def sentence(self) -> str:
        """In words."""
        files = " and ".join(str(one) for one in self.files)
        return (
            f"wrote {files}: loaded and run in {self.proven_in}, its outputs agree to "
            f"{self.share:.1e} of their scale"
        )


def check_path(path: Path, target: Target, original: Path) -> tuple[Path, ...]:
    """The files that will be written. Raises ValueError where one is there, or cannot be."""
    if path.suffix not in (".py", ".keras"):
        raise ValueError(f"--write takes FILE.py or FILE.keras, not {path}")
    if path.suffix == ".keras" and target != "keras":
        raise ValueError("--target torch needs --write FILE.py")
    files = (path, path.with_suffix(".npz")) if path.suffix == ".py" else (path,)
    if not path.resolve().parent.is_dir():
        raise ValueError(f"cannot write {path}: the folder does not exist")
    for one in files:
        if one.resolve() == original.resolve():
            raise ValueError(f"--write {path} would change {original}, which is never done")
        if one.exists():
            raise ValueError(f"--write would replace {one}: remove it, or give another name")
    return files


def give_back(
    path: Path, target: Target, examined: Examination, say: Callable[[str], None]
) -> Written:
    """Write, load, run, compare, and only then put in place.

    Raises CannotHold where the target has no words for the model, NotProven where what was written
    does not compute the same; then nothing is left behind.
    """
    files = check_path(path, target, examined.saved.file)
    text, script = (keras_script if target == "keras" else torch_script)(examined.saved)
    as_script = path.suffix == ".py"
    if not as_script:
        refuse_code(script)
    where = surroundings(target, say)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made = folder / (path.name if as_script else "model.py")
        write(text, script, made)
        if as_script:
            share = prove(made, target, examined, where, folder)
            put_in_place([made, made.with_suffix(".npz")], files)
        else:
            archive = folder / path.name
            save(made, archive, where)
            share = prove(archive, "load", examined, where, folder)
            put_in_place([archive], files)
    return Written(files, where.name, share)


def write(text: str, script: Script, path: Path) -> None:
    """The script and the arrays beside it."""
    path.write_text(text, encoding="utf-8")
    np.savez(path.with_suffix(".npz"), **script.arrays)  # type: ignore[arg-type]


def put_in_place(made: list[Path], files: tuple[Path, ...]) -> None:
    """Copy to the final names, none of which may have appeared in the meantime."""
    for source, target in zip(made, files, strict=True):
        with source.open("rb") as content, target.open("xb") as place:
            shutil.copyfileobj(content, place)
