"""Defaults that changed between the generations of Keras, each as that generation documented it.

A model description states every such choice explicitly, so no other clause can notice these
defaults. Here the library is asked what it does by default. Only a Keras can be asked.
"""

from __future__ import annotations

from typing import NamedTuple

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Capability, Implementation, Unsupported, backend_of, defaults_of


class Generation(NamedTuple):
    """Which generation of Keras it is: its version, and whether it is the one inside
    TensorFlow 2.
    """

    version: tuple[int, int]
    inside_tensorflow_2: bool


def generation(subject: Implementation) -> Generation:
    """The generation of a Keras. Raises Unsupported for any other library."""
    if subject.name not in ("keras", "tf.keras", "tf_keras"):
        raise Unsupported("these defaults are those of Keras, and this is another library")
    major, minor, *_ = subject.version.split(".")
    inside = subject.name != "keras" and not backend_of(subject).startswith("tensorflow 1.")
    return Generation((int(major), int(minor)), inside)


def default_is(subject: Implementation, trial: Trial, name: str, documented: str) -> None:
    """Fail unless the library states the documented default."""
    stated = defaults_of(subject)
    if name not in stated:
        raise Unsupported(f"the adapter does not say which {name} is the default")
    trial.assert_that(
        stated[name] == documented,
        f"the default of {name}: the documentation says {documented}, but it is {stated[name]}",
    )


@clause(
    "CELL-90",
    "By default, the gates of a Keras LSTM use the hard sigmoid up to version 2.2, and the sigmoid "
    "since 2.3 and in TensorFlow 2.",
    source="Keras 2.3.0 release notes; TensorFlow 2.0 documentation, tf.keras.layers.LSTM",
    needs=(Capability.DEFAULTS,),
    strength=Strength.SHOULD,
)
def the_default_gate_is_that_of_its_generation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Weights that were trained with one of them give other outputs with the other, without any
    error.
    """
    keras = generation(subject)
    new = keras.version >= (2, 3) or keras.inside_tensorflow_2
    default_is(subject, trial, "recurrent_activation", "sigmoid" if new else "hard_sigmoid")


@clause(
    "CELL-91",
    "The name hard_sigmoid means 0.2 x + 0.5 in Keras 1 and 2, and x / 6 + 0.5 in Keras 3.",
    source="Keras documentation of each generation, activations; keras#19477",
    needs=(Capability.DEFAULTS,),
    strength=Strength.SHOULD,
)
def the_name_hard_sigmoid_means_what_its_generation_says(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A saved model contains the name and not the function: loaded in another generation, it is
    another model.
    """
    third = generation(subject).version >= (3, 0)
    default_is(subject, trial, "hard_sigmoid", "x / 6 + 0.5" if third else "0.2 x + 0.5")


@clause(
    "CELL-92",
    "By default, the forget bias of a Keras LSTM starts at one, in every generation.",
    source="Keras documentation, LSTM (forget_bias_init in Keras 1, unit_forget_bias since)",
    needs=(Capability.DEFAULTS,),
    strength=Strength.SHOULD,
)
def the_forget_bias_starts_at_one_by_default(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of these defaults it is the only one that never changed."""
    generation(subject)
    default_is(subject, trial, "forget_bias", "True")


@clause(
    "TRAIN-90",
    "By default, the epsilon of Adam is 1e-8 up to Keras 2.0, and 1e-7 since then.",
    source="Keras documentation of each generation, optimizers.Adam",
    needs=(Capability.DEFAULTS,),
    strength=Strength.SHOULD,
)
def the_default_epsilon_is_that_of_its_generation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It matters where gradients are tiny, as in the last updates of a network that has memorised
    the alphabet.
    """
    new = generation(subject).version >= (2, 1)
    default_is(subject, trial, "epsilon_of_adam", "1e-07" if new else "1e-08")


@clause(
    "TRAIN-91",
    "By default, fit shuffles the rows, in every generation of Keras and for stateful models, too.",
    source="Keras documentation, Model.fit(shuffle) and the FAQ on stateful networks",
    needs=(Capability.DEFAULTS,),
    strength=Strength.SHOULD,
)
def fit_shuffles_by_default(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The rows of a stateful model have an order. A user who forgets shuffle=False loses that order
    without any error.
    """
    generation(subject)
    default_is(subject, trial, "fit_shuffles", "True")


@clause(
    "DATA-95",
    "By default, to_categorical returns float64 up to Keras 2.1 and in Keras 3, and float32 in "
    "between and in TensorFlow 2.",
    source="Keras documentation of each generation, utils.to_categorical",
    needs=(Capability.DEFAULTS,),
    strength=Strength.SHOULD,
)
def the_default_type_of_one_hot_rows_is_that_of_its_generation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """float64 needs twice the memory, and arrays that are joined with the result get
    another dtype.
    """
    keras = generation(subject)
    single = (2, 2) <= keras.version < (3, 0) or keras.inside_tensorflow_2
    default_is(subject, trial, "one_hot_dtype", "float32" if single else "float64")
