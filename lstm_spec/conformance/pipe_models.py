"""PIPE: the networks of the documents, built by the subject: the numbers and shapes of their
weights.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import loss_facts
from lstm_spec.pipelines import find

STATELESS = (Capability.FORWARD, Capability.LAYERS)
STATEFUL = (*STATELESS, Capability.STATEFUL)


def built_as_documented(
    subject: Implementation,
    trial: Trial,
    name: str,
    parameters: int,
    shapes: list[tuple[int, ...]],
    output: tuple[int, ...],
) -> None:
    """Check that the subject's model of a pipeline has these weights and returns outputs of this
    shape.

    The expected figures are part of each clause: they come from the document or are counted by
    hand, and never from the description from which the model was built.
    """
    pipeline = find(name)
    model = subject.build(pipeline.spec)
    weights = model.get_weights()
    got = [weight.shape for weight in weights]
    trial.assert_that(got == shapes, f"{name}: expected weights of shapes {shapes}, got {got}")
    count = sum(weight.size for weight in weights)
    trial.assert_that(count == parameters, f"{name}: expected {parameters} parameters, got {count}")
    x = pipeline.data(pipeline.rng(trial.seed)).x[: output[0]]
    outputs = model.call(x).outputs
    trial.assert_that(
        outputs.shape == output, f"{name}: expected outputs {output}, got {outputs.shape}"
    )
    if loss_facts(pipeline.spec.loss).targets == "classes":
        trial.assert_close(
            outputs.sum(axis=-1), np.ones(output[:-1]), f"{name}: sum over the classes"
        )


@clause(
    "PIPE-11",
    "alphabet-one-char has 5,210 parameters: 32 units over one feature, and 26 classes.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def one_char_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The number is 4 * 32 * (1 + 32 + 1) + (32 + 1) * 26."""
    shapes = [(1, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-one-char", 5210, shapes, (25, 26))


@clause(
    "PIPE-12",
    "alphabet-feature-window has 5,466 parameters: the kernel has a row for each of three letters.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def feature_window_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The number is 4 * 32 * (3 + 32 + 1) + (32 + 1) * 26."""
    shapes = [(3, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-feature-window", 5466, shapes, (23, 26))


@clause(
    "PIPE-13",
    "alphabet-time-steps has 5,210 parameters: all three steps use the same kernel.",
    source="tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def time_steps_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It has as many parameters as the network for one letter: the number of steps does
    not matter.
    """
    shapes = [(1, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-time-steps", 5210, shapes, (23, 26))


@clause(
    "PIPE-14",
    "alphabet-whole-batch has 1,594 parameters: 16 units.",
    source="tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def whole_batch_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The number is 4 * 16 * (1 + 16 + 1) + (16 + 1) * 26."""
    shapes = [(1, 64), (16, 64), (64,), (16, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-whole-batch", 1594, shapes, (25, 26))


@clause(
    "PIPE-15",
    "alphabet-stateful with 16 units has 1,594 parameters, as many as without state: states are "
    "not weights.",
    source="tutorial-2017",
    needs=STATEFUL,
)
def stateful_network_of_16(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A model that lists its states among its weights has 32 numbers more."""
    shapes = [(1, 64), (16, 64), (64,), (16, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-stateful", 1594, shapes, (1, 26))


@clause(
    "PIPE-16",
    "alphabet-stateful with 50 units has 11,726 parameters.",
    source="tutorial-2018",
    needs=STATEFUL,
)
def stateful_network_of_50(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The number is 4 * 50 * (1 + 50 + 1) + (50 + 1) * 26."""
    shapes = [(1, 200), (50, 200), (200,), (50, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-stateful:units=50", 11726, shapes, (1, 26))


@clause(
    "PIPE-17",
    "alphabet-left-padded uses the network of alphabet-stateful, with 1,594 parameters, over 25 "
    "steps.",
    source="tutorial-2017, tutorial-2018 (described, no listing)",
    needs=STATELESS,
)
def left_padded_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Its input is longer, but it has the same weights."""
    shapes = [(1, 64), (16, 64), (64,), (16, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-left-padded", 1594, shapes, (25, 26))


@clause(
    "PIPE-18",
    "alphabet-variable-length has 5,210 parameters and runs over five steps.",
    source="tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def variable_length_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """It is the network of alphabet-one-char, which accepts any number of steps."""
    shapes = [(1, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-variable-length", 5210, shapes, (1000, 26))


@clause(
    "PIPE-19",
    "echo-whole-sequence has a kernel (100, 64), a recurrent kernel (16, 64) and a bias (64), and "
    "applies a softmax at each of six steps separately.",
    source="echo-notebook, printed weight shapes",
    needs=STATEFUL,
)
def echo_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """All steps use the same softmax layer with weights (16, 100) and (100): 9,188 parameters in
    total.
    """
    shapes = [(100, 64), (16, 64), (64,), (16, 100), (100,)]
    built_as_documented(subject, trial, "echo-whole-sequence", 9188, shapes, (5, 6, 100))


@clause(
    "PIPE-20",
    "echo-encoder-decoder has 346,300 parameters: the decoder reads the 150 outputs of the "
    "encoder.",
    source="echo-notebook",
    needs=STATEFUL,
)
def encoder_decoder_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are five input steps and two output steps."""
    shapes = [(100, 600), (150, 600), (600,), (150, 600), (150, 600), (600,), (150, 100), (100,)]
    built_as_documented(subject, trial, "echo-encoder-decoder", 346300, shapes, (21, 2, 100))


@clause(
    "PIPE-21",
    "echo-encoder-decoder-long has 1,232,500 parameters: 300 units and four output steps.",
    source="echo-notebook",
    needs=STATEFUL,
)
def long_encoder_decoder_network(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The number is 4 * 300 * (100 + 301) + 4 * 300 * (300 + 301) + 301 * 100."""
    sizes = [(100, 1200), (300, 1200), (1200,), (300, 1200), (300, 1200), (1200,)]
    shapes: list[tuple[int, ...]] = [*sizes, (300, 100), (100,)]
    built_as_documented(subject, trial, "echo-encoder-decoder-long", 1232500, shapes, (21, 4, 100))


@clause(
    "PIPE-22",
    "Both moving-average networks have 1,781 parameters: carrying state adds none.",
    source="moving-average-example",
    needs=STATEFUL,
)
def moving_average_networks(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The number is 4 * 20 * (1 + 20 + 1) + 20 + 1."""
    shapes = [(1, 80), (20, 80), (80,), (20, 1), (1,)]
    for name in ("moving-average", "moving-average:twin=stateless"):
        built_as_documented(subject, trial, name, 1781, shapes, (1, 1))
