"""One run of pytest: the process that judges, started for the first clause."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass, replace

import pytest

from lstm_spec import expectations
from lstm_spec.clauses import Clause, Level, catalogue, select
from lstm_spec.expectations import Expectation
from lstm_spec.run.judges import JudgeProcess
from lstm_spec.run.plan import EFFORT, Plan
from lstm_spec.run.repetition import judged
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject
from lstm_spec.verdicts import Judgement, Verdict


@dataclass
class Session:
    """What is to be judged, and who judges."""

    plan: Plan
    known: dict[str, Expectation]
    judge: JudgeProcess | None = None

    @classmethod
    def of(cls, options: Namespace) -> Session:
        """What pytest's options say. Raises ValueError for a value that means nothing."""
        level = Level(options.lstm_level or Level.CORE)
        plan = Plan(
            Address(options.lstm_implementation),
            select(options.lstm_only, level),
            options.lstm_oracle,
            level,
            options.lstm_seed or 0,
            limit=options.lstm_timeout,
            memory_mib=options.lstm_memory,
            effort=EFFORT[level],
        )
        if plan.seed < 0:
            raise ValueError(f"--lstm-seed must not be negative, got {plan.seed}")
        expect = options.lstm_expect
        return cls(plan, expectations.read(expect) if expect else {})

    @property
    def unmatched(self) -> list[str]:
        """The known deviations that are about no clause."""
        return expectations.unmatched(self.known, [one.id for one in catalogue()])

    @property
    def header(self) -> str:
        """Which subject, which oracle, which seed."""
        oracle = self.plan.oracle or "the usual oracle"
        return f"lstm-spec: {self.plan.subject.name} against {oracle}, seed {self.plan.seed}"

    def judged(self, clause: Clause) -> Judgement:
        """The judgement of one clause, as ``lstm-spec verify`` would give it."""
        judge = self.judge or self._start()
        known = self.known.get(clause.id)
        times = 1 if known is None else known.times
        seconds = self.plan.seconds_per_clause
        judgement = judged(judge, clause, self.plan.effort, seconds, times)
        judgement.reproduce = self.plan.reproduce(clause.id)
        return expectations.apply(judgement, self.known)

    def _start(self) -> JudgeProcess:
        self.judge = JudgeProcess(self.plan)
        try:
            self.judge.start()
        except (NoSuchSubject, UnusableSubject) as error:
            pytest.exit(f"lstm-spec: {error}", returncode=pytest.ExitCode.USAGE_ERROR)
        cost = self.judge.call_seconds(self.plan.seconds_per_clause)
        self.plan = replace(self.plan, effort=replace(self.plan.effort, call_cost=cost))
        return self.judge

    def end(self) -> None:
        """End the process and whatever it has started."""
        if self.judge is not None:
            self.judge.end()


def outcome(judgement: Judgement) -> None:
    """Say it in pytest's language: return, or fail, skip or xfail with the reason."""
    if judgement.verdict is Verdict.UNSUPPORTED:
        pytest.skip(f"unsupported: {judgement.diagnosis}")
    if judgement.verdict is Verdict.EXPECTED_FAIL:
        pytest.xfail(judgement.diagnosis)
    if judgement.verdict is not Verdict.PASS:
        pytest.fail(_in_full(judgement), pytrace=False)


def _in_full(judgement: Judgement) -> str:
    example = judgement.evidence.counter_example
    return "\n".join(
        [
            f"{judgement.verdict}: {judgement.id} {judgement.statement}",
            f"  found: {judgement.diagnosis}",
            *([f"  smallest input: {example}"] if example else []),
            f"  reproduce: {judgement.reproduce}",
        ]
    )
