"""A saved model as a script for today's Keras (3).

Where a word of the file means something else in Keras 3 than it meant to its writer, the script
defines a function or a class of its own, and says why above it.
"""

from __future__ import annotations

from typing import assert_never

from lstm_spec.meaning.saved_model import SavedModel
from lstm_spec.model import (
    LSTM,
    Activation,
    ActivationLayer,
    AnyLayer,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    Masking,
    MaxPooling1D,
    ReLU,
    RepeatVector,
    Reshape,
    TimeDistributed,
)
from lstm_spec.saved_models.masks import masked
from lstm_spec.saved_models.writing.script import (
    CannotHold,
    Script,
    arrays_by_name,
    call,
    heading,
    laid_out,
    literal,
    unless,
)

OLD_HARD_SIGMOID = '''
@keras.saving.register_keras_serializable()  # so that Bidirectional can copy the layer
def old_hard_sigmoid(x):
    """The hard_sigmoid of Keras 1 and 2. In Keras 3 the same word means x / 6 + 0.5."""
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)
'''

POOLING_WITH_ENDS = '''
class MaxPoolingWithEnds(keras.layers.Layer):
    """Max pooling over steps, of which some that do not count are added at both ends."""

    def __init__(self, pool_size, strides, before, after):
        super().__init__()
        self.pooling = keras.layers.MaxPooling1D(pool_size, strides)
        self.ends = ((0, 0), (before, after), (0, 0))

    def call(self, x):
        return self.pooling(keras.ops.pad(x, self.ends, constant_values=-3.4e38))
'''

REPEATING = '''
def repeating(layer):
    """Bidirectional as it was up to Keras 2.3: at masked steps the last output comes again.

    Keras 3 gives zero there.
    """
    layer.forward_layer.zero_output_for_mask = False
    layer.backward_layer.zero_output_for_mask = False
    return layer
'''

WORDS: dict[str, str] = {
    "hard_sigmoid_keras3": "hard_sigmoid",
    "sparsemax_keras3": "sparsemax",
}
"""Activations whose name in Keras 3 is another one."""

NOISES = {
    "dropout": "Dropout",
    "whole features": "SpatialDropout1D",
    "gaussian factor": "GaussianDropout",
    "gaussian noise": "GaussianNoise",
    "alpha dropout": "AlphaDropout",
}


def keras_script(saved: SavedModel) -> tuple[str, Script]:
    """The text of the script, and what it was made of.

    Raises CannotHold for a part that Keras has no words for.
    """
    script = Script(arrays=arrays_by_name(saved))
    layers = saved.spec.layers
    if saved.input.kind == "vector":
        layers = layers[1:]  # the Flatten before it belongs to the specification
    reached = masked(saved.spec)[len(saved.spec.layers) - len(layers) :]
    calls = [keras_input(saved)]
    for layer, mask in zip(layers, reached, strict=True):
        calls += keras_calls(script, layer, mask)
    definitions = "".join(f"\n\n{text}\n" for text in script.definitions.values())
    floats = "" if saved.spec.dtype == "float32" else '    keras.config.set_floatx("float64")\n'
    text = (
        f"{heading(saved, 'Keras 3')}\n\n"
        "from pathlib import Path\n\nimport keras\nimport numpy as np\n"
        f"{definitions}\n\n"
        "def build():\n"
        '    """The model with its weights."""\n'
        f"{floats}"
        "    model = keras.Sequential(\n        [\n"
        f"{''.join(laid_out(one, 12, ',') for one in calls)}"
        "        ]\n    )\n"
        '    arrays = np.load(Path(__file__).with_suffix(".npz"))\n'
        "    model.set_weights([arrays[name] for name in arrays.files])\n"
        "    return model\n\n\n"
        'if __name__ == "__main__":\n    build().summary()\n'
    )
    return text, script


def keras_input(saved: SavedModel) -> str:
    """The shape of a batch, with the batch size where it is fixed."""
    shape = saved.input.shape
    dtype = literal("int32") if saved.input.kind == "tokens" else None
    return call("keras.Input", batch_shape=str(shape), dtype=dtype)


def activation(script: Script, word: Activation, default: str) -> str | None:
    """An activation as an argument; None for the default."""
    if word == "hard_sigmoid_keras2":
        return script.need("old_hard_sigmoid", OLD_HARD_SIGMOID)
    name = WORDS.get(word, word)
    return None if name == default else literal(name)


def keras_calls(script: Script, layer: AnyLayer, mask: bool) -> list[str]:
    """One layer as calls of Keras; ``mask`` says whether a mask reaches it."""
    match layer:
        case LSTM():
            return [lstm(script, layer, mask)]
        case Bidirectional():
            return [bidirectional(script, layer, mask)]
        case Dense():
            function = activation(script, layer.activation, "linear")
            bias = unless(layer.use_bias, True)
            return [call("keras.layers.Dense", layer.units, activation=function, use_bias=bias)]
        case TimeDistributed():
            return keras_calls(script, layer.layer, mask)  # which does so by itself
        case Embedding():
            zero = unless(layer.mask_zero, False)
            sizes = layer.input_dim, layer.output_dim
            return [call("keras.layers.Embedding", *sizes, mask_zero=zero)]
        case Conv1D():
            return convolution(script, layer)
        case MaxPooling1D():
            return [pooling(script, layer)]
        case BatchNormalization() | LayerNormalization():
            return [
                call(
                    f"keras.layers.{type(layer).__name__}",
                    epsilon=literal(layer.epsilon),
                    center=unless(layer.center, True),
                    scale=unless(layer.scale, True),
                )
            ]
        case ActivationLayer():
            function = activation(script, layer.activation, "") or literal("linear")
            return [call("keras.layers.Activation", function)]
        case ReLU():
            return [
                call(
                    "keras.layers.ReLU",
                    max_value=unless(layer.max_value, None),
                    negative_slope=unless(layer.negative_slope, 0.0),
                    threshold=unless(layer.threshold, 0.0),
                )
            ]
        case Dropout():
            return [call(f"keras.layers.{NOISES[layer.noise]}", layer.rate)]
        case Masking():
            return [call("keras.layers.Masking", layer.mask_value)]
        case RepeatVector():
            return [call("keras.layers.RepeatVector", layer.n)]
        case Reshape():
            return [call("keras.layers.Reshape", layer.shape)]
        case Flatten() | GlobalAveragePooling1D() | GlobalMaxPooling1D():
            return [call(f"keras.layers.{type(layer).__name__}")]
    assert_never(layer)


def lstm(script: Script, layer: LSTM, mask: bool) -> str:
    """An LSTM; nothing is said that is Keras 3's default anyway."""
    if mask and layer.go_backwards and layer.return_sequences and not layer.mask_in_reading_order:
        raise CannotHold(
            "Keras gives the mask on in the order of reading behind a layer that runs backwards, "
            "and this model does not"
        )
    return call(
        "keras.layers.LSTM",
        layer.units,
        activation=activation(script, layer.activation, "tanh"),
        recurrent_activation=activation(script, layer.recurrent_activation, "sigmoid"),
        use_bias=unless(layer.use_bias, True),
        return_sequences=unless(layer.return_sequences, False),
        go_backwards=unless(layer.go_backwards, False),
        stateful=unless(layer.stateful, False),
        dropout=unless(layer.dropout, 0.0),
        recurrent_dropout=unless(layer.recurrent_dropout, 0.0),
        zero_output_for_mask=unless(layer.zero_output_for_mask and mask, False),
    )


def bidirectional(script: Script, layer: Bidirectional, mask: bool) -> str:
    """Both directions; at masked steps of sequences as the file's writer did it."""
    inside = lstm(script, layer.layer, mask=False)
    made = call("keras.layers.Bidirectional", inside, merge_mode=unless(layer.merge_mode, "concat"))
    if mask and layer.layer.return_sequences and not layer.layer.zero_output_for_mask:
        return call(script.need("repeating", REPEATING), made)
    return made


def convolution(script: Script, layer: Conv1D) -> list[str]:
    """A convolution, behind zeros of its own where no word of Keras says how many."""
    before = []
    if layer.steps_before or layer.steps_after:
        ends = (layer.steps_before, layer.steps_after)
        before = [call("keras.layers.ZeroPadding1D", ends)]
    made = call(
        "keras.layers.Conv1D",
        layer.filters,
        layer.kernel_size,
        strides=unless(layer.strides, 1),
        padding=unless(layer.padding, "valid"),
        dilation_rate=unless(layer.dilation_rate, 1),
        activation=activation(script, layer.activation, "linear"),
        use_bias=unless(layer.use_bias, True),
    )
    return [*before, made]


def pooling(script: Script, layer: MaxPooling1D) -> str:
    """Max pooling; with ends that do not count, a layer of the script's own."""
    if layer.steps_before or layer.steps_after:
        if layer.padding != "valid":
            raise CannotHold("max pooling with two kinds of padding at once")
        name = script.need("MaxPoolingWithEnds", POOLING_WITH_ENDS)
        sizes = layer.pool_size, layer.strides, layer.steps_before, layer.steps_after
        return call(name, *sizes)
    return call(
        "keras.layers.MaxPooling1D",
        layer.pool_size,
        strides=unless(layer.strides, layer.pool_size),
        padding=unless(layer.padding, "valid"),
    )


def refuse_code(script: Script) -> None:
    """Raise CannotHold if the model needs functions of its own, which no .keras file can hold."""
    if script.definitions:
        raise CannotHold(
            f"a .keras file cannot hold this model without code: it needs "
            f"{', '.join(script.definitions)}, whose meaning Keras 3 has no word for. Write a "
            "script instead: --write FILE.py"
        )
