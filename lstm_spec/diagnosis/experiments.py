"""Every experiment, from the simplest on, and the question that they answer together."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from lstm_spec.contract import Capability, Implementation
from lstm_spec.diagnosis import (
    access,
    carried_losses,
    carry,
    coincidences,
    conventions,
    directions,
    fields,
    figures,
    gradients,
    lifecycle,
    limits,
    losses,
    masks,
    memory,
    named_functions,
    neighbours,
    normalisation,
    operators,
    optimizers,
    precision,
    resets,
    row_resets,
    rules,
    sample_weights,
    saving,
    sizes,
    stacks,
    unusual_calls,
    values,
    weights,
)
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.diagnosis.repeating import Run, the_same_life
from lstm_spec.diagnosis.search import Experiment, Search, outcome

Can = Capability


def _one(
    run: Run, needs: set[Capability], *explained_by: str, name: str = "", answered_by: str = ""
) -> Experiment:
    own = name or f"{run.__module__.rpartition('.')[2]}.{run.__name__}"
    return Experiment(own, run, needs, explained_by, tuple(answered_by.split()))


WEIGHTS = "weights.set_and_read"
LAYERS = "weights.of_every_layer"
FORWARD = "conventions.forward"
CARRY = "carry.between_calls"
RESET = "resets.after_reset"
ROW_RESETS = "row_resets.of_some_rows"
CALLS = "lifecycle.between"

WITHIN: dict[str, tuple[str, ...]] = {
    "call": ("get_weights", "set_weights"),
    "predict_on_batch": ("call",),
    "predict": ("predict_on_batch",),
    "test_on_batch": ("call",),
    "evaluate": ("test_on_batch", "losses of test_on_batch"),
    "gradients": ("call",),
    "train_on_batch": ("gradients", "losses of gradients"),
    "fit": ("train_on_batch", "losses of train_on_batch"),
}
"""An operation, and those that it consists of: a mistake of theirs is one of its own, too."""


def _operations() -> list[Experiment]:
    """An experiment for each operation of a model's life, the simplest first."""
    made = []
    for name in ("get_weights", "set_weights", *WITHIN):
        _, needs, _ = lifecycle.OPERATIONS[name]
        causes = [f"lifecycle.{one}" for one in WITHIN.get(name, ())]
        causes += ["carry.inside_predict"] if name == "predict" else []
        run = partial(lifecycle.operation, name)
        made.append(
            _one(run, {Can.STATEFUL, *needs}, CALLS, RESET, *causes, name=f"lifecycle.{name}")
        )
        if name in carried_losses.LOSSES:
            _, capability = carried_losses.LOSSES[name]
            rule = partial(carried_losses.from_batch_to_batch, name)
            own = f"lifecycle.losses of {name}"
            made.append(_one(rule, {Can.STATEFUL, capability}, f"lifecycle.{name}", name=own))
    return made


OPTIMIZERS = {
    "momentum": "TRAIN-302 TRAIN-303 TRAIN-305",
    "limits": "TRAIN-310 TRAIN-311 TRAIN-312 TRAIN-313 TRAIN-314 TRAIN-316",
    "rmsprop": "TRAIN-322 TRAIN-323 TRAIN-324 TRAIN-325 TRAIN-326",
    "decay": "TRAIN-332 TRAIN-333 TRAIN-334 TRAIN-335",
    "accumulation": "TRAIN-343 TRAIN-344",
    "averages": "TRAIN-340 TRAIN-341",
    "schedules": "TRAIN-347 TRAIN-348",
}
"""A kind of options of optimisers, and the clauses that hold it."""


def _optimizers() -> list[Experiment]:
    """An experiment for each kind of options."""
    return [
        _one(
            partial(optimizers.settings, kind),
            {Can.TRAIN},
            "gradients.by_gate",
            name=f"optimizers.{kind}",
            answered_by=clauses,
        )
        for kind, clauses in OPTIMIZERS.items()
    ]


def experiments() -> list[Experiment]:
    """Every experiment, each after those that explain it."""
    return [
        _one(the_same_life, {Can.FORWARD}),
        _one(weights.set_and_read, {Can.FORWARD}),
        _one(weights.of_every_layer, {Can.FORWARD}, WEIGHTS),
        _one(conventions.forward, {Can.FORWARD}, WEIGHTS),
        _one(
            coincidences.equal_axes, {Can.FORWARD}, FORWARD,
            answered_by="SEQ-130 STATE-130 TRAIN-131",
        ),
        _one(
            memory.of_arguments, {Can.FORWARD}, FORWARD,
            answered_by="CELL-101 CELL-102 STATE-102 MASK-102",
        ),
        _one(unusual_calls.single_output, {Can.FORWARD}, FORWARD),
        _one(unusual_calls.large_inputs, {Can.FORWARD}, FORWARD),
        _one(unusual_calls.large_states, {Can.INITIAL_STATE, Can.FINAL_STATE}, FORWARD),
        _one(unusual_calls.lengths, {Can.FORWARD}, FORWARD),
        _one(
            memory.given_arrays, {Can.FORWARD},
            answered_by="CELL-104 STATE-104 GRAD-103 TRAIN-109",
        ),
        _one(
            sizes.of_a_call, {Can.FORWARD}, FORWARD, "unusual_calls.lengths",
            answered_by="SEQ-110 MASK-110",
        ),
        _one(unusual_calls.stateless, {Can.FORWARD}, FORWARD),
        _one(unusual_calls.stateless_predict, {Can.PREDICT}, "unusual_calls.stateless"),
        _one(unusual_calls.backwards, {Can.GO_BACKWARDS}, FORWARD),
        _one(
            unusual_calls.backwards_from_a_state,
            {Can.GO_BACKWARDS, Can.INITIAL_STATE},
            "unusual_calls.backwards",
        ),
        _one(unusual_calls.without_bias, {Can.NO_BIAS}, FORWARD),
        _one(unusual_calls.hard_sigmoids, {Can.HARD_SIGMOID}, FORWARD),
        _one(fields.activations, {Can.FORWARD}, FORWARD),
        _one(
            named_functions.values, {Can.FORWARD}, FORWARD, "fields.activations",
            answered_by="CELL-180 CELL-181",
        ),
        _one(operators.peepholes, {Can.FORWARD}, FORWARD),
        _one(operators.projection, {Can.FORWARD}, FORWARD),
        _one(limits.limits, {Can.FORWARD}, FORWARD),
        _one(directions.own_backward_layer, {Can.BIDIRECTIONAL}, FORWARD),
        _one(normalisation.layer_norm, {Can.FORWARD}, FORWARD),
        _one(normalisation.second_bias, {Can.FORWARD}, FORWARD),
        _one(normalisation.projection_limit, {Can.FORWARD}, FORWARD, "operators.projection"),
        _one(masks.masked, {Can.MASK}, FORWARD, "memory.given_arrays"),
        _one(masks.contents, {Can.MASK}, "masks.masked"),
        _one(masks.unasked, {Can.FORWARD}, FORWARD),
        _one(stacks.given_to_a_stack, {Can.INITIAL_STATE, Can.LAYERS}, FORWARD, LAYERS),
        _one(carry.between_calls, {Can.STATEFUL}, FORWARD, "unusual_calls.single_output"),
        _one(
            carry.inside_predict, {Can.STATEFUL, Can.PREDICT}, CARRY,
            "unusual_calls.stateless_predict",
        ),
        _one(masks.stateful, {Can.MASK, Can.STATEFUL}, "masks.masked", CARRY),
        _one(neighbours.states, {Can.STATEFUL}, CARRY),
        _one(neighbours.weights, {Can.STATEFUL}, WEIGHTS, answered_by="LIFE-30 LIFE-37 LIFE-38"),
        _one(resets.after_reset, {Can.STATEFUL}, CARRY, LAYERS),
        _one(row_resets.of_some_rows, {Can.STATEFUL, Can.RESET_ROWS}, RESET, "neighbours.states"),
        _one(row_resets.of_other_rows, {Can.STATEFUL, Can.RESET_ROWS}, RESET, ROW_RESETS),
        _one(stacks.of_a_stack, {Can.STATEFUL, Can.LAYERS}, RESET, "neighbours.states",
            "stacks.given_to_a_stack",
        ),
        _one(
            stacks.of_a_bidirectional_layer, {Can.STATEFUL, Can.BIDIRECTIONAL}, RESET,
            "stacks.of_a_stack",
        ),
        _one(
            row_resets.of_two_states, {Can.STATEFUL, Can.RESET_ROWS, Can.LAYERS},
            ROW_RESETS, "stacks.of_a_stack", "stacks.of_a_bidirectional_layer",
        ),
        _one(access.reading_and_setting, {Can.STATEFUL, Can.STATE_ACCESS}, CARRY, LAYERS),
        _one(access.after_reset, {Can.STATEFUL, Can.STATE_ACCESS}, RESET),
        _one(
            access.stacked, {Can.STATEFUL, Can.STATE_ACCESS, Can.LAYERS},
            "access.reading_and_setting", "stacks.of_a_stack",
        ),
        _one(access.given_states, {Can.STATEFUL, Can.INITIAL_STATE}, CARRY),
        _one(
            access.given_to_a_stateless_model, {Can.INITIAL_STATE}, "unusual_calls.stateless"
        ),
        _one(values.zeros_given, {Can.STATEFUL, Can.INITIAL_STATE}, "access.given_states"),
        _one(lifecycle.between, {Can.STATEFUL}, RESET),
        *_operations(),
        _one(lifecycle.epochs, {Can.STATEFUL, Can.FIT}, "lifecycle.fit"),
        _one(
            lifecycle.validation, {Can.STATEFUL, Can.FIT}, "lifecycle.fit", "lifecycle.evaluate",
            "lifecycle.epochs",
        ),
        _one(sizes.of_a_life, {Can.STATEFUL}, CALLS, answered_by="STATE-110 STATE-111"),
        _one(gradients.by_gate, {Can.GRADIENTS}, "unusual_calls.stateless"),
        _one(
            named_functions.derivatives, {Can.GRADIENTS}, "gradients.by_gate",
            "named_functions.values", answered_by="GRAD-180",
        ),
        *_optimizers(),
        _one(rules.penalties, {Can.GRADIENTS}, "gradients.by_gate"),
        _one(rules.activity, {Can.GRADIENTS}, "gradients.by_gate", "rules.penalties"),
        _one(rules.frozen, {Can.FORWARD}, "gradients.by_gate", "rules.penalties"),
        _one(rules.constraints, {Can.TRAIN}, "gradients.by_gate"),
        _one(
            sizes.of_a_training, {Can.TRAIN}, "gradients.by_gate",
            answered_by="TRAIN-110 TRAIN-111",
        ),
        _one(
            precision.float64, {Can.FLOAT64}, CALLS, "gradients.by_gate",
            "masks.contents", "access.reading_and_setting",
            answered_by="CELL-26 CELL-50 CELL-51 CELL-52 CELL-53 CELL-54 GRAD-11",
        ),
        _one(figures.of_unequal_batches, {Can.EVALUATE}, FORWARD),
        _one(losses.of_one_batch, {Can.EVALUATE, Can.LAYERS}, FORWARD),
        _one(losses.threshold_of_logits, {Can.EVALUATE, Can.LAYERS}, FORWARD),
        _one(sample_weights.of_one_batch, {Can.EVALUATE, Can.LAYERS, Can.WEIGHTED}, FORWARD),
        _one(sample_weights.of_the_accuracy, {Can.EVALUATE, Can.LAYERS, Can.WEIGHTED}, FORWARD),
        _one(saving.weights_and_fields, {Can.SAVE}, FORWARD, LAYERS),
    ]  # fmt: skip


def diagnose(
    subject: Implementation, oracle: Implementation, seed: int = 0, passed: Collection[str] = ()
) -> list[Finding]:
    """Every mistake that could be proven, each once; empty for a conforming subject.

    An experiment counts if it comes out the same whenever it is done; if one does not, there is no
    other finding than that. What a mistake that has been found explains is not told again, and what
    the clauses in ``passed`` have answered is not asked again.
    """
    search = Search(experiments(), passed)
    for one in search:
        search.saw(one.name, outcome(one, subject, oracle, seed))
    return search.findings()
