"""Files of the fixtures with random damage: read, or refused in a sentence, never anything else."""

import json
import random
import zipfile

import h5py
import pytest
from unpacked import environment

from lstm_spec.formats import NotReadable, NotSpecified, Request, apart
from lstm_spec.meaning import meaning, open_model

VALUES = (None, 7, "x", [1, [2]], -3, 10**30, True, {})
TRIES = 40


def files():
    """Small files of every format."""
    named = [
        ("keras-1.2", "functional"),
        ("keras-2.3", "embedding_masked"),
        ("keras-2.3", "conv_causal"),
        ("tf-keras-2.15", "functional_masked"),
        ("keras-3-tensorflow", "bidirectional_concat"),
    ]
    return [one for keras, name in named for one in environment(keras)[name].files]


def spoil(value, draw):
    """Some entries of a configuration removed, or other than they were."""
    if isinstance(value, dict):
        for key in list(value):
            if draw.random() < 0.04:
                del value[key]
            elif draw.random() < 0.04:
                value[key] = draw.choice(VALUES)
            else:
                spoil(value[key], draw)
    elif isinstance(value, list):
        for one in value:
            spoil(one, draw)


def spoiled(source, target, draw):
    """A copy whose configuration is damaged; arrays and container are whole."""
    target.write_bytes(source.read_bytes())
    if source.suffix == ".h5":
        with h5py.File(target, "a") as file:
            config = json.loads(file.attrs["model_config"])
            spoil(config, draw)
            del file.attrs["model_config"]
            file.attrs["model_config"] = json.dumps(config)
        return
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as copy:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "config.json":
                config = json.loads(content)
                spoil(config, draw)
                content = json.dumps(config)
            copy.writestr(name, content)


def refusal(read):
    """Why a file is refused, empty if it is read; anything else that is raised fails the test."""
    try:
        read()
    except (NotReadable, NotSpecified) as refused:
        return str(refused)[:2000]
    return ""


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_configuration_is_read_or_refused(seed, tmp_path):
    draw, refused = random.Random(seed), 0
    for number in range(TRIES):
        source = draw.choice(files())
        target = tmp_path / f"{number}{source.suffix}"
        spoiled(source, target, draw)
        refused += bool(refusal(lambda target=target: open_model(Request(target))))
    assert refused > TRIES / 4


@pytest.mark.parametrize("suffix", [".h5", ".keras", ".onnx", ".safetensors", ".npz"])
def test_a_damaged_file_is_read_or_refused(suffix, tmp_path):
    """Here the library itself may crash or hang: each file is read in a process of its own."""
    named = {
        ".onnx": ("onnx-tf2onnx", "stacked"),
        ".safetensors": ("torch", "torch_linear"),
        ".npz": ("torch", "torch_linear"),
    }
    keras, name = named.get(suffix, ("keras-3-tensorflow", "stacked"))
    source = next(one for one in environment(keras)[name].files if one.suffix == suffix)
    draw = random.Random(suffix)
    for number in range(4):
        content = bytearray(source.read_bytes())
        for _ in range(10):
            content[draw.randrange(len(content))] = draw.randrange(256)
        target = tmp_path / f"{number}{suffix}"
        target.write_bytes(content[: draw.randrange(len(content) // 2, len(content) + 1)])
        request = Request(target, None, "lstm, last, fc")
        told = refusal(lambda request=request: meaning(apart.read_apart(request)))
        assert "Traceback" not in told


def test_a_reader_that_hangs_or_crashes_is_told(tmp_path, monkeypatch):
    path = tmp_path / "model.h5"
    path.write_bytes(files()[0].read_bytes())
    monkeypatch.setattr(apart, "SECONDS", 0.001)
    with pytest.raises(NotReadable, match="had not come to an end after"):
        apart.read_apart(Request(path))
    monkeypatch.undo()
    crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    right = apart.subprocess.run
    monkeypatch.setattr(
        apart.subprocess,
        "run",
        lambda words, **options: right([words[0], "-c", crash], **options),
    )
    with pytest.raises(NotReadable, match="ended with signal 11"):
        apart.read_apart(Request(path))


@pytest.mark.parametrize(
    ("keras", "name", "layers"),
    [
        ("keras-2.3", "stateful", None),
        ("keras-3-tensorflow", "training_true", None),
        ("onnx-tf2onnx", "conv_causal", None),
        ("torch", "torch_two_layers", "lstm, last, fc"),
    ],
)
def test_what_comes_from_the_other_process_is_what_was_read(keras, name, layers):
    path = environment(keras)[name].files[0]
    here = open_model(Request(path, None, layers))
    there = open_model(Request(path, None, layers), apart=True)
    assert here.spec == there.spec
    assert (here.rows, here.remarks, here.meanings) == (there.rows, there.remarks, there.meanings)
    for ours, theirs in zip(here.weights, there.weights, strict=True):
        assert (ours == theirs).all()
