"""The commands that take minutes or an environment of their own: ``--long`` runs them, as shown.

A page is one session of a shell, in a folder that holds copies of the project's. Where a page
installs something, it begins in a fresh virtual environment, as a newcomer does.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import PAGES, ROOT, blocks
from test_blocks_run import BESIDE, STAND_INS, name

LONG = [page for page in PAGES if any(block.keyword == "long" for block in blocks(page))]
LIMIT = 3600
"""Seconds a page may take before its commands are ended, with all their children."""

ENDED = re.compile(r"^@@ (\d+) ended with (\d+)$", re.MULTILINE)


def expected_code(command):
    """What ``# exit 1`` behind a command says, else 0."""
    said = re.search(r"# exit (\d)", command)
    return int(said.group(1)) if said else 0


def commands_of(page, folder):
    """(command, exit code) of every block: a long one may need what a short one has made.

    A block that is a file is put in place when its turn comes; a later one may mend it.
    """
    found = []
    for number, block in enumerate(blocks(page)):
        if block.keyword == "file":
            written = folder / f"block-{number}"
            written.write_text(block.text)
            found.append((f"cp {written} {folder / block.value}", 0))
        elif block.language == "console":
            for command, _ in block.commands:
                code = int(block.value) if block.keyword == "exits" else expected_code(command)
                found.append((command.replace("clone URL", f"clone {ROOT}"), code))
    return found


@pytest.mark.timeout(LIMIT + 300)
@pytest.mark.parametrize("page", LONG, ids=name)
def test_the_long_commands_of_a_page_end_as_it_says(page, tmp_path, request):
    if not request.config.getoption("--long"):
        pytest.skip("takes minutes: pytest tests/documentation --long runs it")
    for folder in BESIDE:
        shutil.copytree(ROOT / folder, tmp_path / folder, symlinks=True)
    commands = commands_of(page, tmp_path)
    bin_folder = Path(sys.executable).parent
    if any("pip install" in command for command, _ in commands):
        subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True, timeout=300)
        bin_folder = tmp_path / "env" / "bin"
    lines = [f"{line}\necho '@@' {n} ended with $?" for n, (line, _) in enumerate(commands)]
    path, search = os.environ["PATH"], os.environ.get("PYTHONPATH", "")
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(bin_folder), path]),
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(STAND_INS), search]),
    }
    told = output_of("\n".join(lines), tmp_path, environment)
    codes = {int(n): int(code) for n, code in ENDED.findall(told)}
    wrong = [
        f"{command}: {codes.get(n, 'not ended')} instead of {code}"
        for n, (command, code) in enumerate(commands)
        if codes.get(n) != code
    ]
    assert wrong == [], told
    print(told)


def output_of(script, folder, environment):
    """What the shell and its children print; all of them end with it."""
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return shell.communicate(timeout=LIMIT)[0]
    except subprocess.TimeoutExpired:
        os.killpg(shell.pid, signal.SIGKILL)
        return f"{shell.communicate()[0]}\n(ended after {LIMIT} s)"


def test_exit_codes_are_read_from_the_comment():
    assert expected_code("lstm-spec verify keras   # exit 1: it deviates") == 1
    assert expected_code("lstm-spec selftest   # every mutant") == 0
