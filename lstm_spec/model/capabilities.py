"""What an implementation says it can do, and the answer of one that cannot do what is asked.

Both stand here, below the descriptions, because a description says which capabilities it needs.
Everybody else imports them from ``lstm_spec.contract``.
"""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """What an implementation says it can do. A clause that needs more is *unsupported* for it."""

    FORWARD = "forward"  # call(x)
    INITIAL_STATE = "initial-state"  # call(x, initial_state=...)
    FINAL_STATE = "final-state"  # call returns h and c after the last step
    LAYERS = "layers"  # Dense, RepeatVector, Masking and stacked LSTM layers
    NO_BIAS = "no-bias"  # LSTM(use_bias=False)
    HARD_SIGMOID = "hard-sigmoid"  # both definitions, as recurrent activation
    CELL_OPTIONS = "cell-options"  # peepholes, projection, limits, coupled gates: `maps` says which
    GO_BACKWARDS = "go-backwards"
    BIDIRECTIONAL = "bidirectional"
    MASK_TAIL = "mask-tail"  # call(x, mask=...) where the valid steps of a row come first
    MASK = "mask"  # any pattern
    FLOAT64 = "float64"
    STATEFUL = "stateful"  # call carries state from call to call; reset_states
    STATE_ACCESS = "state-access"  # get_states, set_states
    RESET_ROWS = "reset-rows"  # reset_rows: the states of single rows
    PREDICT = "predict"  # predict, predict_on_batch
    EVALUATE = "evaluate"  # evaluate, test_on_batch
    GRADIENTS = "gradients"
    STATE_GRADIENTS = "state-gradients"  # gradients also for the state that they start from
    TRAIN = "train"  # train_on_batch
    FIT = "fit"
    WEIGHTED = "weighted"  # sample_weight wherever there are targets, class_weight in training
    FIT_OPTIONS = "fit-options"  # fit with validation_split, steps_per_epoch and so on
    DROPOUT = "dropout"  # call_in_training, and masks that are drawn wherever a model trains
    SAVE = "save"  # save, Implementation.load
    CLONE = "clone"
    PREPROCESSING = "preprocessing"  # the framework's own pad_sequences and one_hot
    DATA = "data"  # the documented data builders (windows, lags, echo, splits)
    DEFAULTS = "defaults"  # says what the library does unless it is told otherwise


class Unsupported(Exception):
    """The implementation cannot express what it was asked for. The clause becomes *unsupported*."""
