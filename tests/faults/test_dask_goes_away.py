"""A cluster that goes away during a run: what was judged is reported, and nothing hangs."""

import json
import os
import signal
import subprocess
import sys

import pytest
from processes import finish, running, send, start, wait_for
from running import HERE, SECONDS

from lstm_spec.report import reading

pytest.importorskip("distributed", reason="needs the extra dask")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

SHORT = "import lstm_spec.run.dask as at; at.NO_WORKER = 2.0; at.BETWEEN_LOOKS = 0.3\n"


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and a worker, processes of their own, and the words that name them."""
    file, started = tmp_path / "scheduler.json", []

    def begin(kind, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words]
        local = ["--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        surroundings = {**os.environ, "FAULTS_SEEN": str(tmp_path), "PYTHONPATH": str(HERE)}
        started.append(
            subprocess.Popen([*command, *local], cwd=tmp_path, env=surroundings, **quiet)
        )

    try:
        begin("scheduler", "--port", "0")
        wait_for(file.exists)
        begin("worker", "--nthreads", "1", "--no-nanny")
        address = json.loads(file.read_text())["address"].removeprefix("tcp://")
        yield f"dask://{address}", *started
    finally:
        for one in started:
            one.kill()
            one.wait(SECONDS)


def run_on(cluster, tmp_path):
    """A run in which CELL is judged and SEQ hangs, once it hangs."""
    words = ("verify", "faulty:hangs", "--only", "CELL-01,CELL-17,SEQ-15")
    file = tmp_path / "r.json"
    process = start(tmp_path, *words, "--executor", cluster[0], "--json", file, before=SHORT)
    wait_for((tmp_path / "hangs").exists)
    return process, file


def test_without_a_scheduler_the_judged_part_is_reported(cluster, tmp_path):
    process, file = run_on(cluster, tmp_path)
    cluster[1].kill()
    code, out, err = finish(process)
    assert code == 1, err
    assert "is gone; not done: 1 job" in " ".join(out.split())
    counts = reading.read(file)["counts"]
    assert (counts["pass"], counts["not-run"]) == (2, 1)


def test_without_any_worker_the_wait_has_an_end(cluster, tmp_path):
    process, file = run_on(cluster, tmp_path)
    cluster[2].kill()
    code, out, err = finish(process)
    assert code == 1, err
    assert "has had no worker for 2 s; not done: 1 job" in " ".join(out.split())
    assert reading.read(file)["counts"]["pass"] == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_ends_takes_its_judges_on_the_workers_along(number, cluster, tmp_path):
    process, file = run_on(cluster, tmp_path)
    daemons = {one.pid for one in cluster[1:]}
    assert set(running(tmp_path)) - daemons
    code, _, err = send(process, number)
    if number == signal.SIGINT:
        assert (code, err.count("Traceback")) == (130, 0)
        assert reading.read(file)["counts"]["pass"] == 2
    wait_for(lambda: set(running(tmp_path)) <= daemons, seconds=10)
