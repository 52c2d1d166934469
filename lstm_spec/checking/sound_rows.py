"""Which rows of choices describe models that can be built and trained, and in which all is seen.

A covering array takes only such rows: in any other, a value would have no effect, an operation
would be refused, or rounding would decide what comes out.
"""

from __future__ import annotations

from typing import Any

from lstm_spec.checking.choices import LAYERS, WIDTHS, Row, by_name, can_do, chosen, described
from lstm_spec.contract import Implementation
from lstm_spec.model import CLIPS, loss_facts


def is_sound(row: Row) -> bool:
    """Whether every value of the row has an effect, and the model can be built and trained."""
    for name, value in row.items():
        one = by_name()[name]
        if value != one.plain and not all(chosen(row, other) in of for other, of in one.needs):
            return False
    if sum(bool(chosen(row, f"Optimizer.{name}")) for name in CLIPS) > 1:
        return False
    if chosen(row, "Optimizer.use_ema") and chosen(row, "Optimizer.gradient_accumulation_steps"):
        return False  # what an average is of, then, has a clause of its own, TRAIN-346
    classes = loss_facts(chosen(row, "ModelSpec.loss")).targets == "classes"
    if classes and chosen(row, "Dense.activation") != "softmax":
        return False
    if classes and not chosen(row, "Dense.use_bias") and not _has_large_outputs(row):
        return False  # logits of nothing, or next to it, make all classes equally probable
    places = LAYERS[: chosen(row, "layers")]
    stateful = any(chosen(row, f"LSTM.stateful of layer {place}") for place in places)
    if stateful and chosen(row, "ModelSpec.batch_size") is None:
        return False
    return all(
        _is_seen(row, place)
        and _is_bounded(row, place)
        and _has_what_it_rules(row, place)
        and _is_normal(row, place)
        for place in LAYERS
    )


FROM_ZERO_TO_ONE = ("sigmoid", "softmax", "hard_sigmoid_keras2", "hard_sigmoid_keras3")
BOUNDED = ("tanh", *FROM_ZERO_TO_ONE)
"""Gates that stay small whatever enters them."""


def _has_large_outputs(row: Row) -> bool:
    """Whether no word in the row is for what can give zero, or the product of small numbers."""
    words = [value for name, value in row.items() if "activation" in name]
    products = any("merge_mode" in name and value == "mul" for name, value in row.items())
    return set(words) <= {"tanh", *FROM_ZERO_TO_ONE} and not products


def _is_bounded(row: Row, place: int) -> bool:
    """Whether c cannot grow without end because of what its gates see.

    With peepholes, what enters a gate grows with c; a coupled forget gate, 1 - i, is above one
    where i is negative.
    """
    gates = chosen(row, f"LSTM.recurrent_activation of layer {place}")
    if chosen(row, f"LSTM.coupled_gates of layer {place}"):
        return gates in FROM_ZERO_TO_ONE
    return not chosen(row, f"LSTM.peephole of layer {place}") or gates in BOUNDED


def _has_what_it_rules(row: Row, place: int) -> bool:
    """Whether the weights that a rule is about are there, and trained."""
    ruled = {
        name: chosen(row, f"LSTM.{name} of layer {place}") is not None
        for array in ("kernel", "recurrent", "bias")
        for name in (f"{array}_regularizer", f"{array}_constraint")
    }
    if any(ruled.values()) and not chosen(row, f"LSTM.trainable of layer {place}"):
        return False
    of_the_bias = ruled["bias_regularizer"] or ruled["bias_constraint"]
    return not of_the_bias or chosen(row, f"LSTM.use_bias of layer {place}")


def _is_normal(row: Row, place: int) -> bool:
    """Whether a limit of the projection has one, and what is normalised is more than two numbers.

    Of two numbers, layer normalisation leaves next to nothing but which one is larger: where they
    are close, rounding would decide. So it would where small outputs of another layer are read.
    """
    if chosen(row, f"LSTM.projection_clip of layer {place}"):
        return bool(chosen(row, f"LSTM.projection of layer {place}"))
    if place > 1 or not chosen(row, "LSTM.layer_norm of layer 1"):
        return True
    units = WIDTHS[chosen(row, "widths")][place - 1]
    return units > 2 and not chosen(row, "inner steps")


def _is_seen(row: Row, place: int) -> bool:
    """A mask in reading order needs a mask, a layer that reads backwards and one that follows.

    Zeros at masked steps need a mask, and a layer that returns every step.
    """
    last = place == chosen(row, "layers")
    repeated = place == 1 and not last and chosen(row, "repeated between")
    every_step = chosen(row, "every step") if last else not repeated
    masked = bool(chosen(row, "masking"))
    if chosen(row, f"LSTM.zero_output_for_mask of layer {place}") and not (masked and every_step):
        return False
    if not chosen(row, f"LSTM.mask_in_reading_order of layer {place}"):
        return True
    backward = chosen(row, f"direction of layer {place}") == "backward"
    return masked and backward and every_step and not last


def without_what_it_lacks(row: Row, subject: Implementation) -> Row:
    """The row with plain values in place of those that the subject cannot do.

    So a subject that lacks one field is still tried with all pairs of the others. What it lacks is
    what its capabilities and its ``maps`` do not have.
    """
    if can_do(described(row), subject):
        return row
    kept: dict[str, Any] = {}
    for name, value in sorted(row.items(), key=lambda item: len(by_name()[item[0]].needs)):
        trial = {**kept, name: value}
        if is_sound(trial) and can_do(described(trial), subject):
            kept = trial
    for name, value in row.items():  # what had to wait for another choice
        trial = {**kept, name: value}
        if name not in kept and is_sound(trial) and can_do(described(trial), subject):
            kept = trial
    return kept
