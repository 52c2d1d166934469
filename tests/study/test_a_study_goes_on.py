"""A study may be ended at any moment: what is done stays done, and the file comes out the same."""

import json
import os
import subprocess
import sys
import time

import pytest

from lstm_spec.study import Study, read, run

NAME = "alphabet-whole-batch"
TINY = Study(NAME, seeds=6, implementation="numpy", epochs=2)
SCRIPT = """
import sys
from pathlib import Path
from lstm_spec.run.executors import executor
from lstm_spec.study import Study, run

if __name__ == "__main__":
    study = Study("alphabet-whole-batch", seeds=80, implementation="numpy", epochs=60)
    run({Path(sys.argv[1]): study}, executor("local", 2))
"""
SECONDS = 120


def here(work, jobs):
    return (work(job) for job in jobs)


def one_at_a_time(work, jobs):
    for job in jobs:
        for seed in job.seeds:
            yield work(type(job)(job.pipeline, job.implementation, (seed,), job.epochs))


class Ended(Exception):
    pass


def ended_after(count):
    def executor(work, jobs):
        for number, result in enumerate(one_at_a_time(work, jobs)):
            if number == count:
                raise Ended
            yield result

    return executor


def test_the_file_begins_with_what_it_is_of_and_has_a_line_per_seed(tmp_path):
    file = tmp_path / "results.jsonl"
    results = run({file: TINY}, here, command="lstm-spec study")[file]
    assert read(file) == results
    assert results.header["study"] == NAME
    assert results.header["command"] == "lstm-spec study"
    assert results.header["environment"]["numpy"]
    assert [run["seed"] for run in results.runs] == list(range(6))
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_study_ended_by_an_error_goes_on(tmp_path, count):
    alone, disturbed = tmp_path / "alone.jsonl", tmp_path / "disturbed.jsonl"
    run({alone: TINY}, here)
    with pytest.raises(Ended):
        run({disturbed: TINY}, ended_after(count))
    assert len((tmp_path / "disturbed.jsonl.part").read_text().splitlines()) == 1 + count
    run({disturbed: TINY}, here)
    assert disturbed.read_bytes() == alone.read_bytes()


@pytest.mark.parametrize("torn", [1, 20])
def test_a_line_that_was_torn_off_is_run_again(tmp_path, torn):
    alone, disturbed = tmp_path / "alone.jsonl", tmp_path / "disturbed.jsonl"
    run({alone: TINY}, here)
    (tmp_path / "disturbed.jsonl.part").write_bytes(alone.read_bytes()[:-torn])
    run({disturbed: TINY}, here)
    assert disturbed.read_bytes() == alone.read_bytes()


def test_the_order_in_which_seeds_finish_leaves_no_trace(tmp_path):
    def backwards(work, jobs):
        return reversed(list(one_at_a_time(work, jobs)))

    for file, executor in (("one", here), ("other", backwards)):
        run({tmp_path / file: TINY}, executor)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_more_seeds_run_only_those_that_are_new_and_fewer_lose_none(tmp_path):
    file, asked = tmp_path / "results.jsonl", []

    def counting(work, jobs):
        for job in jobs:
            asked.extend(job.seeds)
            yield work(job)

    run({file: TINY}, counting)
    run({file: Study(NAME, 8, "numpy", 2)}, counting)
    assert asked == list(range(8))
    few = run({file: Study(NAME, 2, "numpy", 2)}, counting)[file]
    assert len(few.runs) == 2
    assert len(read(file).runs) == 8


def test_results_of_another_study_are_not_mixed_in(tmp_path):
    file = tmp_path / "results.jsonl"
    run({file: TINY}, here)
    with pytest.raises(ValueError, match="holds another study: epochs is 2 there and 3 now"):
        run({file: Study(NAME, 6, "numpy", 3)}, here)


def test_a_file_that_is_no_study_is_named(tmp_path):
    file = tmp_path / "notes.jsonl"
    file.write_text("hello\n")
    with pytest.raises(ValueError, match=r"notes\.jsonl, line 1 is no JSON"):
        read(file)
    with pytest.raises(ValueError, match=r"notes\.jsonl, line 1 is no JSON"):
        run({file: TINY}, here)


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (Study(NAME, 0, "numpy"), "seeds must be at least 1, got 0"),
        (Study("alphabet", 1, "numpy"), "there is no pipeline 'alphabet'"),
        (Study(NAME, 1, "nupmy"), "there is no implementation called 'nupmy'"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(tmp_path, study, words):
    with pytest.raises(ValueError, match=words):
        run({tmp_path / "results.jsonl": study}, here)
    assert not list(tmp_path.iterdir())


def test_killed_in_the_middle_and_started_again_it_gives_the_same_file(tmp_path):
    """Two processes, ended by SIGKILL in the middle; none is left behind."""
    alone, disturbed = tmp_path / "alone", tmp_path / "disturbed"
    first = subprocess.Popen([sys.executable, "-c", SCRIPT, str(disturbed)])
    try:
        journal = tmp_path / "disturbed.part"
        wait_until(lambda: journal.exists() and journal.read_text().count("\n") > 20)
        children = children_of(first.pid)
        assert children
    finally:
        first.kill()
        first.wait(SECONDS)
    wait_until(lambda: not any(is_alive(child) for child in children))
    done = [json.loads(line) for line in journal.read_text().splitlines()[1:-1]]
    assert 0 < len(done) < 160
    for file in (disturbed, alone):
        subprocess.run([sys.executable, "-c", SCRIPT, str(file)], check=True, timeout=SECONDS)
    assert disturbed.read_bytes() == alone.read_bytes()


def wait_until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def children_of(process):
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, timeout=10
    )
    return [int(one) for one in listed.stdout.split()]


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not _is_zombie(process)


def _is_zombie(process):
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, timeout=10
    )
    return listed.stdout.strip().startswith("Z")
