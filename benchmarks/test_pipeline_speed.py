"""How fast every pipeline trains on every installed engine, after its lockstep clause has passed.

    pytest benchmarks --benchmark-only

One epoch of the documented schedule is measured (through ``fit``, resets included), warm-up and
compilation dropped. At the end a table gives microseconds per update and the ratio to the NumPy
oracle; ``--benchmark-json FILE`` keeps everything. No figure here is a verdict.
"""

import pytest

from lstm_spec.bench.same_work import PIPELINE_CLAUSES
from lstm_spec.clauses import select
from lstm_spec.contract import Capability
from lstm_spec.pipelines import PIPELINES, VARIANTS, find
from lstm_spec.pipelines.training import build, needed
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import UnusableSubject, known
from lstm_spec.subjects.find import find as find_implementation
from lstm_spec.verdicts import Verdict

ORACLE = "numpy"


def engines():
    """Every installed implementation that trains in this process and is not slow on purpose."""
    found = []
    for name in known():
        try:
            engine = find_implementation(name)
        except UnusableSubject:
            continue
        if Capability.FIT in engine.capabilities and not getattr(engine, "slow", False):
            found.append(name)
    return found


@pytest.mark.parametrize(
    "name", [name for name in [*PIPELINES, *VARIANTS] if name in PIPELINE_CLAUSES]
)
@pytest.mark.parametrize("engine", engines())
def test_one_epoch(benchmark, engine, name):
    subject, pipeline = find_implementation(engine), find(name)
    missing = sorted(needed(pipeline) - frozenset(subject.capabilities))
    if missing:
        pytest.skip(f"{engine} lacks {', '.join(missing)}")
    (lockstep,) = select([PIPELINE_CLAUSES[name]])
    judged_by = find_implementation("scalar" if engine == ORACLE else ORACLE)
    judgement = judge(lockstep, subject, judged_by)
    assert judgement.verdict is Verdict.PASS, f"not timed: {lockstep.id}: {judgement.diagnosis}"

    schedule = pipeline.schedule
    model = build(pipeline, subject, seed=0)
    rng = pipeline.rng(0)
    data = pipeline.data(rng)

    def epoch():
        model.fit(
            data.x, data.y, batch_size=schedule.batch_size, epochs=1, shuffle=schedule.shuffle
        )
        if schedule.reset_each_epoch:
            model.reset_states()

    benchmark.group = name
    benchmark.extra_info.update(
        engine=engine,
        pipeline=name,
        updates=pipeline.updates_per_epoch,
        batch_size=schedule.batch_size,
        steps=pipeline.spec.time_steps,
        units=pipeline.spec.recurrent_layers[0].units,
        dtype=pipeline.spec.dtype,
    )
    rounds = 3 if pipeline.spec.parameter_count * pipeline.rows > 3_000_000 else 7
    benchmark.pedantic(epoch, rounds=rounds, warmup_rounds=2)
