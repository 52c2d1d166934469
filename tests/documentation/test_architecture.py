"""The tour of docs/architecture.md leads through this house, and leaves no room out."""

import re

import pytest
from blocks import ROOT, blocks

DRAWING = blocks(ROOT / "docs" / "architecture.md")[0].text


def drawn():
    """Every path at the head of a line, with the folder that it is drawn in."""
    found, inside = [], ""
    for line in DRAWING.splitlines():
        if match := re.match(r"(?P<room>\w+)/ ", line):
            inside = match["room"]
            found.append(ROOT / inside)
        elif match := re.match(r"    (?P<path>[\w.]+/?) ", line):
            found.append(ROOT / inside / match["path"])
    return found


@pytest.mark.parametrize("path", drawn(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_drawn_is_there(path):
    assert path.exists()


@pytest.mark.parametrize("package", ["lstm_spec", "reference"])
def test_no_room_is_left_out(package):
    inside = DRAWING[DRAWING.index(f"{package}/ ") :]
    rooms = [
        f"{one.name}/" if one.is_dir() else one.name
        for one in (ROOT / package).iterdir()
        if (one.is_dir() and (one / "__init__.py").exists()) or one.suffix == ".py"
    ]
    missing = [one for one in rooms if one != "__init__.py" and one not in inside]
    assert missing == []


def test_the_folders_of_the_root_are_drawn():
    folders = {one.name for one in ROOT.iterdir() if one.is_dir() and not one.name.startswith(".")}
    drawn_folders = set(re.findall(r"^(\w+)/ ", DRAWING, re.MULTILINE))
    assert folders - drawn_folders <= {"build", "dist", "__pycache__"}
