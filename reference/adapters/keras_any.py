"""Keras from 1.2 on Theano to tf_keras on the newest TensorFlow, used as its documentation taught.

Nothing here mends what Keras does. The adapter hides spelling: arguments that got other names,
arrays that were stored in another order, the place where a function lives.
"""

import json

from lstm_spec.contract import Capability, refuse_unmapped
from reference.adapters.support.keras_defaults import defaults
from reference.adapters.support.keras_eager import EagerModel
from reference.adapters.support.keras_graph import GraphModel
from reference.adapters.support.keras_layers import MAPS, sequential
from reference.adapters.support.keras_library import Library
from reference.adapters.support.keras_saved import refuse_other_layers

EVERYTHING = [
    Capability.FORWARD,
    Capability.INITIAL_STATE,
    Capability.FINAL_STATE,
    Capability.LAYERS,
    Capability.NO_BIAS,
    Capability.HARD_SIGMOID,
    Capability.GO_BACKWARDS,
    Capability.BIDIRECTIONAL,
    Capability.MASK_TAIL,
    Capability.MASK,
    Capability.FLOAT64,
    Capability.STATEFUL,
    Capability.STATE_ACCESS,
    Capability.PREDICT,
    Capability.EVALUATE,
    Capability.GRADIENTS,
    Capability.TRAIN,
    Capability.FIT,
    Capability.SAVE,
    Capability.CLONE,
    Capability.PREPROCESSING,
]


class Preprocessing(object):
    """Keras' own functions under the names of the data contracts; defaults are Keras' own."""

    def __init__(self, library):
        self.library = library

    def pad_sequences(self, rows, maxlen=None, **how):
        """``pad_sequences``: rows of any length as one array (rows, maxlen)."""
        with self.library.at_work("float32"):
            return self.library.pad_sequences(rows, maxlen=maxlen, **how)

    def one_hot(self, labels, width=None):
        """``to_categorical``: labels as rows with a single one."""
        with self.library.at_work("float32"):
            return self.library.to_categorical(labels, width)


class Implementation(object):
    """The Keras that is installed here; see ``lstm_spec.contract``."""

    padding_output = "held"
    maps = MAPS

    def __init__(self):
        self.library = library = Library()
        self.name, self.version, self.backend = library.name, library.version, library.backend
        self.kind = EagerModel if library.eager else GraphModel
        self.preprocessing = Preprocessing(library)
        missing = []
        if library.first:
            missing.append(Capability.NO_BIAS)
        if not library.takes_initial_states:
            missing.append(Capability.INITIAL_STATE)
        if not library.shows_final_states:
            missing.append(Capability.FINAL_STATE)
        self.capabilities = frozenset(EVERYTHING) - frozenset(missing)

    @property
    def rmsprop_epsilon(self):
        """Inside the root since the optimisers of TensorFlow 2.11, and outside before."""
        library = self.library
        new = library.inside_tensorflow and library.generation >= (2, 11)
        return "inside" if new else "outside"

    @property
    def defaults(self):
        """What this Keras does unless it is told otherwise."""
        with self.library.at_work("float32"):
            return defaults(self.library)

    def build(self, spec):
        """A compiled ``Sequential`` with fresh weights."""
        refuse_unmapped(spec, self.maps, "the adapter of Keras")
        self.library.forget_the_dead()
        room = self.library.room()
        with self.library.at_work(spec.dtype, room):
            model = self.kind(self.library, sequential(self.library, spec), spec.dtype, room)
        model.compiled_with = (spec.loss, spec.optimizer)
        return self.library.keep(model)

    def load(self, path):
        """The model that ``save`` wrote to ``path``, a file name without a suffix."""
        file = str(path) + ".h5"
        config = saved_config(file)
        refuse_other_layers(config, self.maps)
        dtype, room = saved_dtype(config), self.library.room()
        with self.library.at_work(dtype, room) as keras:
            model = keras.models.load_model(file)
            return self.library.keep(self.kind(self.library, model, dtype, room))


def saved_config(file):
    """The configuration in a file that Keras wrote: a list of layers, or a dict with one."""
    import h5py

    with h5py.File(file, "r") as stored:
        text = stored.attrs["model_config"]
    return json.loads(text if isinstance(text, str) else text.decode("utf-8"))["config"]


def saved_dtype(config):
    """The float type of a saved ``Sequential``: that of its first layer.

    Keras does not restore it: a user sets it before loading.
    """
    first = (config["layers"] if isinstance(config, dict) else config)[0]["config"]
    for one in (first, first.get("layer", {}).get("config", {})):
        name = one.get("dtype", one.get("input_dtype"))
        if name:
            return str(name["config"]["name"] if isinstance(name, dict) else name)
    return "float32"


implementation = Implementation
