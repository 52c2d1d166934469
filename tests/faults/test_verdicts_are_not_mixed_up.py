"""Each clause gets the verdict that was meant for it, whatever else a subject writes or starts."""

import json
import os

import numpy as np
import pytest
from running import verify

from lstm_spec.clauses import select
from lstm_spec.report import reading
from lstm_spec.run.judges import JudgeProcess
from lstm_spec.run.plan import Plan
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.guard import GuardedModel
from lstm_spec.verdicts import Judgement, Verdict

(CLAUSE,) = select(["CELL-17"])
(OTHER,) = select(["CELL-15"])


def judgement(clause):
    return Judgement(clause.id, clause.statement, "MUST", Verdict.PASS).as_json()


def test_a_subject_that_forks_and_returns_twice_is_judged_once(tmp_path):
    """The copy of the judge ends where it returns from the subject."""
    run = verify(
        "faulty:forks_once",
        *("--only", "CELL", "--json", tmp_path / "r.json"),
        env={"FAULTS_SEEN": str(tmp_path)},
    )
    assert (tmp_path / "forked").exists()
    assert run.returncode == 0, run.stdout
    counts = reading.read(tmp_path / "r.json")["counts"]
    assert counts["error"] == counts["not-run"] == 0
    assert counts["pass"] > 10


class Forks:
    def predict_on_batch(self, x):
        os.fork()
        return x


def test_a_copy_of_the_process_ends_where_it_returns_from_the_subject(tmp_path):
    """In the test's own process: without the guard, two processes would write."""
    file = tmp_path / "who"
    ours = os.getpid()
    GuardedModel(Forks(), None, False).predict_on_batch(np.ones(3))
    with file.open("a") as written:
        written.write(f"{os.getpid()}\n")
    if os.getpid() != ours:
        os._exit(0)
    assert os.waitpid(-1, 0)[1] == 0
    assert file.read_text() == f"{ours}\n"


class Says:
    """In place of the process that judges."""

    ended = False

    def __init__(self, answer):
        self.answer = answer

    def exchange(self, request, seconds, doing):
        number = json.loads(request)["number"]
        return json.dumps(self.answer(number)).encode()

    def lost(self, cause):
        from lstm_spec.subjects.protocol import SubjectLost

        return SubjectLost(cause)

    def end(self, grace):
        self.ended = True


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda number: {"answers": number - 1, "judgement": judgement(CLAUSE)}, "not the answer"),
        (lambda number: judgement(CLAUSE), "not the answer"),
        (lambda number: [number], "not the answer"),
        (lambda number: {"answers": number, "judgement": judgement(OTHER)}, "'CELL-15' was answer"),
        (lambda number: {"answers": number, "judgement": {"id": "CELL-17"}}, "is no judgement"),
        (lambda number: {"answers": number, "findings": []}, "is no judgement"),
    ],
)
def test_an_answer_to_anything_else_is_an_error_of_the_clause_that_was_asked(answer, says):
    judge = JudgeProcess(Plan(Address("numpy"), (CLAUSE,)))
    judge.child = Says(answer)
    found = judge.judge(CLAUSE, judge.plan.effort, 1.0)
    assert (found.id, found.verdict) == ("CELL-17", Verdict.ERROR)
    assert says in found.diagnosis


def test_the_right_answer_is_taken():
    judge = JudgeProcess(Plan(Address("numpy"), (CLAUSE,)))
    judge.child = Says(lambda number: {"answers": number, "judgement": judgement(CLAUSE)})
    assert judge.judge(CLAUSE, judge.plan.effort, 1.0).verdict is Verdict.PASS
