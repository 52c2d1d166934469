"""The models of the fixtures, in the words of Keras 2; ``wording`` says them in Keras 1 and 3.

A model is a dictionary:

``layers``   pairs (name of the layer, its arguments), or triples with the arguments of the call;
``shape``    of one input row; ``batch`` is the fixed batch size, where there is one;
``inputs``   what the rows hold: ``normal``, ``tokens`` or ``steps left out`` (see ``rows``);
``style``    ``sequential`` (the default), ``functional``, ``deferred`` (a Sequential that is told
             no input shape) or ``two inputs``;
``calls``    what is asked: ``predict A`` or ``predict B``, ``predict A+B`` (the rows of both, one
             batch after the other), and ``reset``; one ``predict A`` unless said otherwise;
``scale``    of the weights, 1 unless said otherwise;
``train``    loss and optimiser, if the model is compiled and trained for one step before it is
             saved;
``twin``     the layers whose outputs are recorded, with the weights of the file, where the model
             itself gives random outputs or does not run without a GPU;
``weights only``  True if the file holds weights alone, beside the architecture as JSON;
``float``    the float type, float32 unless said otherwise;
``refused``  True if a reader of chains of layers has to refuse the model.
"""


def lstm(units, **arguments):
    """One LSTM layer."""
    return ("LSTM", dict(arguments, units=units))


def dense(units, **arguments):
    """One Dense layer."""
    return ("Dense", dict(arguments, units=units))


def conv(filters, kernel_size, **arguments):
    """One Conv1D layer."""
    return ("Conv1D", dict(arguments, filters=filters, kernel_size=kernel_size))


def both(units, merge_mode, **arguments):
    """An LSTM in both directions."""
    return ("Bidirectional", {"layer": lstm(units, **arguments), "merge_mode": merge_mode})


def over_time(layer):
    """The same layer at each step."""
    return ("TimeDistributed", {"layer": layer})


def model(*layers, **facts):
    """A declaration with its defaults filled in."""
    whole = {"layers": list(layers), "shape": (5, 3), "inputs": "normal", "style": "sequential"}
    whole.update({"calls": ["predict A"], "batch": None, "scale": 1.0, "float": "float32"})
    whole.update({word.replace("_", " "): value for word, value in facts.items()})
    return whole


SEQUENCES = {"return_sequences": True}
MASKED = {"inputs": "steps left out", "shape": (6, 3)}
CARRIED = ["predict A", "predict B", "reset", "predict B", "predict A", "reset", "predict A+B"]
TOKENS = {"inputs": "tokens", "shape": (6,)}
EMBEDDING = ("Embedding", {"input_dim": 7, "output_dim": 3})
EMBEDDING_MASK = ("Embedding", {"input_dim": 7, "output_dim": 3, "mask_zero": True})
MASKING = ("Masking", {"mask_value": -1.0})


def activations(names, gate, scale=1.4):
    """A stack of LSTM layers, one for each activation, and a Dense layer."""
    stack = [lstm(3, activation=name, recurrent_activation=gate, **SEQUENCES) for name in names]
    return model(*(stack + [dense(2)]), scale=scale)


MODELS = {
    # The gates: what the version means when nothing is said, and what it means by a word
    "plain": model(lstm(4), dense(3, activation="softmax")),
    "sigmoid": model(lstm(4, recurrent_activation="sigmoid"), dense(2)),
    "hard_sigmoid": model(lstm(4, recurrent_activation="hard_sigmoid"), dense(2)),
    # Depth, sequences
    "stacked": model(lstm(4, **SEQUENCES), lstm(3, **SEQUENCES), lstm(5), dense(1), scale=1.5),
    "sequences": model(lstm(4, **SEQUENCES), over_time(dense(2, activation="sigmoid"))),
    "dense_on_sequences": model(lstm(3, **SEQUENCES), dense(2), dense(2, activation="tanh")),
    "encoder_decoder": model(
        lstm(4), ("RepeatVector", {"n": 3}), lstm(3, **SEQUENCES), over_time(dense(2))
    ),
    # Activations
    "relu": model(lstm(4, activation="relu"), dense(1), scale=0.5),
    "activations_first": activations(["softsign", "softplus"], "sigmoid"),
    "activations_linear": activations(["sigmoid", "linear"], "tanh"),
    "activations_second": activations(["softmax", "hard_sigmoid", "elu"], "hard_sigmoid"),
    "activations_selu": activations(["selu"], "softsign", scale=0.6),
    "activations_exponential": activations(["exponential"], "sigmoid", scale=0.6),
    "activations_swish": activations(["swish"], "sigmoid"),
    "activations_gelu": activations(["gelu"], "sigmoid"),
    "activations_mish": activations(["leaky_relu", "mish"], "sigmoid"),
    "activations_relu6": activations(["silu", "relu6"], "relu6"),
    "activations_log": activations(
        ["log_softmax", "log_sigmoid", "hard_silu"], "hard_sigmoid", scale=0.7
    ),
    "activations_shrink": activations(["hard_shrink", "soft_shrink"], "sigmoid", scale=3.0),
    "activations_celu": activations(["celu", "hard_tanh", "tanh_shrink"], "sigmoid", scale=1.8),
    "activations_sparse": activations(["sparsemax", "squareplus"], "sparse_sigmoid"),
    "activations_sparse_plus": activations(["sparse_plus"], "sparse_sigmoid"),
    "activation_layers": model(
        lstm(4, **SEQUENCES), ("LeakyReLU", {"alpha": 0.2}), lstm(3), ("LeakyReLU", {}), dense(2)
    ),
    "relu_layers": model(
        lstm(4, **SEQUENCES), ("ReLU", {"max_value": 0.5}), dense(3), ("ReLU", {}), lstm(3)
    ),
    # Directions
    "bidirectional_concat": model(both(3, "concat"), dense(2)),
    "bidirectional_sum": model(both(3, "sum"), dense(2)),
    "bidirectional_mul": model(both(3, "mul"), dense(2)),
    "bidirectional_ave": model(both(3, "ave"), dense(2)),
    "bidirectional_none": model(both(3, None), style="functional", refused=True),
    "bidirectional_sequences": model(
        both(3, "concat", **SEQUENCES), both(4, "sum", **SEQUENCES), dense(2)
    ),
    "bidirectional_masked": model(
        MASKING, both(3, "concat", **SEQUENCES), both(3, "ave"), **MASKED
    ),
    "go_backwards": model(lstm(4, go_backwards=True), dense(2)),
    "go_backwards_sequences": model(lstm(4, go_backwards=True, **SEQUENCES), lstm(3), dense(2)),
    # State
    "stateful": model(lstm(4, stateful=True), dense(2), batch=2, calls=CARRIED),
    "stateful_stacked": model(
        lstm(4, stateful=True, **SEQUENCES),
        lstm(3, stateful=True),
        dense(1),
        batch=1,
        shape=(1, 2),
        calls=CARRIED,
    ),
    "fixed_batch": model(lstm(4), dense(2), batch=3),
    # Masks
    "masking": model(MASKING, lstm(4), dense(2), **MASKED),
    "masking_zero": model(("Masking", {}), lstm(3, **SEQUENCES), lstm(4), dense(2), **MASKED),
    "masking_sequences": model(MASKING, lstm(4, **SEQUENCES), over_time(dense(2)), **MASKED),
    "masking_backwards": model(MASKING, lstm(4, go_backwards=True), dense(2), **MASKED),
    "embedding": model(EMBEDDING, lstm(4), dense(1, activation="sigmoid"), **TOKENS),
    "embedding_masked": model(EMBEDDING_MASK, lstm(4, **SEQUENCES), lstm(3), dense(2), **TOKENS),
    "masked_average": model(
        EMBEDDING_MASK, lstm(4, **SEQUENCES), ("GlobalAveragePooling1D", {}), dense(2), **TOKENS
    ),
    # Convolution and pooling
    "conv_same": model(
        conv(4, 3, padding="same", activation="relu"),
        ("MaxPooling1D", {"pool_size": 2}),
        lstm(3),
        dense(1),
        shape=(8, 3),
    ),
    "conv_strides": model(
        conv(4, 3, strides=2, padding="valid"),
        lstm(3, **SEQUENCES),
        ("GlobalMaxPooling1D", {}),
        dense(2),
        shape=(9, 2),
    ),
    "conv_same_strides": model(
        conv(3, 4, strides=2, padding="same", use_bias=False),
        ("MaxPooling1D", {"pool_size": 3, "strides": 1, "padding": "same"}),
        lstm(3),
        shape=(8, 2),
    ),
    "conv_causal": model(
        conv(3, 3, padding="causal", activation="tanh"),
        conv(3, 2, padding="causal", dilation_rate=2),
        lstm(3, **SEQUENCES),
        ("GlobalAveragePooling1D", {}),
        dense(2),
        shape=(7, 3),
    ),
    "conv_dilated": model(
        conv(3, 3, padding="same", dilation_rate=2),
        conv(4, 2, padding="valid", dilation_rate=3),
        lstm(3),
        shape=(9, 2),
    ),
    # What computes nothing outside training
    "dropout_layers": model(
        ("GaussianNoise", {"stddev": 0.3}),
        lstm(4, **SEQUENCES),
        ("SpatialDropout1D", {"rate": 0.4}),
        lstm(3),
        ("Dropout", {"rate": 0.3}),
        dense(3),
        ("GaussianDropout", {"rate": 0.2}),
        dense(2),
    ),
    "dropout_arguments": model(
        lstm(4, dropout=0.2, recurrent_dropout=0.3, **SEQUENCES),
        lstm(3, recurrent_dropout=0.4, kernel_regularizer={"l2": 0.01}),
        dense(2),
    ),
    "training_true": model(
        lstm(4),
        ("Dropout", {"rate": 0.5}, {"training": True}),
        dense(2),
        style="functional",
        twin=[lstm(4), dense(2)],
    ),
    # Normalization
    "batch_normalization": model(
        lstm(4, **SEQUENCES),
        ("BatchNormalization", {}),
        lstm(3),
        ("BatchNormalization", {"epsilon": 0.02}),
        dense(2),
    ),
    "batch_normalization_bare": model(
        ("BatchNormalization", {"scale": False}),
        lstm(3),
        ("BatchNormalization", {"center": False}),
    ),
    "layer_normalization": model(
        lstm(4, **SEQUENCES),
        ("LayerNormalization", {}),
        lstm(3),
        ("LayerNormalization", {"epsilon": 0.02}),
        dense(2),
    ),
    # Shapes
    "shapes": model(
        ("Reshape", {"target_shape": (4, 3)}),
        lstm(4, **SEQUENCES),
        ("Activation", "tanh"),
        ("Flatten", {}),
        dense(3),
        ("Activation", "softmax"),
        shape=(12,),
    ),
    # Arguments of the layer
    "no_bias": model(lstm(4, use_bias=False), dense(2, use_bias=False)),
    "no_forget_bias": model(lstm(4, unit_forget_bias=False), dense(2)),
    "implementation_0": model(lstm(4, implementation=0), dense(2)),
    "implementation_1": model(lstm(4, implementation=1), dense(2)),
    "implementation_2": model(lstm(4, implementation=2), dense(2)),
    "unroll": model(lstm(4, unroll=True), dense(2)),
    "float64": model(lstm(4), dense(2), float="float64"),
    # A layer that runs on GPUs only, whose weights this very Keras loads into an LSTM
    "cudnn": model(
        ("CuDNNLSTM", {"units": 4}),
        dense(2),
        twin=[lstm(4, recurrent_activation="sigmoid"), dense(2)],
    ),
    "cudnn_bidirectional": model(
        ("Bidirectional", {"layer": ("CuDNNLSTM", {"units": 3}), "merge_mode": "concat"}),
        dense(2),
        twin=[both(3, "concat", recurrent_activation="sigmoid"), dense(2)],
    ),
    # Forms of the file
    "functional": model(
        lstm(4, **SEQUENCES), ("Dropout", {"rate": 0.2}), lstm(3), dense(2), style="functional"
    ),
    "functional_masked": model(MASKING, lstm(4), dense(2), style="functional", **MASKED),
    "no_input_layer": model(lstm(4, **SEQUENCES), lstm(3), dense(2), style="deferred"),
    "weights_only": model(both(3, "concat"), dense(2), weights_only=True),
    "trained": model(
        lstm(4, **SEQUENCES),
        ("BatchNormalization", {}),
        lstm(3),
        dense(2),
        train=("mse", "adam"),
    ),
    "trained_classifier": model(
        lstm(4),
        ("Dropout", {"rate": 0.2}),
        dense(3, activation="softmax"),
        style="functional",
        train=("categorical_crossentropy", "rmsprop"),
    ),
    # What a reader of chains of LSTM layers refuses
    "two_inputs": model(lstm(3), dense(2), style="two inputs", refused=True),
    "gru": model(("GRU", {"units": 3}), dense(2), refused=True),
}
