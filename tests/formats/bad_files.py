"""Files that are no readable model, each with what the one sentence about it must say.

A maker writes the file into a folder and returns its path; ``canary`` is a path that appears if
anything of a file is run.
"""

import json
import pickle
import struct
import zipfile

import h5py
import numpy as np
from keras_files import keras_archive, lstm_config, sequential, whole_h5


class RunsWhenLoaded:
    """A pickle that would create a file."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return (open, (str(self.canary), "w"))


def truncated_h5(folder, canary):
    path = whole_h5(folder / "model.h5")
    path.write_bytes(path.read_bytes()[:3000])
    return path


def truncated_keras(folder, canary):
    path = keras_archive(folder / "model.keras", sequential(lstm_config()))
    path.write_bytes(path.read_bytes()[:2000])
    return path


def damaged_keras(folder, canary):
    path = keras_archive(folder / "model.keras", sequential(lstm_config()))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))
    return path


def lfs_pointer(folder, canary):
    path = folder / "model.h5"
    path.write_text(
        "version https://git-lfs.github.com/spec/v1\n"
        "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
        "size 12345\n"
    )
    return path


def pickle_in_disguise(folder, canary):
    path = folder / "model.h5"
    path.write_bytes(pickle.dumps(RunsWhenLoaded(canary)))
    return path


def old_pickle(folder, canary):
    path = folder / "model.pkl"
    path.write_bytes(pickle.dumps(RunsWhenLoaded(canary), protocol=0))
    return path


def torch_checkpoint(folder, canary):
    path = folder / "model.pt"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("model/data.pkl", pickle.dumps(RunsWhenLoaded(canary)))
        packed.writestr("model/version", "3\n")
    return path


def pickled_array(folder, canary):
    path = folder / "weights.npz"
    np.savez(path, lstm=np.array([RunsWhenLoaded(canary)], dtype=object))
    return path


def out_of_the_archive(folder, canary):
    path = keras_archive(folder / "model.keras", sequential(lstm_config()))
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr(f"../{canary.name}", "out")
    return path


def zip_bomb(folder, canary):
    blank = b"\0" * (200 << 20)
    return keras_archive(
        folder / "model.keras", sequential(lstm_config()), blank, zipfile.ZIP_DEFLATED
    )


def claimed_shape(folder, canary):
    path = whole_h5(folder / "model.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/lstm"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (50_000, 50_000), "float32", chunks=(100, 100))
    return path


def claimed_contiguous(folder, canary):
    path = whole_h5(folder / "model.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/lstm"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (50_000, 50_000), "float32")
    return path


def claimed_safetensors(folder, canary):
    path = folder / "model.safetensors"
    header = {"lstm.weight": {"dtype": "F32", "shape": [50000, 50000], "data_offsets": [0, 10**10]}}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"\0" * 16)
    return path


def claimed_npz(folder, canary):
    path = folder / "model.npz"
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (50000, 50000), }"
    head += b" " * (118 - len(head) - 1) + b"\n"
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + b"\0" * 64
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("lstm.weight.npy", array)
    return path


def external_link(folder, canary):
    path = whole_h5(folder / "model.h5")
    whole_h5(folder / "other.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights/lstm/kernel:0"]
        file["model_weights/lstm/kernel:0"] = h5py.ExternalLink(
            "other.h5", "model_weights/lstm/kernel:0"
        )
    return path


def external_storage(folder, canary):
    path = whole_h5(folder / "model.h5")
    (folder / "raw.bin").write_bytes(b"\0" * 192)
    with h5py.File(path, "a") as file:
        group = file["model_weights/lstm"]
        del group["kernel:0"]
        group.create_dataset("kernel:0", (3, 16), "float32", external=[("raw.bin", 0, 192)])
    return path


def virtual_dataset(folder, canary):
    path = whole_h5(folder / "model.h5")
    other = whole_h5(folder / "other.h5")
    layout = h5py.VirtualLayout((3, 16), "float32")
    layout[:] = h5py.VirtualSource(other, "model_weights/lstm/kernel:0", (3, 16))
    with h5py.File(path, "a") as file:
        group = file["model_weights/lstm"]
        del group["kernel:0"]
        group.create_virtual_dataset("kernel:0", layout)
    return path


def soft_link(folder, canary):
    path = whole_h5(folder / "model.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights/lstm"]
        file["model_weights/lstm"] = h5py.SoftLink("/model_weights")
    return path


def hdf5_of_something_else(folder, canary):
    path = folder / "data.h5"
    with h5py.File(path, "w") as file:
        file["temperature"] = np.arange(5)
    return path


def custom_layer(folder, canary):
    layer = lstm_config()
    mine = {**layer, "class_name": "MyLayer", "registered_name": "my>MyLayer", "module": None}
    return keras_archive(folder / "model.keras", sequential(layer, mine))


def lambda_layer(folder, canary):
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None}}
    layer = {
        "class_name": "Lambda",
        "module": "keras.layers",
        "config": {"name": "lambda", "function": code},
    }
    return keras_archive(folder / "model.keras", sequential(lstm_config(), layer))


def own_activation(folder, canary):
    function = {"module": "os", "class_name": "function", "config": "system"}
    return keras_archive(folder / "model.keras", sequential(lstm_config(activation=function)))


def custom_model(folder, canary):
    model = {"class_name": "MyModel", "registered_name": "my>MyModel", "config": {"units": 4}}
    return keras_archive(folder / "model.keras", model)


def nested_json(folder, canary):
    return keras_archive(folder / "model.keras", '{"a":' * 100_000 + "1" + "}" * 100_000)


def broken_json(folder, canary):
    return keras_archive(folder / "model.keras", '{"class_name": "Sequential"')


def json_of_something_else(folder, canary):
    return keras_archive(folder / "model.keras", {"name": "something"})


def nan_weights(folder, canary):
    path = whole_h5(folder / "model.h5")
    with h5py.File(path, "a") as file:
        file["model_weights/lstm/kernel:0"][0, 0] = np.nan
    return path


def wrong_shape(folder, canary):
    path = whole_h5(folder / "model.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/lstm"]
        del group["recurrent_kernel:0"]
        group["recurrent_kernel:0"] = np.zeros((5, 16), "float32")
    return path


def missing_array(folder, canary):
    path = whole_h5(folder / "model.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights/lstm/bias:0"]
    return path


def unknown_argument(folder, canary):
    return keras_archive(folder / "model.keras", sequential(lstm_config(peepholes=True)))


def quantized(folder, canary):
    path = whole_h5(folder / "model.h5")
    with h5py.File(path, "a") as file:
        group = file["model_weights/lstm"]
        del group["kernel:0"]
        group["kernel:0"] = np.zeros((3, 16), "int8")
    return path


def absurd_units(folder, canary):
    return keras_archive(folder / "model.keras", sequential(lstm_config(units=10**12)))


def other_zip(folder, canary):
    path = folder / "model.keras"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
    return path


def text(folder, canary):
    path = folder / "model.h5"
    path.write_text("epoch,loss\n1,0.5\n2,0.25\n")
    return path


def web_page(folder, canary):
    path = folder / "model.h5"
    path.write_text("<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n")
    return path


def architecture_alone(folder, canary):
    path = folder / "model.json"
    path.write_text(json.dumps(sequential(lstm_config())))
    return path


def empty(folder, canary):
    path = folder / "model.h5"
    path.write_bytes(b"")
    return path


def noise(folder, canary):
    path = folder / "model.bin"
    path.write_bytes(np.random.default_rng(0).bytes(5000))
    return path


def tensorflow_lite(folder, canary):
    path = folder / "model.tflite"
    path.write_bytes(struct.pack("<I", 28) + b"TFL3" + b"\0" * 100)
    return path


def saved_model_folder(folder, canary):
    path = folder / "model"
    path.mkdir()
    (path / "saved_model.pb").write_bytes(b"\x08\x01")
    return path


def broken_onnx(folder, canary):
    path = folder / "model.onnx"
    path.write_bytes(b"\x08\x07" + np.random.default_rng(0).bytes(2000))
    return path


def onnx_with_outside_weights(folder, canary):
    import onnx
    from onnx import TensorProto, helper

    kernel = helper.make_tensor("W", TensorProto.FLOAT, [1, 16, 3], np.zeros(48))
    kernel.ClearField("float_data")
    kernel.data_location = TensorProto.EXTERNAL
    kernel.external_data.add(key="location", value="../../etc/passwd")
    node = helper.make_node("LSTM", ["x", "W", "W"], ["y"], hidden_size=4)
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 5, 3]) for name in "xy"]
    graph = helper.make_graph([node], "g", values[:1], values[1:], [kernel])
    path = folder / "model.onnx"
    path.write_bytes(helper.make_model(graph).SerializeToString())
    assert onnx is not None
    return path


def onnx_that_claims(folder, canary):
    from onnx import TensorProto, helper

    kernel = helper.make_tensor("W", TensorProto.FLOAT, [1, 16, 3], np.zeros(48))
    kernel.dims[:] = [1, 50_000, 50_000]
    node = helper.make_node("LSTM", ["x", "W", "W"], ["y"], hidden_size=4)
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 5, 3]) for name in "xy"]
    graph = helper.make_graph([node], "g", values[:1], values[1:], [kernel])
    path = folder / "model.onnx"
    path.write_bytes(helper.make_model(graph).SerializeToString())
    return path


BAD = {
    truncated_h5: "truncated",
    truncated_keras: "truncated or damaged",
    damaged_keras: "damaged",
    lfs_pointer: "Git LFS pointer",
    pickle_in_disguise: "Python pickle",
    old_pickle: "Python pickle",
    torch_checkpoint: "PyTorch checkpoint, a pickle",
    pickled_array: "Python objects, a pickle",
    out_of_the_archive: "leads out of the archive",
    zip_bomb: "zip bomb",
    claimed_shape: "claims the shape (50000, 50000)",
    claimed_contiguous: "claims the shape (50000, 50000)",
    claimed_safetensors: "claims the shape (50000, 50000)",
    claimed_npz: "claims the shape (50000, 50000)",
    external_link: "external link",
    external_storage: "lie in another file",
    virtual_dataset: "virtual dataset",
    soft_link: "symbolic link",
    hdf5_of_something_else: "no model of Keras",
    custom_layer: "class of its author's own",
    lambda_layer: "it holds Python code, which is never run here",
    own_activation: "function of its author's own",
    custom_model: "whose Python code decides",
    nested_json: "nested too deeply",
    broken_json: "no JSON",
    json_of_something_else: "describes no Keras model",
    nan_weights: "NaN or infinite",
    wrong_shape: "should have a recurrent kernel of shape (4, 16)",
    missing_array: "names 'bias:0', which is not in it",
    unknown_argument: "peepholes = True",
    quantized: "int8",
    absurd_units: "should have a kernel of shape (3, 4000000000000)",
    other_zip: "without 'config.json'",
    text: "text file",
    web_page: "web page",
    architecture_alone: "architecture without weights",
    empty: "is empty",
    noise: "none of the files that can be read",
    tensorflow_lite: "TensorFlow Lite",
    saved_model_folder: "TensorFlow SavedModel",
    broken_onnx: "no ONNX model",
    onnx_with_outside_weights: "in another file",
    onnx_that_claims: "claims the shape (1, 50000, 50000)",
}
"""Every bad file with words of its sentence."""
