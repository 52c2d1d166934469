"""PIPE: the networks of the documents, built by the subject: how many weights, of which shapes."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
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
    """The subject's model of a pipeline has these weights and gives outputs of this shape.

    The figures stand in each clause: they come from the document or are counted by hand, never
    from the description that the model was built from.
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
    if pipeline.spec.loss == "categorical_crossentropy":
        trial.assert_close(
            outputs.sum(axis=-1), np.ones(output[:-1]), f"{name}: sum over the classes"
        )


@clause(
    "PIPE-11",
    "alphabet-one-char is 5,210 parameters: 32 units over one feature and 26 classes.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def one_char_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """4 * 32 * (1 + 32 + 1) + (32 + 1) * 26."""
    shapes = [(1, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-one-char", 5210, shapes, (25, 26))


@clause(
    "PIPE-12",
    "alphabet-feature-window is 5,466 parameters: the kernel has a row for each of three letters.",
    source="notebook-27, tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def feature_window_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """4 * 32 * (3 + 32 + 1) + (32 + 1) * 26."""
    shapes = [(3, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-feature-window", 5466, shapes, (23, 26))


@clause(
    "PIPE-13",
    "alphabet-time-steps is 5,210 parameters: three steps share the kernel of one.",
    source="tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def time_steps_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """As many as for one letter: the number of steps is not in the count."""
    shapes = [(1, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-time-steps", 5210, shapes, (23, 26))


@clause(
    "PIPE-14",
    "alphabet-whole-batch is 1,594 parameters: 16 units.",
    source="tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def whole_batch_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """4 * 16 * (1 + 16 + 1) + (16 + 1) * 26."""
    shapes = [(1, 64), (16, 64), (64,), (16, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-whole-batch", 1594, shapes, (25, 26))


@clause(
    "PIPE-15",
    "alphabet-stateful with 16 units is 1,594 parameters, as many as without state: states are no"
    " weights.",
    source="tutorial-2017",
    needs=STATEFUL,
)
def stateful_network_of_16(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """A model that lists its states among its weights has 32 numbers more."""
    shapes = [(1, 64), (16, 64), (64,), (16, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-stateful", 1594, shapes, (1, 26))


@clause(
    "PIPE-16",
    "alphabet-stateful with 50 units is 11,726 parameters.",
    source="tutorial-2018",
    needs=STATEFUL,
)
def stateful_network_of_50(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """4 * 50 * (1 + 50 + 1) + (50 + 1) * 26."""
    shapes = [(1, 200), (50, 200), (200,), (50, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-stateful:units=50", 11726, shapes, (1, 26))


@clause(
    "PIPE-17",
    "alphabet-left-padded is the network of alphabet-stateful, 1,594 parameters, over 25 steps.",
    source="tutorial-2017, tutorial-2018 (described, no listing)",
    needs=STATELESS,
)
def left_padded_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """What it sees is longer; what it learns is not."""
    shapes = [(1, 64), (16, 64), (64,), (16, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-left-padded", 1594, shapes, (25, 26))


@clause(
    "PIPE-18",
    "alphabet-variable-length is 5,210 parameters over five steps.",
    source="tutorial-2017, tutorial-2018",
    needs=STATELESS,
)
def variable_length_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The network of alphabet-one-char: any number of steps fits."""
    shapes = [(1, 128), (32, 128), (128,), (32, 26), (26,)]
    built_as_documented(subject, trial, "alphabet-variable-length", 5210, shapes, (1000, 26))


@clause(
    "PIPE-19",
    "echo-whole-sequence has a kernel (100, 64), a recurrent kernel (16, 64) and a bias (64), and a"
    " softmax of its own at each of six steps.",
    source="echo-notebook, printed weight shapes",
    needs=STATEFUL,
)
def echo_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The softmax is shared by all steps: (16, 100) and (100), 9,188 parameters in all."""
    shapes = [(100, 64), (16, 64), (64,), (16, 100), (100,)]
    built_as_documented(subject, trial, "echo-whole-sequence", 9188, shapes, (5, 6, 100))


@clause(
    "PIPE-20",
    "echo-encoder-decoder is 346,300 parameters: the decoder reads the 150 outputs of the encoder.",
    source="echo-notebook",
    needs=STATEFUL,
)
def encoder_decoder_network(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Five steps go in and two come out."""
    shapes = [(100, 600), (150, 600), (600,), (150, 600), (150, 600), (600,), (150, 100), (100,)]
    built_as_documented(subject, trial, "echo-encoder-decoder", 346300, shapes, (21, 2, 100))


@clause(
    "PIPE-21",
    "echo-encoder-decoder-long is 1,232,500 parameters: 300 units and four steps out.",
    source="echo-notebook",
    needs=STATEFUL,
)
def long_encoder_decoder_network(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """4 * 300 * (100 + 301) + 4 * 300 * (300 + 301) + 301 * 100."""
    sizes = [(100, 1200), (300, 1200), (1200,), (300, 1200), (300, 1200), (1200,)]
    shapes: list[tuple[int, ...]] = [*sizes, (300, 100), (100,)]
    built_as_documented(subject, trial, "echo-encoder-decoder-long", 1232500, shapes, (21, 4, 100))


@clause(
    "PIPE-22",
    "Both moving-average twins are 1,781 parameters: carrying state adds none.",
    source="moving-average-example",
    needs=STATEFUL,
)
def moving_average_twins(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """4 * 20 * (1 + 20 + 1) + 20 + 1."""
    shapes = [(1, 80), (20, 80), (80,), (20, 1), (1,)]
    for name in ("moving-average", "moving-average:twin=stateless"):
        built_as_documented(subject, trial, name, 1781, shapes, (1, 1))
