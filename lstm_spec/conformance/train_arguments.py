"""TRAIN: the shapes of the arguments, where they lie in memory, and whose they are."""

from __future__ import annotations

from functools import partial

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.memory import (
    arguments_stay_the_caller_s,
    whatever_the_layout_of_all,
)
from lstm_spec.conformance.support.methods import (
    FEATURES,
    ROWS,
    STEPS,
    UNITS,
    VALIDATION,
    one_layer,
)
from lstm_spec.conformance.support.refusals import (
    OPTIMIZER,
    broadcast,
    of_length,
    one_off,
    rejects,
)
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

CONTRACT = "contract: what is rejected"
OWNERS = "contract: whose an array is"
PAIR = ("x", "y")


@clause(
    "TRAIN-100",
    "evaluate and test_on_batch reject an input or targets that are one row, step, feature or unit "
    "longer or shorter than they should be.",
    source=CONTRACT,
    needs=(Capability.EVALUATE,),
)
def measuring_refuses_other_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """X and targets are changed one at a time, so that their rows or steps no longer agree."""
    spec = one_layer(subject, carrying=False)
    rejects(subject, oracle, trial, spec, ["evaluate", "test_on_batch"], PAIR, [one_off])


@clause(
    "TRAIN-101",
    "evaluate and test_on_batch do not broadcast: targets of one row, step or unit for all, or "
    "with another number of axes, are rejected.",
    source=CONTRACT,
    needs=(Capability.EVALUATE,),
)
def measuring_does_not_broadcast(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Such a loss is a number like any other, and it is not the loss of the given targets."""
    spec = one_layer(subject, carrying=False)
    rejects(subject, oracle, trial, spec, ["evaluate", "test_on_batch"], ["y"], [broadcast])


@clause(
    "TRAIN-102",
    "train_on_batch rejects an input or targets that are one longer or shorter on any axis before "
    "the weights, the state or the optimiser change.",
    source=CONTRACT,
    needs=(Capability.TRAIN,),
)
def training_refuses_other_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Adam's moments and its count of updates cannot be read; the next update shows them."""
    spec = one_layer(subject, OPTIMIZER)
    rejects(subject, oracle, trial, spec, ["train_on_batch"], PAIR, [one_off])


@clause(
    "TRAIN-103",
    "train_on_batch does not broadcast: targets of one row, step or unit for all, or with another "
    "number of axes, are rejected before anything changes.",
    source=CONTRACT,
    needs=(Capability.TRAIN,),
)
def training_does_not_broadcast(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A network that is trained on such targets learns their mean."""
    spec = one_layer(subject, OPTIMIZER)
    rejects(subject, oracle, trial, spec, ["train_on_batch"], ["y"], [broadcast])


@clause(
    "TRAIN-104",
    "fit rejects an input or targets that are one longer or shorter on any axis, or that it would "
    "have to broadcast, before anything changes.",
    source=CONTRACT,
    needs=(Capability.FIT,),
)
def fitting_refuses_other_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are two batches, so that an engine that looks at each batch alone may train on the
    first of them.
    """
    rejects(subject, oracle, trial, one_layer(subject, OPTIMIZER), ["fit"], PAIR)


@clause(
    "TRAIN-105",
    "fit rejects validation arrays of another shape before it trains.",
    source=CONTRACT,
    needs=(Capability.FIT,),
)
def fitting_refuses_other_validation_shapes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that meets the validation arrays after an epoch has trained by then."""
    spec = one_layer(subject, OPTIMIZER)
    rejects(subject, oracle, trial, spec, ["fit with validation"], VALIDATION)


@clause(
    "TRAIN-106",
    "evaluate and test_on_batch take x and targets in any layout in memory, in float64 and as "
    "integers.",
    source=OWNERS,
    needs=(Capability.EVALUATE,),
)
def measuring_arrays_that_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Targets that are whole numbers are often integers."""
    whatever_the_layout_of_all(subject, oracle, trial, ["evaluate", "test_on_batch"])


@clause(
    "TRAIN-107",
    "train_on_batch takes x and targets in any layout in memory, in float64 and as integers.",
    source=OWNERS,
    needs=(Capability.TRAIN,),
)
def training_on_arrays_that_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The loss, the next call and the weights are compared after each update."""
    whatever_the_layout_of_all(subject, oracle, trial, ["train_on_batch"])


@clause(
    "TRAIN-108",
    "fit takes x, targets and validation arrays in any layout in memory, in float64 and as "
    "integers.",
    source=OWNERS,
    needs=(Capability.FIT,),
)
def fitting_arrays_that_lie_anywhere(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A slice of a batch of a strided array is strided too."""
    whatever_the_layout_of_all(subject, oracle, trial, ["fit with validation"])


@clause(
    "TRAIN-109",
    "The arguments of train_on_batch, fit and evaluate stay the caller's: nothing is written into "
    "them, and what their owner writes later has no effect.",
    source=OWNERS,
    needs=(Capability.TRAIN,),
)
def training_keeps_no_argument(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A caller fills the same arrays again for the next batch."""
    methods = ["train_on_batch", "test_on_batch", "evaluate", "fit with validation"]
    arguments_stay_the_caller_s(subject, oracle, trial, methods)


@clause(
    "TRAIN-170",
    "A network of an LSTM and a Dense layer is not trained on an input of one feature, one more or "
    "one fewer than it was built for: the input is rejected before anything changes.",
    source=CONTRACT,
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def the_commonest_network_refuses_other_features(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that copies the rows of this network into arrays of its own repeats a single
    feature without noticing.
    """
    spec = ModelSpec((LSTM(UNITS), Dense(UNITS)), FEATURES, optimizer=OPTIMIZER)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(ROWS, STEPS, FEATURES, scale=0.5), trial.array(ROWS, UNITS, scale=0.5)
    ours.train_on_batch(x, y)
    theirs.train_on_batch(x, y)
    for features in (1, FEATURES - 1, FEATURES + 1):
        attempt = partial(ours.train_on_batch, of_length(x, 2, features), y)
        trial.assert_refused(ours, attempt, f"an update from {features} features")
    got, expected = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
    trial.assert_close(got["loss"], expected["loss"], "the loss after the errors", LOCKSTEP)
    pairs = zip(spec.weight_names, ours.get_weights(), theirs.get_weights(), strict=True)
    for name, ours_now, theirs_now in pairs:
        trial.assert_close(ours_now, theirs_now, f"{name} after the errors", LOCKSTEP)
