"""Mistakes that a reader could make, planted one at a time: the fixtures notice all of them."""

from dataclasses import replace

import numpy as np
import pytest
from unpacked import agrees, environment, understood

from lstm_spec.formats import onnx_moves
from lstm_spec.meaning import (
    activations,
    arrays,
    keras_layers,
    keras_plain,
    keras_recurrent,
    keras_weighted,
    onnx_model,
    torch_model,
    writer,
)
from lstm_spec.model import around

MODELS = {
    "twelve arrays": ("keras-1.2", "plain"),
    "both directions": ("tf-keras-2.4", "bidirectional_concat"),
    "batch normalization": ("keras-2.3", "batch_normalization"),
    "causal": ("keras-2.3", "conv_causal"),
    "kernels of Theano": ("keras-2.3-theano", "conv_same"),
    "strides of Theano": ("keras-2.3-theano", "conv_same_strides"),
    "masked words": ("keras-2.3", "embedding_masked"),
    "words": ("keras-2.3", "embedding"),
    "backwards": ("keras-2.3", "go_backwards_sequences"),
    "old gates": ("keras-2.0", "hard_sigmoid"),
    "new gates": ("keras-3-tensorflow", "hard_sigmoid"),
    "gates left open": ("keras-2.2", "plain"),
    "leaky": ("keras-2.3", "activation_layers"),
    "onnx": ("onnx-tf2onnx", "plain"),
    "onnx, both directions": ("onnx-tf2onnx", "bidirectional_concat"),
    "onnx of PyTorch": ("onnx-torchscript", "torch_linear"),
    "torch": ("torch", "torch_linear"),
    "cudnn": ("keras-2.3", "cudnn"),
}


def gates_in_the_order_of_keras_2(patch):
    patch.setattr(arrays, "GATES_OF_KERAS_1", (0, 1, 2, 3))


def gates_input_forget_output_cell(patch):
    patch.setattr(arrays, "GATES_OF_KERAS_1", (0, 2, 3, 1))


def halves_exchanged(patch):
    right = arrays.halves
    patch.setattr(arrays, "halves", lambda stored, layer: right(stored, layer)[::-1])


def sides_of_a_merge_exchanged(patch):
    right = keras_recurrent.bidirectional

    def wrong(layer, context):
        made, stored = right(layer, context)
        middle = len(stored) // 2
        return made, stored[middle:] + stored[:middle]

    patch.setitem(keras_layers.KINDS, "Bidirectional", wrong)


def only_the_first_bias(patch):
    patch.setattr(onnx_model, "both_biases", lambda bias: bias[: len(bias) // 2])


def only_the_first_bias_of_cudnn(patch):
    patch.setattr(arrays, "both_biases", lambda bias: bias[: len(bias) // 2])


def kernels_of_cudnn_as_they_are(patch):
    def wrong(kernel, recurrent_kernel, bias):
        return [kernel, recurrent_kernel, arrays.both_biases(bias)]

    patch.setattr(arrays, "from_cudnn", wrong)


def kernels_of_cudnn_turned_but_not_laid_out_anew(patch):
    right = arrays.from_cudnn

    def wrong(kernel, recurrent_kernel, bias):
        return [kernel, *right(kernel, recurrent_kernel, bias)[1:]]

    patch.setattr(arrays, "from_cudnn", wrong)


def only_the_input_bias_of_torch(patch):
    right = torch_model.lstm

    def wrong(layer, context):
        held = tuple(
            replace(one, values=np.zeros_like(one.values)) if "bias_hh" in one.name else one
            for one in layer.arrays
        )
        return right(replace(layer, arrays=held), context)

    patch.setitem(torch_model.KINDS, "LSTM", wrong)


def another_epsilon(patch):
    right = keras_weighted.batch_normalization

    def wrong(layer, context):
        made, stored = right(layer, context)
        return [replace(made[0], epsilon=1e-3)], stored

    patch.setitem(keras_layers.KINDS, "BatchNormalization", wrong)


def epsilon_outside_the_root(patch):
    right = keras_weighted.batch_normalization

    def wrong(layer, context):
        made, stored = right(layer, context)
        deviation = (np.sqrt(stored[-1]) + made[0].epsilon) ** 2
        return [replace(made[0], epsilon=0.0)], [*stored[:-1], deviation]

    patch.setitem(keras_layers.KINDS, "BatchNormalization", wrong)


def variance_taken_for_a_deviation(patch):
    right = keras_weighted.batch_normalization

    def wrong(layer, context):
        made, stored = right(layer, context)
        return made, [*stored[:-1], stored[-1] ** 2]

    patch.setitem(keras_layers.KINDS, "BatchNormalization", wrong)


def causal_off_by_one(patch):
    right = around.Conv1D.added_steps

    def wrong(self, steps):
        before, after = right(self, steps)
        return (before - 1, after + 1) if self.padding == "causal" else (before, after)

    patch.setattr(around.Conv1D, "added_steps", wrong)


def kernels_of_theano_as_they_are(patch):
    patch.setattr(writer.Writer, "flips_kernels", False)


def padding_of_tensorflow_for_theano(patch):
    right = keras_weighted.conv1d

    def wrong(layer, context):
        made, stored = right(layer, context)
        if made[0].steps_before or made[0].steps_after:
            made[0] = replace(made[0], padding="same", steps_before=0, steps_after=0)
        return made, stored

    patch.setitem(keras_layers.KINDS, "Conv1D", wrong)


def word_zero_is_not_masked(patch):
    right = keras_weighted.embedding

    def wrong(layer, context):
        made, stored = right(layer, context)
        return [replace(made[0], mask_zero=False)], stored

    patch.setitem(keras_layers.KINDS, "Embedding", wrong)


def word_zero_is_always_masked(patch):
    right = keras_weighted.embedding

    def wrong(layer, context):
        made, stored = right(layer, context)
        return [replace(made[0], mask_zero=True)], stored

    patch.setitem(keras_layers.KINDS, "Embedding", wrong)


def table_shifted_by_one(patch):
    right = keras_weighted.embedding

    def wrong(layer, context):
        made, stored = right(layer, context)
        return made, [np.roll(stored[0], 1, axis=0)]

    patch.setitem(keras_layers.KINDS, "Embedding", wrong)


def old_gates_as_new(patch):
    patch.setattr(activations, "hard_sigmoid", lambda writer, notes: "hard_sigmoid_keras3")


def new_gates_as_old(patch):
    patch.setattr(activations, "hard_sigmoid", lambda writer, notes: "hard_sigmoid_keras2")


def gates_of_today_where_none_are_said(patch):
    right = keras_recurrent.cell

    def wrong(layer, context, of_cudnn=False):
        return replace(right(layer, context, of_cudnn), recurrent_activation="sigmoid")

    patch.setattr(keras_recurrent, "cell", wrong)


def forwards_where_backwards_is_said(patch):
    right = keras_recurrent.cell

    def wrong(layer, context, of_cudnn=False):
        return replace(right(layer, context, of_cudnn), go_backwards=False)

    patch.setattr(keras_recurrent, "cell", wrong)


def another_leak(patch):
    right = keras_plain.leaky_relu

    def wrong(layer, context):
        made, stored = right(layer, context)
        slope = 0.3 if made[0].negative_slope < 0.3 else 0.2
        return [replace(made[0], negative_slope=slope)], stored

    patch.setitem(keras_layers.KINDS, "LeakyReLU", wrong)


def gates_of_onnx_as_in_keras(patch):
    patch.setattr(onnx_model, "GATES_OF_ONNX", (0, 1, 2, 3))


def halves_of_onnx_exchanged(patch):
    right = onnx_model.lstm

    def wrong(layer, context):
        made, stored = right(layer, context)
        middle = len(stored) // 2
        return made, stored[middle:] + stored[:middle]

    patch.setitem(onnx_model.KINDS, "LSTM", wrong)


def first_step_for_the_last(patch):
    right = onnx_moves.last_step

    def wrong(flow, node, index, steps):
        made = right(flow, node, index, steps)
        return made.changed(backwards=not made.layers[-1].config["backwards"])

    patch.setattr(onnx_moves, "last_step", wrong)


PLANTED = {
    gates_in_the_order_of_keras_2: "twelve arrays",
    gates_input_forget_output_cell: "twelve arrays",
    halves_exchanged: "both directions",
    sides_of_a_merge_exchanged: "both directions",
    only_the_first_bias: "onnx of PyTorch",
    only_the_first_bias_of_cudnn: "cudnn",
    kernels_of_cudnn_as_they_are: "cudnn",
    kernels_of_cudnn_turned_but_not_laid_out_anew: "cudnn",
    only_the_input_bias_of_torch: "torch",
    another_epsilon: "batch normalization",
    epsilon_outside_the_root: "batch normalization",
    variance_taken_for_a_deviation: "batch normalization",
    causal_off_by_one: "causal",
    kernels_of_theano_as_they_are: "kernels of Theano",
    padding_of_tensorflow_for_theano: "strides of Theano",
    word_zero_is_not_masked: "masked words",
    word_zero_is_always_masked: "words",
    table_shifted_by_one: "words",
    old_gates_as_new: "old gates",
    new_gates_as_old: "new gates",
    gates_of_today_where_none_are_said: "gates left open",
    forwards_where_backwards_is_said: "backwards",
    another_leak: "leaky",
    gates_of_onnx_as_in_keras: "onnx",
    halves_of_onnx_exchanged: "onnx, both directions",
    first_step_for_the_last: "onnx",
}
"""Every mistake with the model that is meant to notice it."""

LAYERS = {"torch": "lstm, last, fc"}


def right_now(model):
    """Whether the reader, as it is at the moment, agrees with the library that wrote the model."""
    from lstm_spec.formats import Request
    from lstm_spec.meaning import open_model

    library, name = MODELS[model]
    saved = environment(library)[name]
    if library == "torch":
        return agrees(open_model(Request(saved.files[0], None, LAYERS["torch"])), saved)
    return agrees(understood(saved), saved)


@pytest.mark.parametrize("model", sorted(set(PLANTED.values())))
def test_the_reader_agrees_without_a_mistake(model):
    assert right_now(model)


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda one: one.__name__)
def test_a_planted_mistake_is_noticed(mistake, monkeypatch):
    mistake(monkeypatch)
    assert not right_now(PLANTED[mistake])
