"""Exports to ONNX and state dicts of PyTorch: read, and equal to what their runtime computed."""

import pytest
from unpacked import EXPORTED, agrees, deviations, environment, names, truth

from lstm_spec.formats import NeedsMore, NotReadable, NotSpecified, Request
from lstm_spec.meaning import open_model
from reference.numpy import implementation
from reference.saved_models import fixtures

ONNX = sorted(EXPORTED - {"torch"})

REFUSED = r"the operator |no LSTM operator|2 inputs|2 outputs"


def operators(environment_name, name):
    """The operators of a graph, from the manifest."""
    return set(fixtures.manifest(environment_name)["models"][name].get("operators", ()))


def is_a_chain_of_lstm_operators(environment_name, name):
    """Whether a graph has LSTM operators, and none that holds a graph or takes rows apart."""
    found = operators(environment_name, name)
    return "LSTM" in found and not found & {"Loop", "GRU", "Split", "Scan", "If"}


ELSEWHERE = {
    ("onnx-tf2onnx", "two_inputs"): "2 inputs",
    ("onnx-tf2onnx", "bidirectional_none"): "2 outputs",
    ("onnx-tf2onnx", "layer_normalization"): "does not pool over time",
    ("onnx-keras-3-tensorflow", "two_inputs"): "2 inputs",
    ("onnx-keras-3-tensorflow", "bidirectional_none"): "2 outputs",
    ("onnx-keras-3-tensorflow", "layer_normalization"): "does not pool over time",
    # Keras 3 counts a negative word from the end of the table, in operators of its own.
    ("onnx-keras-3-tensorflow", "embedding"): "rounds to whole numbers",
    # Its export of TimeDistributed takes the steps apart and computes them one by one.
    ("onnx-keras-3-tensorflow", "encoder_decoder"): "repeats something that is no vector",
    ("onnx-keras-3-tensorflow", "sequences"): "takes step 3 of 5, which is not the one",
}
"""Graphs with LSTM operators that are refused nevertheless, and what they are told."""


@pytest.mark.parametrize(("exporter", "name"), [(one, name) for one in ONNX for name in names(one)])
def test_an_export_computes_what_onnx_runtime_computed_or_is_refused_by_name(exporter, name):
    saved = environment(exporter)[name]
    (file,) = [one for one in saved.files if one.suffix == ".onnx"]
    if not is_a_chain_of_lstm_operators(exporter, name) or (exporter, name) in ELSEWHERE:
        with pytest.raises(NotSpecified, match=ELSEWHERE.get((exporter, name), REFUSED)):
            open_model(Request(file))
        return
    model = open_model(Request(file))
    for difference, allowed in deviations(model, saved):
        assert difference <= allowed


LAYERS = {
    "torch_lstm": "lstm",
    "torch_linear": "lstm, last, fc",
    "torch_sequences": "lstm, fc",
    "torch_time_first": "lstm, fc",
    "torch_two_layers": "lstm, last, fc",
    "torch_bidirectional": "lstm, fc",
    "torch_deep": "lstm",
    "torch_no_bias": "lstm, last, fc",
    "torch_embedding": "embedding=Embedding, lstm, last, fc",
    "torch_float64": "lstm, last, fc",
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_a_state_dict_computes_what_pytorch_computed(name, suffix):
    saved = environment("torch")[name]
    (file,) = [one for one in saved.files if one.suffix == suffix]
    model = open_model(Request(file, None, LAYERS[name]))
    engine = implementation.build(model.spec)
    engine.set_weights(model.weights)
    (call,) = saved.calls
    time_first = name == "torch_time_first"
    x, wanted = call.x[0], truth(call)
    if time_first:
        x, wanted = x.swapaxes(0, 1), wanted.swapaxes(0, 1)
    outputs = engine.call(model.input.of_specification(x)).outputs
    assert outputs.shape == wanted.shape
    assert abs(outputs - wanted).max() < 1e-6


def test_every_state_dict_of_an_lstm_is_tried():
    others = {"torch_gru": "a GRU", "torch_projection": "projects its state"}
    assert set(names("torch")) == set(LAYERS) | set(others)
    for name, word in others.items():
        for file in environment("torch")[name].files:
            if file.suffix != ".pt":
                with pytest.raises(NotSpecified, match=word):
                    open_model(Request(file, None, "lstm, fc"))


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_a_state_dict_alone_says_what_cannot_be_known(suffix):
    saved = environment("torch")["torch_embedding"]
    (file,) = [one for one in saved.files if one.suffix == suffix]
    with pytest.raises(NeedsMore, match="in which order") as refused:
        open_model(Request(file))
    suggested = str(refused.value).split("--layers")[-1].strip().strip('"')
    assert suggested == "embedding=Embedding, lstm, last, fc"
    assert any("lstm: " in one for one in refused.value.read_so_far)
    assert agrees(open_model(Request(file, None, suggested)), saved)


def test_a_checkpoint_of_pytorch_is_a_pickle_and_is_not_opened():
    saved = environment("torch")["torch_linear"]
    (file,) = [one for one in saved.files if one.suffix == ".pt"]
    with pytest.raises(NotReadable, match=r"safetensors\.torch\.save_file"):
        open_model(Request(file))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("lstm, last", "leaves out fc"),
        ("lstm, last, head", "'head' is neither a module"),
        ("lstm, fc, last", "behind something that is no LSTM"),
        ("lstm, last, fc(", "is no module"),
        ("relu, lstm, last, fc", "begins with 'relu'"),
        ("lstm, last, fc(eps=x)", "no setting"),
    ],
)
def test_a_chain_that_does_not_fit_is_refused(layers, message):
    saved = environment("torch")["torch_linear"]
    with pytest.raises((NotSpecified, ValueError), match=message):
        open_model(Request(saved.files[0], None, layers))


def test_the_last_step_of_both_directions_is_not_specified():
    saved = environment("torch")["torch_bidirectional"]
    with pytest.raises(NotSpecified, match="say 'final'"):
        open_model(Request(saved.files[0], None, "lstm, last, fc"))
