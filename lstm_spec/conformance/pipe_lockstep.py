"""PIPE: lockstep on the documents' own data: loss and weights after every update.

Every clause trains the subject and the oracle side by side, from the same weights, for the first
100 updates of the documented schedule (or three epochs, if these are fewer), and compares them
after each update. If a document shuffles, both get the rows in the same order, which is drawn from
the seed of the run. A subject that stays in lockstep follows the same rules of training; the
results of the whole documented budget are then known from the oracle's own full runs.

A subject or an oracle in pure Python gets a narrow network, and the report says so.
"""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.pipelines import find
from lstm_spec.pipelines.lockstep import lockstep

STATELESS = (Capability.TRAIN, Capability.LAYERS)
STATEFUL = (*STATELESS, Capability.STATEFUL)
TUTORIALS = "tutorial-2017, tutorial-2018"


@clause(
    "PIPE-31",
    "alphabet-one-char trains in lockstep: 75 updates of Adam on single letters.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def single_letters(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """With batch size 1, one step and no memory, only the gates, the softmax, the loss and Adam
    take part.
    """
    lockstep(subject, oracle, trial, find("alphabet-one-char"))


@clause(
    "PIPE-32",
    "alphabet-feature-window trains in lockstep: three letters as three features.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def letters_as_features(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The kernel has three rows, so that a subject that reads features as steps fails at once."""
    lockstep(subject, oracle, trial, find("alphabet-feature-window"))


@clause(
    "PIPE-33",
    "alphabet-time-steps trains in lockstep: three letters as three steps.",
    source=TUTORIALS,
    needs=STATELESS,
)
def letters_as_steps(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The gradient passes back through three steps. If it stops early, other weights result."""
    lockstep(subject, oracle, trial, find("alphabet-time-steps"))


@clause(
    "PIPE-34",
    "alphabet-whole-batch trains in lockstep: one update for all 25 letters.",
    source=TUTORIALS,
    needs=STATELESS,
)
def all_letters_at_once(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The loss is the mean over 25 rows; a sum would be 25 times as large."""
    lockstep(subject, oracle, trial, find("alphabet-whole-batch"))


@clause(
    "PIPE-35",
    "alphabet-stateful trains in lockstep with 16 units: the state is carried from letter to "
    "letter, the gradient is not, and there is a reset after each epoch.",
    source="tutorial-2017",
    needs=STATEFUL,
)
def the_alphabet_by_heart(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are three epochs, so that two resets take part. If the state is not carried, if the
    gradient is carried or if a reset is missing, the loss of the next update already differs.
    """
    lockstep(subject, oracle, trial, find("alphabet-stateful"))


@clause(
    "PIPE-36",
    "alphabet-stateful trains in lockstep with 50 units.",
    source="tutorial-2018",
    needs=STATEFUL,
)
def the_alphabet_by_heart_with_50_units(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The revision of 2018 changed only the number of units."""
    lockstep(subject, oracle, trial, find("alphabet-stateful:units=50"))


@clause(
    "PIPE-37",
    "alphabet-stateful trains in lockstep with the gates and the epsilon of 2017.",
    source="tutorial-2017, Keras 2.0.2",
    needs=(*STATEFUL, Capability.HARD_SIGMOID),
)
def the_alphabet_as_in_2017(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The gates use clip(0.2 x + 0.5, 0, 1) and Adam uses an epsilon of 1e-8, as for the published
    figures.
    """
    lockstep(subject, oracle, trial, find("alphabet-stateful:generation=2017"))


@clause(
    "PIPE-38",
    "alphabet-left-padded trains in lockstep: 25 steps, the first of which are zeros that count as "
    "steps.",
    source="tutorial-2017, tutorial-2018 (described, no listing)",
    needs=STATELESS,
)
def whole_prefixes(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There is no mask: the padding is processed by the network as the letter A would be."""
    lockstep(subject, oracle, trial, find("alphabet-left-padded"))


@clause(
    "PIPE-39",
    "alphabet-variable-length trains in lockstep: 100 updates on padded substrings.",
    source=TUTORIALS,
    needs=STATELESS,
)
def substrings_of_any_length(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Short rows begin with zeros, which change the state. If they are skipped, the
    loss differs.
    """
    lockstep(subject, oracle, trial, find("alphabet-variable-length"))


@clause(
    "PIPE-40",
    "echo-whole-sequence trains in lockstep: a loss over six steps and five rows, four updates per "
    "sequence, then a reset.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_echo_of_every_step(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The loss is the mean over rows and steps. Slot i of a batch starts from the state of slot i
    of the previous batch.
    """
    lockstep(subject, oracle, trial, find("echo-whole-sequence"))


@clause(
    "PIPE-41",
    "echo-encoder-decoder trains in lockstep: three sequences, one update for each.",
    source="echo-notebook",
    needs=STATEFUL,
)
def encoder_and_decoder(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The gradient reaches the encoder through every repetition of its last output."""
    lockstep(subject, oracle, trial, find("echo-encoder-decoder"))


@clause(
    "PIPE-42",
    "echo-encoder-decoder-long trains in lockstep: four output steps.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_long_encoder_and_decoder(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the same with 300 units: the gradients of four repetitions are added in the encoder."""
    lockstep(subject, oracle, trial, find("echo-encoder-decoder-long"))


@clause(
    "PIPE-43",
    "The stateful moving average trains in lockstep: 100 values in order, one update for each.",
    source="moving-average-example",
    needs=STATEFUL,
)
def the_moving_average_with_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The losses are small (1e-3), but the changes of the weights are not, because Adam divides by
    the size of the gradients.
    """
    lockstep(subject, oracle, trial, find("moving-average"))


@clause(
    "PIPE-44",
    "The stateless moving average trains in lockstep: every value starts from a zero state.",
    source="moving-average-example",
    needs=STATELESS,
)
def the_moving_average_without_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A subject that carries state without being asked to differs at the second update."""
    lockstep(subject, oracle, trial, find("moving-average:twin=stateless"))


@clause(
    "PIPE-45",
    "The stateful moving average trains in lockstep on rows of three values and batches of seven.",
    source="moving-average-example, lahead and batch_size",
    needs=STATEFUL,
)
def seven_series_at_once(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Slot i reads every seventh value, and each row starts with the newest. There are 100 updates
    of seven rows.
    """
    lockstep(subject, oracle, trial, find("moving-average:lahead=3,tsteps=4,batch_size=7"))
