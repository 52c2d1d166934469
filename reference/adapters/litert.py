"""LiteRT (TensorFlow Lite): a Keras LSTM with states as inputs and outputs, converted."""

from __future__ import annotations

from importlib.metadata import version

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from lstm_spec.contract import CallResult, speaking_for
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.weights import copies, zeros


class LiteRtModel:
    """A flat buffer for every shape of the input, with and without a mask."""

    def __init__(self, spec):
        self.spec, self.layer = spec, spec.layers[0]
        options = {"use_bias": self.layer.use_bias, "go_backwards": self.layer.go_backwards}
        self.lstm = keras.layers.LSTM(
            self.layer.units, return_sequences=True, return_state=True, **options
        )
        self.lstm.build((None, None, spec.features))
        self.set_weights(zeros(spec))

    def get_weights(self):
        return self.lstm.get_weights()

    def set_weights(self, weights):
        self.lstm.set_weights(copies(self.spec, weights))
        self.runners = {}

    def call(self, x, mask=None, initial_state=None):
        zero = np.zeros((len(x), self.layer.units), "float32")
        h, c = initial_state[0] if initial_state else (zero, zero)
        feed = {"x": x, "h": h, "c": c}
        if mask is not None:
            feed["mask"] = mask
        with speaking_for("LiteRT"):
            key = (x.shape, mask is not None)
            if key not in self.runners:
                self.runners[key] = self.converted(feed)
            found = self.runners[key].get_signature_runner()(**feed)
        y = found["y"] if self.layer.return_sequences else found["h"]
        return CallResult(y, [(found["h"], found["c"])])

    def converted(self, feed):
        names, weights = list(feed), self.lstm.get_weights()

        def run(*given):
            inputs = dict(zip(names, given))
            states, mask = [inputs["h"], inputs["c"]], inputs.get("mask")
            values = zip(self.lstm.variables, [tf.constant(one) for one in weights])
            with keras.StatelessScope(
                list(values)
            ):  # the converter leaves variables in a loop empty
                y, h, c = self.lstm(inputs["x"], initial_state=states, mask=mask)
            return {"y": y, "h": h, "c": c}

        kinds = {name: tf.bool if name == "mask" else tf.float32 for name in names}
        asked = [tf.TensorSpec(feed[name].shape, kinds[name], name=name) for name in names]
        function = tf.function(run, input_signature=asked).get_concrete_function()
        flat = tf.lite.TFLiteConverter.from_concrete_functions([function], tf.Module()).convert()
        interpreter = Interpreter(model_content=flat, num_threads=1)
        interpreter.allocate_tensors()
        return interpreter


# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="litert",
    version=version("ai-edge-litert"),
    model=LiteRtModel,
    capabilities="forward initial-state final-state no-bias go-backwards mask-tail mask",
    backend="converted by TensorFlow " + tf.__version__,
)
