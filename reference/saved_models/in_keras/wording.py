"""The arguments of a layer as Keras 1, 2 and 3 spell them."""


class NotHere(Exception):
    """The Keras at hand has no words for what a declaration asks; the message says which."""


RENAMED_IN_KERAS_1 = {
    "LSTM": {
        "units": "output_dim",
        "recurrent_activation": "inner_activation",
        "dropout": "dropout_W",
        "recurrent_dropout": "dropout_U",
        "kernel_regularizer": "W_regularizer",
    },
    "GRU": {"units": "output_dim"},
    "Dense": {"units": "output_dim", "use_bias": "bias"},
    "Conv1D": {
        "filters": "nb_filter",
        "kernel_size": "filter_length",
        "strides": "subsample_length",
        "padding": "border_mode",
        "dilation_rate": "atrous_rate",
        "use_bias": "bias",
    },
    "MaxPooling1D": {"pool_size": "pool_length", "strides": "stride", "padding": "border_mode"},
    "Dropout": {"rate": "p"},
    "SpatialDropout1D": {"rate": "p"},
    "GaussianDropout": {"rate": "p"},
    "GaussianNoise": {"stddev": "sigma"},
}
CONSUME_LESS = {0: "cpu", 1: "mem", 2: "gpu"}


def in_keras_1(kind, arguments):
    """Name and arguments of a layer in Keras 1. Raises NotHere."""
    arguments, name = dict(arguments), kind
    if kind == "LSTM":
        if arguments.pop("use_bias", True) is False:
            raise NotHere("an LSTM of Keras 1 always has a bias")
        if "implementation" in arguments:
            arguments["consume_less"] = CONSUME_LESS[arguments.pop("implementation")]
        if arguments.pop("unit_forget_bias", True) is False:
            arguments["forget_bias_init"] = "zero"
    if kind == "Conv1D":
        if arguments.get("padding") == "causal":
            raise NotHere("Keras 1 has no causal padding")
        name = "AtrousConvolution1D" if "dilation_rate" in arguments else "Convolution1D"
    if kind == "BatchNormalization" and ("scale" in arguments or "center" in arguments):
        raise NotHere("a BatchNormalization of Keras 1 always scales and centers")
    renamed = RENAMED_IN_KERAS_1.get(kind, {})
    return name, {renamed.get(word, word): value for word, value in arguments.items()}


def in_keras_3(kind, arguments):
    """Name and arguments of a layer in Keras 3."""
    arguments = dict(arguments)
    if kind == "LeakyReLU" and "alpha" in arguments:
        arguments["negative_slope"] = arguments.pop("alpha")
    return kind, arguments


def worded(library, kind, arguments):
    """Name and arguments of a layer in the Keras that is at hand. Raises NotHere."""
    if library.generation[0] == 1:
        return in_keras_1(kind, arguments)
    if library.generation[0] == 3:
        return in_keras_3(kind, arguments)
    return kind, dict(arguments)
