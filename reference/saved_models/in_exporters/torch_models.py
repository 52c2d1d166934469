"""The models that PyTorch saves: an LSTM, with a linear layer or an embedding around it.

A model is a dictionary: ``layers`` are the modules in their order, each a name and its arguments;
``takes`` is ``last step`` where the linear layer sees the last step only, else ``all steps``, or
``states`` where the outputs are those of the LSTM alone with its final states; ``shape`` is that of
the input, with all of its axes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.saved_models.in_keras import rows


def model(takes: str, *layers: tuple[str, dict[str, Any]], **facts: Any) -> dict[str, Any]:
    """A declaration with its defaults filled in."""
    whole = {"takes": takes, "layers": list(layers), "shape": (3, 5, 3), "float": "float32"}
    return {**whole, **facts}


def lstm(**arguments: Any) -> tuple[str, dict[str, Any]]:
    """An ``nn.LSTM`` of 3 features and 4 units, batch first."""
    return "LSTM", {"input_size": 3, "hidden_size": 4, "batch_first": True, **arguments}


def linear(features: int, units: int = 2) -> tuple[str, dict[str, Any]]:
    """An ``nn.Linear``."""
    return "Linear", {"in_features": features, "out_features": units}


EMBEDDING = ("Embedding", {"num_embeddings": 7, "embedding_dim": 3})

MODELS: dict[str, dict[str, Any]] = {
    "torch_lstm": model("states", lstm()),
    "torch_linear": model("last step", lstm(), linear(4)),
    "torch_sequences": model("all steps", lstm(), linear(4)),
    "torch_time_first": model("all steps", lstm(batch_first=False), linear(4), shape=(5, 3, 3)),
    "torch_two_layers": model("last step", lstm(num_layers=2, dropout=0.3), linear(4)),
    "torch_bidirectional": model("all steps", lstm(bidirectional=True), linear(8)),
    "torch_deep": model("states", lstm(num_layers=2, bidirectional=True)),
    "torch_no_bias": model("last step", lstm(bias=False), linear(4)),
    "torch_embedding": model("last step", EMBEDDING, lstm(), linear(4), shape=(3, 5)),
    "torch_float64": model("last step", lstm(), linear(4), float="float64"),
    "torch_projection": model("all steps", lstm(proj_size=2), linear(2), refused=True),
    "torch_gru": model(
        "last step",
        ("GRU", {"input_size": 3, "hidden_size": 4, "batch_first": True}),
        linear(4),
        refused=True,
    ),
}


def inputs(name: str, declared: dict[str, Any]) -> Any:
    """The input of a model: normal numbers, or the numbers of an Embedding's rows."""
    draw = rows.generator("rows of " + name)
    if declared["layers"][0][0] == "Embedding":
        return draw.randint(0, 7, size=declared["shape"]).astype(np.int64)
    return draw.uniform(-2, 2, size=declared["shape"]).astype(declared["float"])


def build(name: str, declared: dict[str, Any]) -> Any:
    """The module, in evaluation mode, with weights drawn from the model's name."""
    import torch

    class Chain(torch.nn.Module):  # type: ignore[misc]
        """The layers one after the other, under the names that people give them."""

        def __init__(self) -> None:
            super().__init__()
            for kind, arguments in declared["layers"]:
                word = {"Linear": "fc"}.get(kind, kind.lower())
                self.add_module(word, getattr(torch.nn, kind)(**arguments))

        def forward(self, x: Any) -> Any:
            """What the model is asked for."""
            for kind, layer in zip(declared["layers"], self.children(), strict=True):
                if kind[0] in ("LSTM", "GRU"):
                    x, states = layer(x)
                    if declared["takes"] == "states":
                        return x, *states
                    if declared["takes"] == "last step":
                        x = x[:, -1]
                else:
                    x = layer(x)
            return x

    built = Chain().to(getattr(torch, declared["float"])).eval()
    draw = rows.generator("weights of " + name)
    with torch.no_grad():
        for weight in built.parameters():
            weight.copy_(torch.from_numpy(draw.uniform(-0.9, 0.9, size=tuple(weight.shape))))
    return built
