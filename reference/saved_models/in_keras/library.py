"""The Keras that is at hand: its generation, how it predicts, resets, saves and loads."""

import importlib
import os
import re
import sys
import warnings

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


class Library(object):
    """One Keras: ``keras``, or what ``KERAS_MODULE`` says (tensorflow.keras, tf_keras)."""

    def __init__(self):
        warnings.simplefilter("ignore")
        place = os.environ.get("KERAS_MODULE", "keras")
        self.keras = importlib.import_module(place)
        self.module = {"tensorflow.keras": "tf.keras"}.get(place, place)
        version = getattr(self.keras, "__version__", "")
        if place == "tensorflow.keras":
            version = version or importlib.import_module("tensorflow").__version__
        self.version = version
        self.generation = tuple(int(one) for one in re.findall(r"\d+", version)[:2])
        self.tensorflow = None
        if place != "keras" or self.keras.backend.backend() == "tensorflow":
            self.tensorflow = importlib.import_module("tensorflow")
            if hasattr(self.tensorflow, "get_logger"):
                self.tensorflow.get_logger().setLevel("ERROR")
        backend = "tensorflow" if place != "keras" else self.keras.backend.backend()
        of_backend = importlib.import_module(backend).__version__.split("-")[0]
        self.backend = "%s %s" % (backend, of_backend)
        self.writes_zip = self.generation[0] == 3 or self.generation >= (2, 12)
        self.eager_session = self.tensorflow is not None and version_of(self.tensorflow) >= (2, 0)

    def facts(self):
        """What stands in a manifest about the writer."""
        h5py = importlib.import_module("h5py")
        return {
            "keras": self.version,
            "module": self.module,
            "backend": self.backend,
            "python": "%d.%d.%d" % sys.version_info[:3],
            "numpy": np.__version__,
            "h5py": h5py.__version__,
        }

    def fresh(self, float_type):
        """Forget the models before, so that layers are numbered from 1 as in a user's program."""
        if hasattr(self.keras.backend, "clear_session"):
            self.keras.backend.clear_session()
        elif hasattr(self.keras.backend, "reset_uids"):
            self.keras.backend.reset_uids()
        self.keras.backend.set_floatx(float_type)

    def no_tracing(self):
        """Compute step by step where that can be chosen: compiling takes longer than these runs."""
        config = getattr(self.tensorflow, "config", None)
        choose = getattr(config, "run_functions_eagerly", None)
        if self.eager_session and choose:
            choose(True)

    def run_eagerly(self, model):
        """The same for one model that has been loaded."""
        if self.generation[0] == 3 or self.eager_session:
            try:
                model.run_eagerly = True
            except (AttributeError, ValueError):
                pass

    def predict(self, model, x, batch_size):
        """What ``predict`` gives, as a list of arrays."""
        found = model.predict(x, batch_size=batch_size or 32, verbose=0)
        return [np.asarray(one) for one in (found if is_many(found) else [found])]

    def call(self, model, x):
        """What the model gives when it is called, as a list; None where that gives no numbers."""
        if self.generation[0] == 3:
            found, plain = model(x), self.keras.ops.convert_to_numpy
        elif self.eager_session and self.module != "keras":
            found, plain = model(x), np.asarray
        else:
            return None
        return [plain(one) for one in (found if is_many(found) else [found])]

    def reset(self, model):
        """Reset the states, on the model where it has the method, else layer by layer."""
        if hasattr(model, "reset_states"):
            model.reset_states()
            return
        for layer in model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_states()

    def load(self, path, **options):
        """The library's own loader."""
        return self.keras.models.load_model(path, **options)

    def from_json(self, text):
        """The model that an architecture describes."""
        return self.keras.models.model_from_json(text)


def is_many(outputs):
    """Whether a model gave several outputs."""
    return isinstance(outputs, (list, tuple))


def version_of(module):
    """Major and minor number."""
    return tuple(int(one) for one in re.findall(r"\d+", module.__version__)[:2])


def first_line(error):
    """Type and first line of an exception.

    Newer Kerases begin with the configuration of all that they were reading; then the line is that
    of the exception inside. Places in the source of a library are left out.
    """
    text = re.sub(r" \(defined at [^)]*\)", "", str(error))
    text = re.sub(r"[^\s\"']*/site-packages/", "", text).split("Exception encountered: ")[-1]
    text = re.sub(r"\s*Full object config: .*", "", text)
    text = re.sub(r"config=\{.*", "config={...}", text)
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("Exception from src/")]
    return "%s: %s" % (type(error).__name__, lines[0] if lines else "(no message)")
