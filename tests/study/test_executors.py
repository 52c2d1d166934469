"""Independent jobs on several processes, and on a Dask cluster that loses a worker."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from lstm_spec.run import local
from lstm_spec.run.executors import executor
from lstm_spec.run.interruption import Interrupted, ended_by_signals
from lstm_spec.run.jobs import chunks
from lstm_spec.run.local import cores, deaf_to_signals, results

SECONDS = 120


def square(number):
    return number, number * number


def where(_):
    time.sleep(0.2)
    threads = os.environ["OPENBLAS_NUM_THREADS"]
    return os.getpid(), tuple(cores()), threads


def refuse(number):
    raise ValueError(f"not {number}")


def slow_square(number):
    time.sleep(0.1)
    return number, number * number


def test_every_job_is_done_once():
    done = sorted(executor("local", 2)(square, range(20)))
    assert done == [square(number) for number in range(20)]


def test_every_process_has_a_core_of_its_own_and_one_thread():
    seen = set(executor("local", 2)(where, range(8)))
    processes = {process for process, _, _ in seen}
    assert len(processes) == 2
    assert {len(core) for _, core, _ in seen} == {1}
    assert len({core for _, core, _ in seen}) == min(2, len(cores()))
    assert {threads for _, _, threads in seen} == {"1"}


def test_an_error_in_a_job_reaches_the_caller():
    with pytest.raises(ValueError, match=r"not [012]"):
        list(executor("local", 1)(refuse, range(3)))


def test_no_more_is_asked_for_than_is_taken():
    results = executor("local", 1)(square, iter(range(10**9)))
    assert next(results)[0] in range(10)
    results.close()


@pytest.mark.parametrize("address", ["dask", "dask://", "ssh://host", "4"])
def test_an_address_that_leads_nowhere_is_refused(address):
    with pytest.raises(ValueError, match="an executor is local or dask://HOST:PORT"):
        executor(address)


def test_pieces_are_consecutive():
    assert chunks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]


def test_a_lost_dask_worker_loses_no_job(tmp_path):
    """A real scheduler and two real workers; one is killed while it works."""
    pytest.importorskip("distributed", reason="needs the extra dask")
    here = os.path.dirname(__file__)  # noqa: PTH120
    variables = {**os.environ, "PYTHONPATH": here}
    scheduler_file = tmp_path / "scheduler.json"
    started = []

    def start(*words):
        command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
        started.append(
            subprocess.Popen(
                command,
                env=variables,
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    try:
        start("dask_scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1",
              "--scheduler-file", str(scheduler_file))  # fmt: skip
        end = time.monotonic() + SECONDS
        while not scheduler_file.exists():
            assert time.monotonic() < end
            time.sleep(0.1)
        for _ in range(2):
            start("dask_worker", "--scheduler-file", str(scheduler_file), "--nthreads", "1",
                  "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")  # fmt: skip
        import json

        address = json.loads(scheduler_file.read_text())["address"].removeprefix("tcp://")
        seen = []
        for result in executor(f"dask://{address}")(slow_square, range(40)):
            seen.append(result)
            if len(seen) == 10:
                started[1].kill()
        assert sorted(seen) == [square(number) for number in range(40)]
    finally:
        for one in started:
            one.kill()
            one.wait(SECONDS)


def test_a_signal_that_another_thread_receives_waits_until_the_process_is_started():
    bystander_may_go = threading.Event()
    bystander = threading.Thread(target=bystander_may_go.wait)
    bystander.start()  # it blocks no signal, as a thread of a library of linear algebra
    done = []

    def start_a_process():
        with ended_by_signals(), deaf_to_signals():
            signal.pthread_kill(bystander.ident, signal.SIGTERM)
            time.sleep(0.1)
            done.append("started")

    try:
        with pytest.raises(Interrupted):
            start_a_process()
    finally:
        bystander_may_go.set()
        bystander.join()
    assert done == ["started"]


def test_a_signal_never_interrupts_the_wait_for_a_result(monkeypatch):
    """It would leave a lock of the pool held, and the pool could not be ended: seen once."""
    waited = []

    def signalled_while_waiting(*arguments, **options):
        signal.raise_signal(signal.SIGTERM)
        waited.append("to the end")
        return wait(*arguments, **options)

    monkeypatch.setattr(local, "wait", signalled_while_waiting)
    with pytest.raises(Interrupted), ended_by_signals(), ThreadPoolExecutor(1) as pool:
        list(results(pool, square, [(3,)]))
    assert waited == ["to the end"]
