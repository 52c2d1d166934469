"""Every row of docs/reliability.md names a test, and every test that it names is there."""

import ast
import re

import pytest
from blocks import ROOT

PAGE = ROOT / "docs" / "reliability.md"
FAULTS = ROOT / "tests" / "faults"
TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
NAMED = TEST.findall(PAGE.read_text("utf-8"))


def rows():
    """The rows of the tables whose last column is for tests."""
    lines = PAGE.read_text("utf-8").splitlines()
    tables, inside = [], False
    for line in lines:
        if re.match(r"\| .* \| tests? \|$", line):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("| ---"):
            tables.append(line)
    return tables


def functions(file):
    """The tests in a file."""
    tree = ast.parse(file.read_text("utf-8"))
    return {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


def test_every_row_names_a_test():
    assert len(rows()) > 30
    assert [row for row in rows() if not TEST.search(row)] == []


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_test_that_is_named_is_there(file):
    named = {test for name, test in NAMED if name == file}
    assert named <= functions(FAULTS / file)
