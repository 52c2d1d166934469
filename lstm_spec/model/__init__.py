"""What to build: a description of a recurrent model that knows no framework.

Shapes are written (batch, time, features). Every default that has changed between generations of
Keras (recurrent activation, epsilon of Adam) is spelled out by name, so that a description means
the same today as in 2017. The dataclasses own everything that can be said of them: weights, states,
forms, the capabilities that they need, their JSON.
"""

from lstm_spec.model import around, initializers, layers, losses, optimizers, rules, schedules
from lstm_spec.model.around import *
from lstm_spec.model.baseline import SPECIFICATION_0_1, Maps
from lstm_spec.model.form import Form, Shape
from lstm_spec.model.initializers import *
from lstm_spec.model.layer import Layer, Weight
from lstm_spec.model.layers import *
from lstm_spec.model.losses import *
from lstm_spec.model.optimizers import *
from lstm_spec.model.precision import NARROW, Narrow, Precision
from lstm_spec.model.rules import *
from lstm_spec.model.schedules import *
from lstm_spec.model.spec import ModelSpec
from lstm_spec.model.states import LSTMState, State
from lstm_spec.model.words import (
    VOCABULARIES,
    Activation,
    BiasInitializer,
    DType,
    Initializer,
    Loss,
    Reduction,
)

__all__ = [
    "NARROW",
    "SPECIFICATION_0_1",
    "VOCABULARIES",
    "Activation",
    "BiasInitializer",
    "DType",
    "Form",
    "Initializer",
    "LSTMState",
    "Layer",
    "Loss",
    "Maps",
    "ModelSpec",
    "Narrow",
    "Precision",
    "Reduction",
    "Shape",
    "State",
    "Weight",
]
__all__ += layers.__all__
__all__ += around.__all__
__all__ += initializers.__all__
__all__ += losses.__all__
__all__ += optimizers.__all__
__all__ += rules.__all__
__all__ += schedules.__all__
