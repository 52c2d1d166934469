"""CELL: where inputs and weights lie in memory, and whose the arrays are."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.memory import (
    arguments_stay_the_caller_s,
    results_are_the_caller_s,
    whatever_the_layout,
)
from lstm_spec.conformance.support.methods import CALLING, CALLING_WITH_A_MASK
from lstm_spec.contract import Capability, Implementation

CONTRACT = "contract: whose an array is"
PREDICTING = ["predict", "predict_on_batch"]


@clause(
    "CELL-101",
    "The input of a call may lie in memory in any way, and may be of float64 or of integers.",
    source=CONTRACT,
)
def an_input_may_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Fortran order, strides, negative strides, another byte order, unaligned, read-only."""
    whatever_the_layout(subject, oracle, trial, [*CALLING])


@clause(
    "CELL-102",
    "Weights that are set may lie in memory in any way, and may be of float64.",
    source=CONTRACT,
)
def weights_may_lie_anywhere(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The kernel of a library with the transposed layout comes in Fortran order."""
    whatever_the_layout(subject, oracle, trial, ["set_weights"])


@clause(
    "CELL-103",
    "The input of predict and predict_on_batch may lie in memory in any way, and may be of float64 "
    "or of integers.",
    source=CONTRACT,
    needs=(Capability.PREDICT,),
)
def an_input_of_predict_may_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The input is cut into batches first, which is another way to read it."""
    whatever_the_layout(subject, oracle, trial, PREDICTING)


@clause(
    "CELL-104",
    "The arrays that are given to call, predict and set_weights stay the caller's: nothing is "
    "written into them, and what their owner writes later has no effect.",
    source=CONTRACT,
)
def no_argument_is_kept(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Each is given as float32 and as float64, and overwritten after the call."""
    methods = [*CALLING, *CALLING_WITH_A_MASK, "set_weights", *PREDICTING]
    arguments_stay_the_caller_s(subject, oracle, trial, methods)


@clause(
    "CELL-105",
    "The arrays that call, predict and get_weights return become the caller's: they stay what they "
    "were when the model is used again, and what is written into them has no effect.",
    source=CONTRACT,
)
def no_result_is_shared(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An engine may return the buffer in which it computes, or a view of its weights."""
    results_are_the_caller_s(subject, oracle, trial, [*CALLING, "set_weights", *PREDICTING])


@clause(
    "CELL-170",
    "The last output that call and predict return becomes the caller's: what is written into it "
    "does not reach the state that the layer carries.",
    source=CONTRACT,
)
def no_last_output_is_shared(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The last output is h after the last step, the very numbers that a stateful layer carries on:
    it is tempting to return the array itself.
    """
    methods = [*CALLING, *PREDICTING]
    results_are_the_caller_s(subject, oracle, trial, methods, sequences=False)
