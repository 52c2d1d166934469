"""A saved model as a script for PyTorch.

An LSTM with the usual activations and no mask is ``torch.nn.LSTM``; any other is a loop of the
script's own, which is written once.
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
    unless,
)
from lstm_spec.saved_models.writing.torch_functions import FUNCTIONS, LOOP, SPARSEMAX

CARRIED = "stateful: zero until the first call, and what the call before left after it"


def torch_script(saved: SavedModel) -> tuple[str, Script]:
    """The text of the script, and what it was made of."""
    script = Script(arrays=arrays_by_name(saved))
    body = Body(script, saved)
    layers = saved.spec.layers
    reached = masked(saved.spec)
    body.forward.append("mask = None")
    if saved.input.kind == "tokens":
        body.forward.append("x = x[:, :, None]")
    if saved.input.kind == "vector":
        layers, reached = layers[1:], reached[1:]
        body.number = 1
    for layer, mask in zip(layers, reached, strict=True):
        body.add(layer, mask)
    if not any(reached):
        body.forward.remove("mask = None")
    definitions = "".join(f"\n\n{text}\n" for text in script.definitions.values())
    doubles = "" if saved.spec.dtype == "float32" else "        self.double()\n"
    reset = (
        '\n    def reset_states(self):\n        """Forget what the calls before have left."""\n'
        "        self.states = {}\n"
        if saved.spec.stateful
        else ""
    )
    states = "        self.states = {}\n" if saved.spec.stateful else ""
    text = (
        f"{heading(saved, 'PyTorch')}\n\n"
        "from pathlib import Path\n\nimport numpy as np\nimport torch\n"
        "import torch.nn.functional as F\n"
        f"{definitions}\n\n"
        "class Model(torch.nn.Module):\n"
        f'    """Reads {saved.input.shape}, batch first."""\n\n'
        "    def __init__(self, arrays):\n        super().__init__()\n"
        f"{states}{lines(body.made, 8)}{doubles}"
        f"{reset}\n"
        "    def forward(self, x):\n"
        f"{lines(body.forward, 8)}        return x\n\n\n"
        "def build():\n"
        '    """The model with its weights, ready to predict."""\n'
        '    with np.load(Path(__file__).with_suffix(".npz")) as arrays:\n'
        "        held = {name: torch.tensor(arrays[name]) for name in arrays.files}\n"
        "    return Model(held).eval()\n\n\n"
        'if __name__ == "__main__":\n    print(build())\n'
    )
    return text, script


def lines(said: list[str], indent: int) -> str:
    """Statements, one a line."""
    return "".join(laid_out(one, indent) for one in said)


class Body:
    """Statements of ``__init__`` and ``forward``, layer by layer."""

    def __init__(self, script: Script, saved: SavedModel) -> None:
        self.script, self.saved = script, saved
        self.made: list[str] = []
        self.forward: list[str] = []
        self.number = 0

    def arrays(self) -> list[str]:
        """The names of the arrays of the layer at hand."""
        start = f"{self.number:02}_"
        return [name for name in self.script.arrays if name.startswith(start)]

    def held(self) -> list[str]:
        """The arrays of the layer at hand as expressions."""
        return [f'arrays["{name}"]' for name in self.arrays()]

    def function(self, word: Activation) -> str:
        """An activation as a function of one argument."""
        if word == "sparsemax_keras3":
            self.script.need("sparsemax", SPARSEMAX)
        plain = {"tanh": "torch.tanh", "sigmoid": "torch.sigmoid", "relu": "torch.relu"}
        return plain.get(word, f"lambda x: {FUNCTIONS[word]}")

    def activate(self, word: Activation) -> None:
        """Apply an activation to x."""
        if word == "sparsemax_keras3":
            self.script.need("sparsemax", SPARSEMAX)
        if word != "linear":
            self.forward.append(f"x = {FUNCTIONS[word]}")

    def module(self, made: str, **parameters: str) -> str:
        """A module of PyTorch with its arrays; its name."""
        name = f"self.layer_{self.number}"
        self.made.append(f"{name} = {made}")
        for parameter, value in parameters.items():
            self.made.append(f"{name}.{parameter} = torch.nn.Parameter({value})")
        return name

    def add(self, layer: AnyLayer, mask: bool) -> None:
        """One layer."""
        match layer:
            case LSTM():
                self.lstm(layer, mask)
            case Bidirectional():
                self.bidirectional(layer, mask)
            case Dense():
                kernel, *bias = self.held()
                sizes = self.script.arrays[self.arrays()[0]].shape
                made = call("torch.nn.Linear", *sizes, bias=unless(layer.use_bias, True))
                more = {"bias": bias[0]} if bias else {}
                self.forward.append(f"x = {self.module(made, weight=f'{kernel}.T', **more)}(x)")
                self.activate(layer.activation)
            case TimeDistributed():
                self.add(layer.layer, mask)
            case Embedding():
                (table,) = self.held()
                name = self.module(f"torch.nn.Embedding.from_pretrained({table})")
                self.forward.append("tokens = x[:, :, 0].long()")
                self.forward += ["mask = tokens != 0"] if layer.mask_zero else []
                self.forward.append(f"x = {name}(tokens)")
            case Conv1D():
                self.convolution(layer)
            case MaxPooling1D():
                self.pooling(layer)
            case GlobalAveragePooling1D():
                self.average(mask)
            case GlobalMaxPooling1D():
                self.forward.append("x = x.amax(1)")
            case BatchNormalization() | LayerNormalization():
                self.normalization(layer)
            case ActivationLayer():
                self.activate(layer.activation)
            case ReLU():
                self.relu(layer)
            case Dropout():
                self.forward.append(f"# {layer.noise} of {layer.rate:g} in training")
            case Masking():
                self.forward.append(f"mask = (x != {layer.mask_value!r}).any(-1)")
                self.forward.append("x = x * mask[:, :, None]")
            case RepeatVector():
                self.forward.append(f"x = x[:, None].repeat(1, {layer.n}, 1)")
            case Flatten():
                self.forward.append("x = x.flatten(1)")
            case Reshape():
                self.forward.append(f"x = x.reshape(len(x), {', '.join(map(str, layer.shape))})")
            case _:
                assert_never(layer)
        self.number += 1

    # Recurrent layers -----------------------------------------------------------------------------

    def lstm(self, layer: LSTM, mask: bool) -> None:
        """One direction."""
        usual = (layer.activation, layer.recurrent_activation) == ("tanh", "sigmoid")
        if usual and not mask and not layer.go_backwards:
            self.usual_lstm(layer)
            return
        self.loop(layer, "sequence", layer.go_backwards, mask, self.held(), "")
        self.forward.append(f"x = sequence{'' if layer.return_sequences else '[:, -1]'}")
        if mask and layer.return_sequences and layer.go_backwards:
            self.forward += [] if layer.mask_in_reading_order else ["mask = mask.flip(1)"]

    def usual_lstm(self, layer: LSTM) -> None:
        """``torch.nn.LSTM``: gates in the same order, kernels turned, a second bias of zero."""
        kernel, recurrent, *bias = self.held()
        features = self.script.arrays[self.arrays()[0]].shape[0]
        made = call(
            "torch.nn.LSTM",
            features,
            layer.units,
            batch_first=True,
            bias=unless(layer.use_bias, True),
        )
        biases = {
            name: value
            for name, value in zip(
                ("bias_ih_l0", "bias_hh_l0"),
                (*bias, f"torch.zeros({4 * layer.units})"),
                strict=False,
            )
            if bias
        }
        name = self.module(
            made,
            weight_ih_l0=f"{kernel}.T.contiguous()",
            weight_hh_l0=f"{recurrent}.T.contiguous()",
            **biases,
        )
        if layer.stateful:
            self.forward.append(f"# {CARRIED}")
            self.forward.append(f"state = self.states.get({self.number})")
            self.forward.append(f"x, (h, c) = {name}(x, state)")
            self.forward.append(f"self.states[{self.number}] = h.detach(), c.detach()")
        else:
            self.forward.append(f"x, _ = {name}(x)")
        self.forward += [] if layer.return_sequences else ["x = x[:, -1]"]

    def loop(
        self, layer: LSTM, result: str, backwards: bool, mask: bool, held: list[str], half: str
    ) -> None:
        """The script's own loop over the steps."""
        self.script.need("lstm", LOOP)
        name = f"self.weights_{self.number}{half}"
        arrays = held if layer.use_bias else [*held, f"torch.zeros({4 * layer.units})"]
        self.made.append(f"{name} = weights({', '.join(arrays)})")
        if layer.stateful:
            self.forward.append(f"# {CARRIED}")
        key = f'"{self.number}{half}"'
        state = f"self.states.get({key})" if layer.stateful else "None"
        where = result + (", state" if layer.stateful else ", _")
        self.forward.append(
            call(
                f"{where} = lstm",
                "x",
                "mask" if mask else "None",
                state,
                name,
                self.function(layer.recurrent_activation),
                self.function(layer.activation),
                backwards=unless(backwards, False),
                zero_at_masked=unless(layer.zero_output_for_mask and mask, False),
            )
        )
        if layer.stateful:
            self.forward.append(f"self.states[{key}] = state")

    def bidirectional(self, layer: Bidirectional, mask: bool) -> None:
        """Two loops over the same steps; the second one's sequence is turned back in time."""
        held = self.held()
        middle = len(held) // 2
        self.loop(layer.layer, "ahead", False, mask, held[:middle], "_forward")
        self.loop(layer.layer, "back", True, mask, held[middle:], "_backward")
        if layer.layer.return_sequences:
            self.forward.append("back = back.flip(1)")
        else:
            self.forward.append("ahead, back = ahead[:, -1], back[:, -1]")
        merged = {
            "concat": "torch.cat([ahead, back], -1)",
            "sum": "ahead + back",
            "mul": "ahead * back",
            "ave": "(ahead + back) / 2",
        }
        self.forward.append(f"x = {merged[layer.merge_mode]}")

    # Other layers ---------------------------------------------------------------------------------

    def convolution(self, layer: Conv1D) -> None:
        """``torch.nn.Conv1d`` over (batch, features, time), behind zeros of our own."""
        kernel, *bias = self.held()
        more = {"bias": bias[0]} if bias else {}
        shape = self.script.arrays[self.arrays()[0]].shape
        made = call(
            "torch.nn.Conv1d",
            shape[1],
            shape[2],
            shape[0],
            stride=unless(layer.strides, 1),
            dilation=unless(layer.dilation_rate, 1),
            bias=unless(layer.use_bias, True),
        )
        name = self.module(made, weight=f"{kernel}.permute(2, 1, 0).contiguous()", **more)
        self.pad(layer, "0.0")
        self.forward.append(f"x = {name}(x.transpose(1, 2)).transpose(1, 2)")
        self.activate(layer.activation)

    def pad(self, layer: Conv1D | MaxPooling1D, value: str) -> None:
        """Steps at both ends; with "same" their number depends on the length."""
        before, after = layer.added_steps(self.steps(layer))
        if before or after:
            self.forward.append(f"x = F.pad(x, (0, 0, {before}, {after}), value={value})")

    def steps(self, layer: Conv1D | MaxPooling1D) -> int:
        """How many steps reach the layer at hand; any number does where padding ignores it."""
        steps = self.saved.spec.forms()[self.number].axes[0]
        if steps is None and layer.padding == "same" and layer.strides > 1:
            raise CannotHold(
                'padding "same" with strides depends on the number of time steps, which the file '
                "does not fix"
            )
        return 1 if steps is None else steps

    def pooling(self, layer: MaxPooling1D) -> None:
        """The largest of a few steps."""
        self.pad(layer, 'float("-inf")')
        self.forward.append(
            f"x = F.max_pool1d(x.transpose(1, 2), {layer.pool_size}, {layer.strides})"
            ".transpose(1, 2)"
        )

    def average(self, mask: bool) -> None:
        """The mean over the steps that count."""
        if mask:
            self.forward.append("valid = mask[:, :, None].to(x.dtype)")
            self.forward.append("x = (x * valid).sum(1) / valid.sum(1)")
        else:
            self.forward.append("x = x.mean(1)")

    def normalization(self, layer: BatchNormalization | LayerNormalization) -> None:
        """Written out, since PyTorch's modules want the features elsewhere."""
        held = self.held()
        for place, value in enumerate(held):
            self.made.append(f'self.register_buffer("buffer_{self.number}_{place}", {value})')
        left = [f"self.buffer_{self.number}_{place}" for place in range(len(held))]
        gamma = left.pop(0) if layer.scale else None
        beta = left.pop(0) if layer.center else None
        if isinstance(layer, BatchNormalization):
            mean, variance = left
        else:
            self.forward.append("mean = x.mean(-1, keepdim=True)")
            mean, variance = "mean", "x.var(-1, unbiased=False, keepdim=True)"
        self.forward.append(f"variance = {variance}")
        self.forward.append(f"x = (x - {mean}) / torch.sqrt(variance + {layer.epsilon!r})")
        self.forward += [] if gamma is None else [f"x = x * {gamma}"]
        self.forward += [] if beta is None else [f"x = x + {beta}"]

    def relu(self, layer: ReLU) -> None:
        """Three pieces."""
        most = "x" if layer.max_value is None else f"x.clamp(max={layer.max_value!r})"
        below = f"{layer.negative_slope!r} * (x - {layer.threshold!r})"
        self.forward.append(f"x = torch.where(x > {layer.threshold!r}, {most}, {below})")
