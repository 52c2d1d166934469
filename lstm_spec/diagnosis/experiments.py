"""Every experiment, from the simplest on, and the question that they answer together."""

from __future__ import annotations

from collections.abc import Callable

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Capability, Implementation
from lstm_spec.diagnosis import (
    access,
    carry,
    conventions,
    lifecycle,
    masks,
    resets,
    stacks,
    unusual_calls,
)
from lstm_spec.diagnosis.finding import Finding

Experiment = Callable[[Implementation, Implementation, Trial], list[Finding]]


def experiments() -> list[tuple[Experiment, set[Capability]]]:
    """Every experiment with the capabilities that it needs, from the simplest on."""
    can = Capability
    return [
        (conventions.forward, {can.FORWARD}),
        (unusual_calls.single_output, {can.FORWARD}),
        (unusual_calls.large_inputs, {can.FORWARD}),
        (unusual_calls.large_states, {can.INITIAL_STATE, can.FINAL_STATE}),
        (unusual_calls.lengths, {can.FORWARD}),
        (unusual_calls.stateless, {can.FORWARD}),
        (unusual_calls.stateless_predict, {can.PREDICT}),
        (unusual_calls.backwards, {can.GO_BACKWARDS}),
        (unusual_calls.backwards_from_a_state, {can.GO_BACKWARDS, can.INITIAL_STATE}),
        (unusual_calls.without_bias, {can.NO_BIAS}),
        (unusual_calls.hard_sigmoids, {can.HARD_SIGMOID}),
        (masks.masked, {can.MASK}),
        (masks.contents, {can.MASK}),
        (masks.unasked, {can.FORWARD}),
        (masks.stateful, {can.MASK, can.STATEFUL}),
        (carry.between_calls, {can.STATEFUL}),
        (carry.inside_predict, {can.STATEFUL, can.PREDICT}),
        (resets.after_reset, {can.STATEFUL}),
        (stacks.of_a_stack, {can.STATEFUL, can.LAYERS}),
        (stacks.of_a_bidirectional_layer, {can.STATEFUL, can.BIDIRECTIONAL}),
        (access.reading_and_setting, {can.STATEFUL, can.STATE_ACCESS}),
        (access.after_reset, {can.STATEFUL, can.STATE_ACCESS}),
        (access.stacked, {can.STATEFUL, can.STATE_ACCESS, can.LAYERS}),
        (access.given_states, {can.STATEFUL, can.INITIAL_STATE}),
        (access.given_to_a_stateless_model, {can.INITIAL_STATE}),
        (lifecycle.operations, {can.STATEFUL}),
        (lifecycle.epochs, {can.STATEFUL, can.FIT}),
        (lifecycle.validation, {can.STATEFUL, can.FIT}),
    ]


def diagnose(subject: Implementation, oracle: Implementation, seed: int = 0) -> list[Finding]:
    """Every mistake that could be proven, each once; empty for a conforming subject.

    An experiment in which the subject cannot take part (a missing capability, an exception) proves
    nothing and is skipped: the clauses have their own verdicts for that.
    """
    findings: dict[str, Finding] = {}
    for experiment, needs in experiments():
        if needs <= set(subject.capabilities):
            trial = Trial(f"diagnosis: {experiment.__module__}.{experiment.__name__}", seed)
            try:
                for finding in experiment(subject, oracle, trial):
                    findings.setdefault(finding.sentence, finding)
            except Exception:
                continue
    return list(findings.values())
