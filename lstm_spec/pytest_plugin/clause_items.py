"""The clauses as test items: what the plugin adds once ``--implementation`` is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_spec import expectations
from lstm_spec.checking.trial import draw_from_the_seed_alone
from lstm_spec.clauses import Clause, Level, catalogue, select
from lstm_spec.contract import Implementation
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import EFFORT
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject, find, oracle_for
from lstm_spec.verdicts import Judgement, Verdict

CLAUSES_AS_TESTS = Path(__file__).with_name("clauses_as_tests.py")


def pytest_configure(config: pytest.Config) -> None:
    """Where no paths are given, the clauses are the tests."""
    draw_from_the_seed_alone()
    try:
        select(config.getoption("--only"))
        expect = config.getoption("--expect")
        known = expectations.read(expect) if expect else {}
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    for name in expectations.unmatched(known, [one.id for one in catalogue()]):
        config.issue_config_time_warning(
            pytest.PytestConfigWarning(f"expectation {name} matches no clause"), stacklevel=2
        )
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = [str(CLAUSES_AS_TESTS)]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Which subject, which oracle, which seed."""
    name = config.getoption("--implementation")
    oracle = config.getoption("--oracle") or "the usual oracle"
    return [f"lstm-spec: {name} against {oracle}, seed {config.getoption('--spec-seed')}"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item a clause, named by its id and its check."""
    if metafunc.definition.name != "test_clause" or metafunc.definition.path != CLAUSES_AS_TESTS:
        return
    level = Level(metafunc.config.getoption("--level"))
    chosen = select(metafunc.config.getoption("--only"), level)
    names = [f"{one.id}-{one.check.__name__}" for one in chosen]
    metafunc.parametrize("clause", chosen, ids=names)


@pytest.fixture(scope="session")
def lstm_subject(request: pytest.FixtureRequest) -> Implementation:
    """The implementation that ``--implementation`` names."""
    try:
        return find(request.config.getoption("--implementation"))
    except (NoSuchSubject, UnusableSubject) as error:
        pytest.exit(f"lstm-spec: {error}", returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.fixture(scope="session")
def lstm_oracle(request: pytest.FixtureRequest, lstm_subject: Implementation) -> Implementation:
    """The implementation that it is compared with."""
    try:
        return oracle_for(lstm_subject, request.config.getoption("--oracle"))
    except (NoSuchSubject, UnusableSubject) as error:
        pytest.exit(f"lstm-spec: {error}", returncode=pytest.ExitCode.USAGE_ERROR)


def assert_as_expected(
    clause: Clause, subject: Implementation, oracle: Implementation, config: pytest.Config
) -> None:
    """Judge one clause and speak pytest's language: fail, skip or xfail with the reason."""
    level = Level(config.getoption("--level"))
    judgement = judge(
        clause, subject, oracle, seed=config.getoption("--spec-seed"), effort=EFFORT[level]
    )
    expect = config.getoption("--expect")
    judgement = expectations.apply(judgement, expectations.read(expect) if expect else {})
    again = f"lstm-spec verify {config.getoption('--implementation')} --only {clause.id}"
    if judgement.verdict is Verdict.UNSUPPORTED:
        pytest.skip(f"unsupported: {judgement.diagnosis}")
    if judgement.verdict is Verdict.EXPECTED_FAIL:
        pytest.xfail(judgement.diagnosis)
    if judgement.verdict is not Verdict.PASS:
        pytest.fail(_in_full(judgement, again), pytrace=False)


def _in_full(judgement: Judgement, again: str) -> str:
    example = judgement.evidence.counter_example
    return "\n".join(
        [
            f"{judgement.verdict}: {judgement.id} {judgement.statement}",
            f"  found: {judgement.diagnosis}",
            *([f"  smallest input: {example}"] if example else []),
            f"  again: {again}",
        ]
    )
