"""How long a clause may take, how much memory it may hold, and how many processes judge."""

import re

import pytest
from running import lstm_spec, verify

from lstm_spec.clauses import select
from lstm_spec.cli.verify import processes
from lstm_spec.report import reading
from lstm_spec.run.local import cores
from lstm_spec.run.patience import HANGS, Patience
from lstm_spec.run.plan import Plan
from lstm_spec.subjects.address import Address


@pytest.fixture
def report(tmp_path):
    """Runs the command; what it printed and its report."""

    def run(*words):
        ran = verify(*words, "--json", tmp_path / "r.json", env={"FAULTS_SEEN": str(tmp_path)})
        return ran, reading.read(tmp_path / "r.json")

    return run


def verdicts(report):
    return {one["id"]: one["verdict"] for one in report["clauses"]}


def test_a_subject_that_does_not_answer_twice_in_a_row_is_not_asked_any_more(report):
    ran, told = report("faulty:hangs", "--only", "SEQ", "--timeout", "0.5")
    assert ran.returncode == 1
    hung = [one for one in told["clauses"] if one["hung"]]
    assert [one["verdict"] for one in hung] == ["error"] * HANGS
    assert all("no answer to" in one["diagnosis"] for one in hung)
    first, second = (one["id"] for one in hung)
    rest = [one for one in told["clauses"] if one["verdict"] == "not-run"]
    assert len(rest) > 5
    reason = f"not run: it does not answer ({first} and {second} hung one after the other)"
    assert {one["diagnosis"] for one in rest} == {reason}
    assert told["limits"] == {"seconds": 0.5, "memory_mib": None}
    assert hung[0]["reproduce"].endswith(f"--only {first} --timeout 0.5 --seed 0")


def test_a_subject_that_answers_in_between_is_asked_to_the_end():
    patience = Patience()
    for clause, hung in (("SEQ-01", True), ("SEQ-02", False), ("SEQ-03", True)):
        patience.saw(clause, hung)
        assert not patience.over
    patience.saw("SEQ-04", True)
    assert patience.over
    patience.saw("SEQ-05", False)
    assert patience.over


def test_a_clause_that_takes_too_much_memory_is_an_error_and_the_run_goes_on(report):
    ran, told = report("faulty:eats", "--only", "SEQ-01,SEQ-15,SEQ-20", "--memory", "400")
    assert ran.returncode == 1
    eaten = next(one for one in told["clauses"] if one["id"] == "SEQ-15")
    assert re.match(
        r"the subject used \d{3} MiB of memory during SEQ-15; it may use 400 MiB",
        eaten["diagnosis"],
    )
    assert (eaten["verdict"], verdicts(told)["SEQ-01"]) == ("error", "pass")
    assert told["limits"]["memory_mib"] == 400


def test_the_report_says_how_much_memory_a_clause_held_at_most(report):
    """Most of a hundred MiB, and gone again when the next clause is judged."""
    _, told = report("faulty:eats_a_little", "--only", "SEQ-01,SEQ-15,SEQ-16")
    peaks = {one["id"]: one["peak_mib"] for one in told["clauses"]}
    assert peaks["SEQ-15"] > peaks["SEQ-01"] + 90
    assert peaks["SEQ-16"] > peaks["SEQ-01"] + 90


@pytest.mark.parametrize("jobs", ["0", "-1", "1.5", "²", "many", ""])
def test_a_number_of_processes_that_is_none_is_refused(jobs):
    with pytest.raises(ValueError, match="-n takes a number of processes, at least 1, or auto"):
        processes(jobs)


def test_no_process_judges_where_none_is_asked_for():
    ran = lstm_spec("verify", "numpy", "--only", "CELL-01", "-n", "0")
    assert (ran.returncode, ran.stdout) == (2, "")


def test_no_more_processes_judge_than_there_are_cores(capsys):
    assert processes("1000") == processes("auto") == len(cores())
    assert "one for each core" in capsys.readouterr().err


def test_a_run_has_no_more_judges_than_cores_and_clauses():
    from lstm_spec.run.course import Course

    few, many = select(["CELL-01"]), select(["CELL"])
    for clauses, most in ((few, 1), (many, len(cores()))):
        course = Course(Plan(Address("numpy"), clauses, jobs=1000), {}, print)
        assert len(course._judges) == most


def test_a_plan_for_nobody_is_refused():
    with pytest.raises(ValueError, match="at least one process has to judge, not 0"):
        Plan(Address("numpy"), select(["CELL-01"]), jobs=0)
