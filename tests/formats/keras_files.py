"""Files as Keras writes them, of which the bad ones are made."""

import io
import json
import zipfile

import h5py
import numpy as np


def lstm_config(**more):
    """A layer as Keras 3 writes it."""
    config = {"name": "lstm", "units": 4, "activation": "tanh", "recurrent_activation": "sigmoid"}
    return {"class_name": "LSTM", "module": "keras.layers", "config": {**config, **more}}


def sequential(*layers):
    """A model as Keras 3 writes it."""
    given = {
        "class_name": "InputLayer",
        "module": "keras.layers",
        "config": {"batch_shape": [None, 5, 3], "name": "input"},
    }
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential", "layers": [given, *layers]},
    }


def weights_file(target, layers=("lstm",)):
    """Weights of LSTM layers with 4 units."""
    with h5py.File(target, "w") as file:
        for name in layers:
            held = file.create_group(f"layers/{name}/cell/vars")
            for number, shape in enumerate([(3, 16), (4, 16), (16,)]):
                held[str(number)] = np.full(shape, 0.1, "float32")


def keras_archive(path, config, weights=None, compression=zipfile.ZIP_STORED):
    """A ``.keras`` file with this configuration."""
    memory = io.BytesIO()
    weights_file(memory)
    with zipfile.ZipFile(path, "w", compression) as packed:
        packed.writestr("metadata.json", json.dumps({"keras_version": "3.10.0"}))
        packed.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        packed.writestr("model.weights.h5", memory.getvalue() if weights is None else weights)
    return path


def whole_h5(path, config=None, version="2.2.4"):
    """An ``.h5`` of Keras 2 with one LSTM; the open file is passed on to be spoiled."""
    layer = {
        "class_name": "LSTM",
        "config": {
            "name": "lstm",
            "units": 4,
            "batch_input_shape": [None, 5, 3],
            "activation": "tanh",
            "recurrent_activation": "sigmoid",
        },
    }
    model = {"class_name": "Sequential", "config": [layer]} if config is None else config
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(model)
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"lstm"]
        group = weights.create_group("lstm")
        names = [b"kernel:0", b"recurrent_kernel:0", b"bias:0"]
        group.attrs["weight_names"] = names
        for name, shape in zip(names, [(3, 16), (4, 16), (16,)], strict=True):
            group[name.decode()] = np.full(shape, 0.1, "float32")
    return path
