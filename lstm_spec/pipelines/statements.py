"""What the documents say about state: twelve statements, each confirmed or refuted by clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Statement:
    """One published statement, paraphrased, with the clauses that decide it."""

    number: int
    text: str
    source: str
    conclusion: Literal["confirmed", "refuted"]
    clauses: tuple[str, ...]
    note: str = ""


STATEMENTS = (
    Statement(
        1,
        "Without stateful, the state starts at zero for every batch.",
        "tutorials",
        "confirmed",
        ("STATE-26", "STATE-27", "PIPE-44", "PIPE-76"),
    ),
    Statement(
        2,
        "A large batch lets the network use the context of the sequence within the batch.",
        "tutorials",
        "refuted",
        ("STATE-20", "PIPE-55"),
        "The rows of a batch are independent, each with a state of its own: changing or permuting"
        " the others has no effect, and the order inside the batch does not affect training.",
    ),
    Statement(
        3,
        "With stateful, the last state of sample i of a batch is the first state of sample i of the"
        " next.",
        "moving-average-example, comments",
        "confirmed",
        ("STATE-03", "PIPE-66"),
    ),
    Statement(
        4,
        "State is reset only by an explicit reset, not between batches, epochs or calls.",
        "tutorials",
        "confirmed",
        ("STATE-32", "LIFE-02", "LIFE-04", "LIFE-08", "LIFE-13", "LIFE-29", "PIPE-59", "PIPE-64"),
    ),
    Statement(
        5,
        "The batch size is part of a stateful model, and the number of samples is a multiple of"
        " it.",
        "tutorials",
        "confirmed",
        ("STATE-51", "STATE-52", "STATE-53", "STATE-55", "STATE-56", "STATE-57"),
    ),
    Statement(
        6,
        "Stateful training must not be shuffled.",
        "tutorials",
        "confirmed",
        ("STATE-25", "PIPE-51"),
    ),
    Statement(
        7,
        "Weights are updated after every batch, and the gradient does not reach into the batch"
        " before.",
        "comments of tutorial-2017",
        "confirmed",
        ("TRAIN-11", "GRAD-40", "GRAD-41", "GRAD-42", "PIPE-35"),
    ),
    Statement(
        8,
        "Trained from a cold start, a stateful network recites from the beginning whatever letter"
        " it is given first; K is answered by B.",
        "tutorials",
        "refuted",
        ("PIPE-63", "PIPE-73", "PIPE-86"),
        "This holds for K in most runs, and with 50 units for every letter in every run, but a"
        " network of 16 units that recites the alphabet may give other answers to other letters.",
    ),
    Statement(
        9,
        "Half the units and almost half the epochs are enough for the stateful network; with 50"
        " units it reaches 100 %.",
        "tutorial-2017, tutorial-2018",
        "refuted",
        ("PIPE-69", "PIPE-85", "PIPE-86", "PIPE-87"),
        "With the gates of its time (hard sigmoid) 16 units give 100 % in some runs only; with"
        " today's gates in all, and with 50 units in all under both.",
    ),
    Statement(
        10,
        "The weights hold four blocks side by side: forget, input, cell, output.",
        "echo-notebook",
        "refuted",
        ("CELL-09", "PIPE-19"),
        "There are four blocks, but in the order input, forget, cell, output.",
    ),
    Statement(
        11,
        "A feature window and time steps are different problems although the arrays hold the same"
        " numbers.",
        "tutorials",
        "confirmed",
        ("DATA-47", "PIPE-74"),
    ),
    Statement(
        12,
        "An output of several characters is the encoder-decoder of the echo notebook.",
        "comments of tutorial-2017, echo-notebook",
        "confirmed",
        ("PIPE-67", "PIPE-75"),
    ),
)
