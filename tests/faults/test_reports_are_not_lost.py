"""A finished run is reported, whatever becomes of one of the files that it should be written to."""

import io
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.console import Console
from running import inside, verify

from lstm_spec.output import targets
from lstm_spec.report import Report, faces, junit, reading
from lstm_spec.verdicts import Judgement, Verdict

FULL = Path("/dev/full")
SUMMED_UP = "1 clause planned: 1 pass"

needs_a_full_device = pytest.mark.skipif(not FULL.is_char_device(), reason="there is no /dev/full")


def one_pass():
    """The report of a run of one clause."""
    about = {"name": "x", "version": "1", "capabilities": []}
    judged = Judgement("CELL-01", "It is so.", "MUST", Verdict.PASS)
    return Report(about, about, "core", 0, 1, [judged])


@pytest.fixture
def odd(tmp_path):
    """A folder with what a path may lead to by mistake."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing" / "r.json")
    return tmp_path


@pytest.mark.parametrize("face", ["--json", "--junit", "--html"])
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("folder", "it is a folder"),
        (".", "it is a folder"),
        ("missing/r", "the folder does not exist"),
        ("file/r", "is a file, not a folder"),
        ("loop", "levels of symbolic links"),
        ("nowhere", "the folder does not exist"),
        ("a" * 300, "File name too long"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_the_run(odd, face, path, why):
    target = odd / path
    with pytest.raises(targets.CannotWrite) as refused:
        targets.check(target)
    assert str(target) in str(refused.value)
    assert why in str(refused.value)
    if path == "folder":  # the same through the whole command, once for each face
        ran = inside("verify", "numpy", face, target)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert f"cannot write {target}: it is a folder" in ran.stderr
    assert sorted(one.name for one in odd.iterdir()) == ["file", "folder", "loop", "nowhere"]


def test_two_faces_in_one_file_are_refused(tmp_path):
    (tmp_path / "link").symlink_to("r")
    with pytest.raises(targets.CannotWrite, match="same file"):
        targets.check(tmp_path / "r", None, tmp_path / "link")


@needs_a_full_device
def test_a_full_disk_costs_one_face_and_is_named(tmp_path):
    """Standard output and the other files are written; exit 2 only after all that."""
    ran = verify("--json", FULL, "--html", tmp_path / "r.html", "--junit", tmp_path / "r.xml")
    assert ran.returncode == 2
    assert SUMMED_UP in ran.stdout
    assert "cannot write /dev/full: No space left on device" in ran.stderr
    assert "<html" in (tmp_path / "r.html").read_text("utf-8")
    assert 'tests="1"' in (tmp_path / "r.xml").read_text("utf-8")
    assert FULL.is_char_device()


@needs_a_full_device
def test_a_full_standard_output_costs_the_text_alone(tmp_path):
    with FULL.open("w") as full:
        ran = verify("--json", tmp_path / "r.json", stdout=full)
    assert ran.returncode == 2
    assert "cannot write standard output: No space left on device" in ran.stderr
    assert reading.read(tmp_path / "r.json")["counts"]["pass"] == 1


def test_a_file_size_limit_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    """The nearest to a full disk that needs no root: no file may grow beyond a few bytes."""
    (tmp_path / "r.json").write_text("old")
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from lstm_spec.output import targets\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))\n"
        "try: targets.write('longer than four bytes', Path(sys.argv[1]))\n"
        "except targets.CannotWrite as error: print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "r.json"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert f"cannot write {tmp_path / 'r.json'}: File too large" in ran.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["r.json"]
    assert (tmp_path / "r.json").read_text() == "old"


def test_a_folder_that_vanishes_during_the_run_costs_one_face(tmp_path):
    """What was checked may be gone when it is needed; the text and the other files are not."""
    files = faces.Files(tmp_path / "gone" / "r.json", tmp_path / "r.xml", tmp_path / "r.html")
    console = Console(record=True, file=io.StringIO())
    failures = faces.put_out(one_pass(), files, console)
    assert [str(one) for one in failures] == [
        f"cannot write {tmp_path / 'gone' / 'r.json'}: No such file or directory"
    ]
    assert "1 clause planned" in console.export_text()
    assert {one.name for one in tmp_path.iterdir()} == {"r.xml", "r.html"}


def test_a_mistake_in_one_face_leaves_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(junit, "write", lambda report, path: 1 / 0)
    files = faces.Files(tmp_path / "r.json", tmp_path / "r.xml", tmp_path / "r.html")
    failures = faces.put_out(one_pass(), files, Console(file=io.StringIO()))
    assert [type(one) for one in failures] == [ZeroDivisionError]
    assert {one.name for one in tmp_path.iterdir()} == {"r.json", "r.html"}


def test_a_name_that_is_no_text_is_written_and_shown_with_escapes(tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/r\xff")
    ran = verify("--json", f"{name}.json", "--html", f"{name}.html", "--junit", f"{name}.xml")
    assert ran.returncode == 0, ran.stderr
    command = reading.read(Path(f"{name}.json"))["command"]
    assert r"r\xff.html" in command
    assert Path(f"{name}.html").stat().st_size > 1000
    assert Path(f"{name}.xml").stat().st_size > 100


def test_a_device_is_written_through_and_stays_a_device(tmp_path):
    """As root, ``--json /dev/stdout`` used to replace the device node of the whole machine."""
    before = Path("/dev/stdout").lstat()
    ran = verify("--json", "/dev/stdout")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["counts"]["pass"] == 1
    assert SUMMED_UP in ran.stderr  # the text makes room
    after = Path("/dev/stdout").lstat()
    assert (before.st_ino, stat.S_IFMT(before.st_mode)) == (
        after.st_ino,
        stat.S_IFMT(after.st_mode),
    )


def test_standard_output_that_is_a_file_is_not_emptied(tmp_path):
    with (tmp_path / "out").open("w") as out:
        out.write("before\n")
        out.flush()
        verify("--json", "/dev/stdout", stdout=out)
    first, rest = (tmp_path / "out").read_text().split("\n", 1)
    assert first == "before"
    assert json.loads(rest)["counts"]["pass"] == 1


def test_a_named_pipe_is_written_through(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard = []
    listener = threading.Thread(target=lambda: heard.append(pipe.read_text()), daemon=True)
    listener.start()
    targets.check(pipe)
    targets.write("told", pipe)
    listener.join(10)
    assert heard == ["told"]
    assert pipe.is_fifo()


def test_a_symbolic_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far" / "r.json")
    for text in ("new", "replaced"):
        targets.write(text, tmp_path / "link")
        assert (tmp_path / "far" / "r.json").read_text() == text
    assert (tmp_path / "link").is_symlink()


def test_permissions_of_a_file_that_is_replaced_stay(tmp_path):
    (tmp_path / "r.json").touch(mode=0o600)
    targets.write("new", tmp_path / "r.json")
    assert stat.S_IMODE((tmp_path / "r.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "command",
    [
        ("matrix", "--markdown"),
        ("matrix", "--html"),
        ("badge", "no.json", "--svg"),
        ("run", "alphabet-one-char", "--json"),
        ("selftest", "--json"),
        ("tolerances", "--markdown"),
        ("bench", "numpy", "--json"),
    ],
)
def test_every_command_checks_its_targets_before_its_work(command, tmp_path):
    ran = inside(*command, tmp_path)
    assert ran.returncode == 2
    assert f"cannot write {tmp_path}: it is a folder" in ran.stderr


def test_a_text_that_is_no_unicode_is_written_with_escapes(tmp_path):
    targets.write("half a pair: \ud800", tmp_path / "r.txt")
    assert (tmp_path / "r.txt").read_text("utf-8") == r"half a pair: \ud800"
