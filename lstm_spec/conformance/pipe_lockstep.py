"""PIPE: lockstep on the documents' own data: loss and weights, update by update.

Every clause trains the subject beside the oracle from the same weights for the first 100 updates of
the documented schedule (or three epochs, if they are fewer) and compares after each of them. Where
a document shuffles, both get the rows in the same order, drawn from the seed of the run. A subject
that stays in lockstep follows the same rules of training; what they lead to at the documented
budget is then known from the oracle's own full runs. A subject or an oracle in pure Python is given
a narrow network, and the report says so.
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
    """Batch 1, one step, no memory: the gates, the softmax, the loss and Adam, nothing else."""
    lockstep(subject, oracle, trial, find("alphabet-one-char"))


@clause(
    "PIPE-32",
    "alphabet-feature-window trains in lockstep: three letters as three features.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def letters_as_features(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The kernel has three rows; a subject that reads features as steps is lost at once."""
    lockstep(subject, oracle, trial, find("alphabet-feature-window"))


@clause(
    "PIPE-33",
    "alphabet-time-steps trains in lockstep: three letters as three steps.",
    source=TUTORIALS,
    needs=STATELESS,
)
def letters_as_steps(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The gradient goes back through three steps; one that is cut moves other weights."""
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
    "alphabet-stateful trains in lockstep with 16 units: state carried from letter to"
    " letter, the gradient not, a reset after each epoch.",
    source="tutorial-2017",
    needs=STATEFUL,
)
def the_alphabet_by_heart(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three epochs, so that two resets are seen. Losing the carry, carrying the gradient, or
    missing a reset changes the loss of the very next update.
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
    """The revision of 2018 changed nothing but the number of units."""
    lockstep(subject, oracle, trial, find("alphabet-stateful:units=50"))


@clause(
    "PIPE-37",
    "alphabet-stateful trains in lockstep with the gates and the epsilon of 2017.",
    source="tutorial-2017, Keras 2.0.2",
    needs=(*STATEFUL, Capability.HARD_SIGMOID),
)
def the_alphabet_as_in_2017(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Gates by clip(0.2 x + 0.5, 0, 1), Adam with 1e-8: the published figures were made with
    these.
    """
    lockstep(subject, oracle, trial, find("alphabet-stateful:generation=2017"))


@clause(
    "PIPE-38",
    "alphabet-left-padded trains in lockstep: 25 steps, of which the first are zeros that count.",
    source="tutorial-2017, tutorial-2018 (described, no listing)",
    needs=STATELESS,
)
def whole_prefixes(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """No mask: the padding runs through the network as the letter A would."""
    lockstep(subject, oracle, trial, find("alphabet-left-padded"))


@clause(
    "PIPE-39",
    "alphabet-variable-length trains in lockstep: 100 updates on padded substrings.",
    source=TUTORIALS,
    needs=STATELESS,
)
def substrings_of_any_length(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Short rows begin with zeros that move the state; skipping them changes the loss."""
    lockstep(subject, oracle, trial, find("alphabet-variable-length"))


@clause(
    "PIPE-40",
    "echo-whole-sequence trains in lockstep: a loss over six steps and five rows, four"
    " updates a sequence, then a reset.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_echo_of_every_step(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The loss is the mean over rows and steps; slot i of a batch starts from slot i of the
    last.
    """
    lockstep(subject, oracle, trial, find("echo-whole-sequence"))


@clause(
    "PIPE-41",
    "echo-encoder-decoder trains in lockstep: three sequences, one update each.",
    source="echo-notebook",
    needs=STATEFUL,
)
def encoder_and_decoder(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The gradient reaches the encoder through every repetition of its last output."""
    lockstep(subject, oracle, trial, find("echo-encoder-decoder"))


@clause(
    "PIPE-42",
    "echo-encoder-decoder-long trains in lockstep: four steps out.",
    source="echo-notebook",
    needs=STATEFUL,
)
def the_long_encoder_and_decoder(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same with 300 units: the gradient of four repetitions meets in the encoder."""
    lockstep(subject, oracle, trial, find("echo-encoder-decoder-long"))


@clause(
    "PIPE-43",
    "The stateful moving average trains in lockstep: 100 values in order, one update each.",
    source="moving-average-example",
    needs=STATEFUL,
)
def the_moving_average_with_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The losses are small (1e-3), the moves of the weights are not: Adam divides by their
    size.
    """
    lockstep(subject, oracle, trial, find("moving-average"))


@clause(
    "PIPE-44",
    "The stateless moving average trains in lockstep: every value from zero state.",
    source="moving-average-example",
    needs=STATELESS,
)
def the_moving_average_without_memory(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A subject that carries state although it was not asked to diverges at the second update."""
    lockstep(subject, oracle, trial, find("moving-average:twin=stateless"))


@clause(
    "PIPE-45",
    "The stateful moving average trains in lockstep on rows of three values and batches of seven.",
    source="moving-average-example, lahead and batch_size",
    needs=STATEFUL,
)
def seven_series_at_once(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Slot i reads every seventh value, the newest of a row first; 100 updates of seven rows."""
    lockstep(subject, oracle, trial, find("moving-average:lahead=3,tsteps=4,batch_size=7"))
