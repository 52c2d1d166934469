"""Whatever signal ends a run, and whenever: what was judged is reported, and nothing runs on."""

import signal
import sys

import pytest
from processes import finish, running, send, start, wait_for
from running import HERE

from lstm_spec.report import reading

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
RUN = ("verify", "faulty:forks_and_hangs", "--only", "SEQ", "-n", "2")


@pytest.mark.parametrize("number", CODES)
def test_a_signal_leaves_a_partial_report_and_no_process(number, tmp_path):
    """The subject has forked, one child has left its session, and every call hangs."""
    process = start(tmp_path, *RUN, "--json", tmp_path / "r.json")
    wait_for((tmp_path / "hangs").exists)
    code, out, err = send(process, number)
    assert code == CODES[number]
    assert "not-run" in out
    assert "Traceback" not in err
    counts = reading.read(tmp_path / "r.json")["counts"]
    assert counts["pass"] > 0
    assert counts["not-run"] > 0
    assert counts["error"] == 0
    assert running(tmp_path) == []


def test_a_run_that_is_killed_leaves_no_process(tmp_path):
    process = start(tmp_path, *RUN)
    wait_for((tmp_path / "hangs").exists)
    assert len(running(tmp_path)) > 3
    send(process, signal.SIGKILL)
    wait_for(lambda: running(tmp_path) == [], seconds=5)


def test_a_run_that_is_killed_takes_workers_and_what_they_started_along(tmp_path):
    """A worker holds the subject, one process further away."""
    faulty = f"{HERE / 'faulty.py'}:forks_and_hangs"
    process = start(tmp_path, *RUN[:1], faulty, "--python", sys.executable, *RUN[2:])
    wait_for((tmp_path / "hangs").exists)
    send(process, signal.SIGKILL)
    wait_for(lambda: running(tmp_path) == [], seconds=5)


MOMENTS = {
    "before the subject is opened": "lstm_spec.run.course.Course.start",
    "when all is judged": "lstm_spec.run.course.Course.stop",
    "in the middle of the text": "lstm_spec.report.text.summary",
    "at the end": "lstm_spec.cli.verify._end",
}
HIT = """
import os, pkgutil, signal
place, _, name = {function!r}.rpartition(".")
place = pkgutil.resolve_name(place)
does = getattr(place, name)
def hit(*given, **named):
    os.kill(os.getpid(), signal.SIGINT)
    return does(*given, **named)
setattr(place, name, hit)
"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_at_any_moment_is_no_traceback_and_loses_nothing(moment, tmp_path):
    words = (
        "verify",
        "faulty:right",
        "--only",
        "CELL-01",
        "-n",
        "1",
        "--json",
        tmp_path / "r.json",
    )
    before = HIT.format(function=MOMENTS[moment])
    code, out, err = finish(start(tmp_path, *words, before=before))
    assert code == 130
    assert err == ""
    report = reading.read(tmp_path / "r.json")
    verdict = "not-run" if moment == "before the subject is opened" else "pass"
    assert report["counts"][verdict] > 0
    assert report["interrupted"] == (verdict == "not-run")
    assert "1 clause planned" in out


AT_IMPORT = """
import os, sys
class Hit:
    @staticmethod
    def find_spec(name, *where):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Hit)
"""


@pytest.mark.parametrize(
    "module", ["lstm_spec.cli.app", "typer", "lstm_spec.cli.verify", "lstm_spec.run.runner"]
)
def test_ctrl_c_while_the_command_is_still_loading_is_no_traceback(module, tmp_path):
    before = AT_IMPORT.format(module=module)
    process = start(tmp_path, "verify", "faulty:right", "--only", "SEQ", before=before)
    code, _, err = finish(process)
    assert code == 130
    assert "Traceback" not in err


def test_a_second_ctrl_c_does_not_wait_for_the_report(tmp_path):
    """The report is a pipe that nobody reads."""
    before = (
        "import lstm_spec.cli.verify as at, time\n"
        "from pathlib import Path\n"
        "def stuck(*given, **named):\n"
        f"    Path({str(tmp_path / 'stuck')!r}).touch(); time.sleep(600)\n"
        "at.put_out = stuck\n"
    )
    process = start(tmp_path, *RUN, before=before)
    wait_for((tmp_path / "hangs").exists)
    process.send_signal(signal.SIGINT)
    wait_for((tmp_path / "stuck").exists)
    process.send_signal(signal.SIGINT)  # sent twice in a second, as some programs do: no difference
    with pytest.raises(Exception, match="timed out"):
        process.wait(1.2)
    code, _, err = send(process, signal.SIGINT)
    assert code == 130
    assert "Traceback" not in err
    assert running(tmp_path) == []
