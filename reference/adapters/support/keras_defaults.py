"""What a Keras of any generation does unless it is told otherwise, asked of Keras itself."""

import numpy as np

CURVES = {0.7: "0.2 x + 0.5", 0.6667: "x / 6 + 0.5"}
"""The hard sigmoid between its corners, by its value at 1."""


def defaults(library):
    """Texts by name; the same names for Keras 1, 2 and 3."""
    keras, K = library.keras, library.K
    layer = keras.layers.LSTM(3).get_config()
    model = keras.models.Sequential()
    model.add(keras.layers.Dense(2, batch_input_shape=(2, 3)))
    model.compile(loss="mse", optimizer="sgd", metrics=["accuracy"])
    library.built_since += 1
    hard = K.eval(keras.activations.hard_sigmoid(K.variable(np.ones(1))))
    adam = keras.optimizers.Adam().get_config()
    return {
        "recurrent_activation": layer.get("recurrent_activation", layer.get("inner_activation")),
        "forget_bias": str(layer.get("unit_forget_bias", layer.get("forget_bias_init") == "one")),
        "implementation": str(layer.get("implementation", layer.get("consume_less"))),
        "hard_sigmoid": CURVES.get(round(float(hard[0]), 4), "neither"),
        "epsilon_of_adam": "%g" % adam["epsilon"],
        "one_hot_dtype": library.to_categorical([0, 1]).dtype.name,
        "accuracy_key": "acc" if "acc" in model.metrics_names else "accuracy",
        "fit_shuffles": str(shuffles(type(model).fit)),
        "batch_size_is_given": "batch_input_shape= on the first layer",
        "where_resets_live": "model.reset_states()",
    }


def shuffles(fit):
    """The default of ``shuffle``, wherever the signature has it."""
    import inspect

    if hasattr(inspect, "signature"):
        return inspect.signature(fit).parameters["shuffle"].default
    found = inspect.getargspec(fit)
    return dict(zip(reversed(found.args), reversed(found.defaults)))["shuffle"]
