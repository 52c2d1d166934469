"""The Keras that is installed beside this adapter, from 1.2 to the last of the second generation.

``KERAS_MODULE`` says which one is meant: ``keras`` (the default), ``tensorflow.keras`` or
``tf_keras``. What is collected here is spelling: where a name lives and what it was called when.
"""

import contextlib
import importlib
import os
import re
import warnings
import weakref

from lstm_spec.contract import Refused, Unsupported

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
NOISE = ("File ", "Graph execution error", "Detected at node", "Exception encountered", "in user")
"""How the lines of a message begin that say where, not what."""


class Library(object):
    """One Keras: its modules, its generation, and the engine under it."""

    def __init__(self):
        place = os.environ.get("KERAS_MODULE", "keras")
        self.keras = importlib.import_module(place)
        version = getattr(self.keras, "__version__", "")
        if place == "tensorflow.keras" and not version[:1].isdigit():
            version = importlib.import_module("tensorflow").__version__
        self.name = {"tensorflow.keras": "tf.keras"}.get(place, place)
        self.version = version.replace("-tf", "")
        numbers = re.findall(r"\d+", version)
        self.generation = tuple(int(one) for one in numbers[:3])
        self.K = self.keras.backend
        self.first = self.generation[0] == 1
        self.inside_tensorflow = place != "keras"
        self.backend = self._backend()
        self.eager = self.inside_tensorflow and self._runs_eagerly()
        self.has_rooms = self.backend.startswith("tensorflow 1.")
        self.living = weakref.WeakSet()
        self.built_since = 0
        activations = self._custom_objects()
        activations["hard_sigmoid_keras3"] = hard_sigmoid_keras3(self.K)

    def _backend(self):
        """The engine and its version."""
        name = "tensorflow" if self.inside_tensorflow else self.K.backend()
        return "%s %s" % (name, importlib.import_module(name).__version__)

    def _runs_eagerly(self):
        tensorflow = importlib.import_module("tensorflow")
        tensorflow.get_logger().setLevel("ERROR")
        return tensorflow.executing_eagerly()

    def _custom_objects(self):
        """The dictionary in which Keras looks up functions of the user."""
        try:
            return self.keras.utils.get_custom_objects()
        except AttributeError:
            place = importlib.import_module("keras.utils.generic_utils")
            return place.get_custom_objects()

    @property
    def pad_sequences(self):
        """``pad_sequences``, which moved to ``utils`` with TensorFlow 2.9."""
        try:
            return self.keras.utils.pad_sequences
        except AttributeError:
            if self.inside_tensorflow:
                return self.keras.preprocessing.sequence.pad_sequences
            return importlib.import_module("keras.preprocessing.sequence").pad_sequences

    @property
    def to_categorical(self):
        """``to_categorical``, which was in ``np_utils`` at first."""
        try:
            return self.keras.utils.to_categorical
        except AttributeError:
            return importlib.import_module("keras.utils.np_utils").to_categorical

    @property
    def shows_final_states(self):
        """Whether an LSTM can be made with ``return_state``: since Keras 2.0.5."""
        return self.inside_tensorflow or self.generation >= (2, 0, 5)

    @property
    def takes_initial_states(self):
        """Whether an LSTM can be called with ``initial_state``: since Keras 2."""
        return not self.first

    def forget_the_dead(self):
        """Empty the graph, in which all models are drawn, once none of them is in use any more.

        Users call ``clear_session`` for the same reason: every model slows the following ones.
        """
        if self.built_since and not self.living and hasattr(self.K, "clear_session"):
            self.K.clear_session()
            self.built_since = 0

    def keep(self, model):
        """Remember that a model is in use, for as long as somebody holds it."""
        self.living.add(model)
        self.built_since += 1
        return model

    def room(self):
        """A graph and a session for one model, as TensorFlow 1 lets its users have them.

        In one graph for all, each model makes every run of the others slower.
        """
        if not self.has_rooms:
            return None
        tensorflow = importlib.import_module("tensorflow")
        return tensorflow.Session(graph=tensorflow.Graph())

    @contextlib.contextmanager
    def at_work(self, dtype, room=None):
        """Keras with ``dtype`` as its float type; what it raises becomes ``Refused``."""
        before = self.K.floatx()
        self.K.set_floatx(dtype)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if room is None:
                    yield self.keras
                else:
                    with room.graph.as_default(), room.as_default():
                        yield self.keras
        except (Unsupported, Refused):
            raise
        except Exception as error:
            if os.environ.get("LSTM_SPEC_TRACEBACKS"):
                importlib.import_module("traceback").print_exc()
            raise Refused("Keras raised %s: %s" % (type(error).__name__, telling_line(error)))
        finally:
            self.K.set_floatx(before)


def telling_line(error):
    """What a message says, without headings, call stacks and node names."""
    text = re.sub(r"\{\{.*?\}\} ?", "", str(error))
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if line and not line.startswith(NOISE)]
    return telling[0] if telling else "(no message)"


def hard_sigmoid_keras3(K):
    """relu6(x + 3) / 6, which Keras 3 calls ``hard_sigmoid``: here a function of the user."""

    def hard_sigmoid_keras3(x):
        return K.clip(x / 6.0 + 0.5, 0.0, 1.0)

    return hard_sigmoid_keras3
