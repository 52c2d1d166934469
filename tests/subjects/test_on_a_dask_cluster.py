"""``verify --executor dask://``: the same verdicts, also when a worker is killed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from lstm_spec.run.executors import executor

pytest.importorskip("distributed", reason="needs the extra dask")

SECONDS = 240
ONLY = [word for family in ("CELL", "SEQ", "STATE") for word in ("--only", family)]


@pytest.fixture
def cluster(tmp_path):
    """The address of a real scheduler, and its two workers, processes of their own."""
    file, started = tmp_path / "scheduler.json", []

    def start(kind, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        local = ["--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file)]
        started.append(subprocess.Popen([*command, *local], cwd=tmp_path, **quiet))

    try:
        start("scheduler", "--port", "0")
        wait_for(file.exists)
        for _ in range(2):
            start("worker", "--nthreads", "1", "--no-nanny")
        address = json.loads(file.read_text())["address"].removeprefix("tcp://")
        yield f"dask://{address}", started[1:]
    finally:
        for one in started:
            one.kill()
            one.wait(SECONDS)


def wait_for(true):
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def verify(file, *words):
    command = [sys.executable, "-m", "lstm_spec.cli", "verify", "numpy", *ONLY, *words]
    run = [*command, "--json", str(file)]
    return subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def verdicts(file):
    report = json.loads(file.read_text("utf-8"))
    found = {one["id"]: one["verdict"] for one in report["clauses"]}
    assert report["counts"]["planned"] == len(found)
    return found


def judges_of(worker):
    """The processes that judge for a worker."""
    listed = subprocess.run(
        ["pgrep", "-P", str(worker.pid), "-f", "judge_process"], capture_output=True, text=True
    )
    return [int(word) for word in listed.stdout.split()]


def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_worker_loses_no_verdict_and_leaves_no_process(cluster, tmp_path):
    address, workers = cluster
    local = verify(tmp_path / "local.json", "-n", "1")
    assert local.wait(SECONDS) == 0, local.stdout.read()
    remote = verify(tmp_path / "remote.json", "--executor", address)
    wait_for(lambda: judges_of(workers[0]))
    judges = judges_of(workers[0])
    workers[0].send_signal(signal.SIGKILL)
    assert remote.wait(SECONDS) == 0, remote.stdout.read()
    assert verdicts(tmp_path / "remote.json") == verdicts(tmp_path / "local.json")
    wait_for(lambda: not any(is_there(one) for one in judges))


def test_a_scheduler_that_is_not_there_is_wrong_usage(tmp_path):
    run = verify(tmp_path / "none.json", "--executor", "dask://127.0.0.1:1")
    assert run.wait(SECONDS) == 2
    assert "no Dask scheduler answers at 127.0.0.1:1" in run.stdout.read()


def test_an_unknown_executor_is_wrong_usage(tmp_path):
    run = verify(tmp_path / "none.json", "--executor", "ssh://host")
    assert run.wait(SECONDS) == 2
    with pytest.raises(ValueError, match="local or dask"):
        executor("ssh://host")
