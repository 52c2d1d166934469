"""Build sdist and wheel, install each in an empty environment, and use it outside the checkout.

``python tests/release/from_the_wheel.py`` (``tox run -e wheel``) needs the package ``build`` and
the network. It is no test of pytest: it would make every run minutes longer.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "first-ten-minutes.md"
BUILD = ["-m", "build", "--outdir"]
MEMBERS = (
    "lstm_spec/kill-matrix.json",
    "lstm_spec/saved-models.json",
    "lstm_spec/training-speed.json",
    "reference/saved_models/in_keras/opening.py",
    "lstm_spec/reports/keras-2.3.json",
    "lstm_spec/schemas/report.schema.json",
    "lstm_spec/report/html/templates/page.js",
    "lstm_spec/expectations/keras-3-tensorflow.toml",
    "lstm_spec/py.typed",
    "reference/environments/keras.toml",
    "reference/adapters/protocol.js",
)


def run(*words: str | Path, folder: Path, code: int = 0) -> str:
    """Run to the end, without anything of the checkout on the search path."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    print("+", *words, flush=True)
    ran = subprocess.run(
        [str(word) for word in words], cwd=folder, capture_output=True, text=True, env=environment
    )
    if ran.returncode != code:
        sys.exit(f"exit {ran.returncode}\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}")
    return ran.stdout


def use(package: Path, folder: Path) -> None:
    """Install one package alone, then do what its documentation promises."""
    venv.create(folder / "env", with_pip=True)
    python, command = (folder / "env" / "bin" / name for name in ("python", "lstm-spec"))
    run(python, "-m", "pip", "install", "--quiet", package, folder=folder)
    where = run(python, "-c", "import lstm_spec; print(lstm_spec.__file__)", folder=folder)
    assert str(folder) in where, where
    run(command, "verify", "numpy", "--html", "r.html", "--json", "r.json", folder=folder)
    counts = json.loads((folder / "r.json").read_text())["counts"]
    assert counts["pass"], counts
    assert (folder / "r.html").stat().st_size > 10_000
    print(f"  numpy: {counts}")
    for name, text in re.findall(r"```python file: (\S+)\n(.*?)```", PAGE.read_text(), re.DOTALL):
        (folder / name).write_text(text)
    run(command, "verify", "my_adapter:implementation", folder=folder)
    run(command, "verify", "my_stateful:Implementation", folder=folder)
    explained = run(command, "explain", ",".join(FAMILIES), folder=folder)
    listed = run(command, "list", "clauses", folder=folder)
    count = int(re.findall(r"(\d+) clauses", listed)[-1])
    headings = re.findall(rf"^(?:{'|'.join(FAMILIES)})-\d\d: ", explained, re.MULTILINE)
    assert len(headings) == count, (len(headings), count)
    assert "planted mistake" in explained
    assert "Known deviations" in explained
    print(f"  {count} clauses explained")
    assert "numpy" in run(command, "doctor", folder=folder)
    run(command, "badge", "r.json", "--svg", "badge.svg", folder=folder)
    upgraded = run(command, "upgrade", "keras-2.3", "keras-3-jax", folder=folder)
    assert "Saved models" in run(command, "upgrade", "tf-keras-2.4", "keras-2.3", folder=folder)
    assert "Defaults that changed" in upgraded, upgraded
    run(command, "verify", "keras", folder=folder, code=3)


FAMILIES = ("DATA", "CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN", "PIPE")


def main() -> None:
    """Both packages, each used from an empty folder."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        run(sys.executable, *BUILD, folder / "dist", ROOT, folder=folder)
        (wheel,) = (folder / "dist").glob("*.whl")
        (sdist,) = (folder / "dist").glob("*.tar.gz")
        names = run(sys.executable, "-m", "zipfile", "-l", wheel, folder=folder)
        missing = [name for name in MEMBERS if name not in names]
        assert not missing, f"the wheel lacks {missing}"
        print(f"{wheel.name} {wheel.stat().st_size:,}, {sdist.name} {sdist.stat().st_size:,} bytes")
        for package in (wheel, sdist):
            place = folder / package.suffix.strip(".")
            place.mkdir()
            use(package, place)
    print("both packages work outside the checkout")


if __name__ == "__main__":
    main()
