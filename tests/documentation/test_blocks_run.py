"""Every block of README and docs does what it shows, or says why it was not asked to."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import KEYWORDS, PAGES, ROOT, RUN, SHOWN, blocks, inline_commands
from command_line import complaint, lstm_spec_commands

BESIDE = ("docs", "examples", "findings", "reports", "tests")
STAND_INS = Path(__file__).with_name("stand_ins")
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
EVERY = [block for page in PAGES for block in blocks(page)]


def name(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_says_what_it_is(page):
    wrong = []
    for block in blocks(page):
        known = block.language in (*RUN, *SHOWN)
        fits = not block.keyword or (block.keyword in KEYWORDS and block.value)
        asks = bool(block.keyword) and block.keyword != "file"
        if not known or not fits or (asks and block.language not in RUN):
            wrong.append(f"{block.place}: {block.language!r} {block.keyword!r}: {block.value!r}")
    assert wrong == [], f"write one of {RUN} with {KEYWORDS} and a reason, or one of {SHOWN}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_can_be_given(page):
    shown = [(one.place, line) for one in blocks(page) for line in _lines(one)]
    shown += [(name(page), line) for line in inline_commands(page)]
    complaints = [
        f"{place}: {' '.join(words)}: {said}"
        for place, line in shown
        for words in lstm_spec_commands(line)
        if (said := complaint(words))
    ]
    assert complaints == []


def test_the_job_to_copy_gives_commands_that_exist():
    job = (ROOT / "examples" / "github" / "lstm-spec.yml").read_text("utf-8")
    joined = re.sub(r">-\n\s+|\n\s+(?=--)", " ", job)
    runs = re.findall(r"run: +(lstm-spec .*)", joined)
    words = [one for line in runs for one in lstm_spec_commands(line)]
    assert [one[0] for one in words] == ["verify", "badge"]
    assert [complaint(one) for one in words] == ["", ""]
    assert "--junit" in words[0]


def _lines(block):
    if block.language == "console":
        return [command for command, _ in block.commands]
    return block.text.splitlines() if block.language == "sh" else []


def test_the_parser_is_the_real_one():
    assert complaint(["verify", "keras", "--only", "STATE"]) == ""
    assert "No such option" in complaint(["verify", "keras", "--onyl", "STATE"])
    assert "No such command" in complaint(["verfy", "keras"])
    assert lstm_spec_commands("A=b lstm-spec list clauses && lstm-spec doctor  # all") == [
        ["list", "clauses"],
        ["doctor"],
    ]


RUNNABLE = [page for page in PAGES if any(block.is_run for block in blocks(page))]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_the_blocks_of_a_page_do_what_they_show(page, tmp_path, monkeypatch):
    """In a folder of their own, beside the folders of the project, in the order of the page.

    A page may write a file twice within a second. Python takes its cache for fresh if the second
    and the size are the same, so no cache is written here.
    """
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for folder in BESIDE:
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(STAND_INS)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    namespace = {"__name__": "__main__"}
    try:
        for block in blocks(page):
            if not block.is_run:
                continue
            if block.keyword == "file":
                (tmp_path / block.value).write_text(block.text)
            elif block.keyword == "inside":
                _declare_inside(block)
            elif block.language == "python":
                exec(compile(block.text, block.place, "exec"), namespace)
            elif block.language == "pycon":
                _compare_session(block, namespace)
            else:
                _run_commands(block, tmp_path)
    finally:
        for module in set(sys.modules) - before:
            file = str(getattr(sys.modules[module], "__file__", "") or "")
            if file.startswith((str(tmp_path), str(STAND_INS))):
                del sys.modules[module]


def _declare_inside(block):
    """In a process of its own: a clause that is declared here must not join the others."""
    code = """
import importlib, sys
from lstm_spec import clauses
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import find

file, module = sys.argv[1:]
before = {one.id for one in clauses.catalogue()}
clauses.catalogue.cache_clear()
exec(compile(sys.stdin.read(), file, "exec"), dict(vars(importlib.import_module(module))))
new = [one for one in clauses.catalogue() if one.id not in before]
print([judge(one, find("numpy"), find("scalar")).verdict.value for one in new])
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, block.place, block.value],
        input=block.text,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert ran.stdout == "['pass']\n", ran.stdout + ran.stderr


def _compare_session(block, namespace):
    test = doctest.DocTestParser().get_doctest(
        block.text, namespace, block.place, block.place, block.line
    )
    said = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=LOOSE)
    runner.run(test, out=said.append, clear_globs=False)
    namespace.update(test.globs)
    assert said == [], "".join(said)


def _run_commands(block, folder):
    code = int(block.value) if block.keyword == "exits" else 0
    shim = folder / "bin" / "lstm-spec"
    shim.parent.mkdir(exist_ok=True)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lstm_spec.cli "$@"\n')
    shim.chmod(0o755)
    path = os.pathsep.join([str(shim.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    search = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": search, "COLUMNS": "100"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # see the test
    for command, shown in block.commands:
        ran = subprocess.run(
            command, shell=True, capture_output=True, text=True, timeout=600, env=environment
        )
        told = f"{block.place}: {command}\n{ran.stdout}\n{ran.stderr}"
        assert ran.returncode == code, f"exit {ran.returncode}: {told}"
        if shown:
            assert doctest.OutputChecker().check_output(shown, ran.stdout, LOOSE), told
