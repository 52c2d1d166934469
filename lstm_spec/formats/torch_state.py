"""PyTorch state dicts in safetensors or ``.npz``: arrays by name, and a chain that the user says.

A state dict holds no code, so it does not say in which order its modules are called, nor what is
called between them. ``--layers`` says both: the modules by name and the functions by their words,
such as ``"lstm, last, fc1, relu, fc2"``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lstm_spec.formats import npz, safetensors
from lstm_spec.formats.reader import Request
from lstm_spec.formats.stored import (
    Array,
    NeedsMore,
    NotReadable,
    NotSpecified,
    Stored,
    StoredArray,
    StoredLayer,
)

RECURRENT = re.compile(r"(weight|bias)_(ih|hh|hr)_l(\d+)(_reverse)?$")

WORDS = (
    "last",
    "final",
    "flatten",
    "mean",
    "max",
    "dropout",
    "identity",
    "relu",
    "leaky_relu",
    "tanh",
    "sigmoid",
    "softmax",
    "log_softmax",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "softplus",
    "softsign",
    "relu6",
    "hardsigmoid",
    "hardtanh",
)
"""What may stand between the modules: functions without arrays."""

EXPLAINED = (
    "a state dict holds no code: in which order the modules are called, what is called between "
    "them, and whether the last step or every step goes on cannot be known from it. Say it with "
    "--layers, modules by name and functions by their words, such as"
)


class TorchState:
    """The reader of state dicts."""

    name = "PyTorch state dict"

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether the file is a collection of arrays by name."""
        return safetensors.looks_like_it(head) or npz.looks_like_it(head)

    def read(self, request: Request) -> Stored:
        """The chain that the user says, with the arrays of the file."""
        path = request.path
        if request.architecture is not None:
            raise NotReadable(f"{path.name} is a state dict: say its layers with --layers")
        with path.open("rb") as file:
            packed = file.read(4) == b"PK\x03\x04"
        arrays = npz.read(path) if packed else safetensors.read(path)
        modules = by_module(arrays)
        if not modules:
            raise NotReadable(f"{path.name} holds no arrays")
        for name, held in modules.items():
            if is_recurrent(held):
                recurrent_layers(Item(name), held)  # a GRU is refused whatever --layers says
        if not request.layers:
            raise NeedsMore(
                f'{path.name}: {EXPLAINED} --layers "{suggestion(modules)}"',
                [sentence_of(name, held) for name, held in modules.items()],
            )
        layers = tuple(
            layer for item in items(request.layers) for layer in stored_layers(item, modules)
        )
        unused = set(modules) - {item.word for item in items(request.layers)}
        if unused:
            raise NotSpecified(
                f"--layers leaves out {', '.join(sorted(unused))}, which {path.name} holds arrays "
                "for: a part of the model would be missing"
            )
        return Stored(path, self.name, "pytorch", "", "", "chain", layers)


def by_module(arrays: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    """The arrays of each module, in the order of the file."""
    modules: dict[str, dict[str, Array]] = {}
    for name, values in arrays.items():
        module, _, last = name.rpartition(".")
        if last == "num_batches_tracked":
            continue  # how often a BatchNorm was trained
        modules.setdefault(module or "model", {})[last] = values
    return modules


def is_recurrent(held: Mapping[str, Array]) -> bool:
    """Whether a module has the arrays of a recurrent layer."""
    return any(RECURRENT.match(name) for name in held)


def suggestion(modules: Mapping[str, Mapping[str, Array]]) -> str:
    """A chain that is often right: a table of words, convolutions, LSTMs, and then the rest.

    Safetensors files have their arrays in the order of the alphabet, which says nothing.
    """
    return ", ".join(
        said_of(name, modules[name])
        for name in sorted(modules, key=lambda one: place_of(modules[one]))
    )


def place_of(held: Mapping[str, Array]) -> int:
    """Where a module usually stands."""
    if is_recurrent(held):
        return 2
    weight = held.get("weight")
    if weight is not None and weight.ndim == 2 and "bias" not in held:
        return 0
    return 1 if weight is not None and weight.ndim == 3 else 3


def said_of(name: str, held: Mapping[str, Array]) -> str:
    """A module in the words of ``--layers``."""
    if is_recurrent(held):
        both = any(one.endswith("_reverse") for one in held)
        return f"{name}, {'final' if both else 'last'}"
    return f"{name}=Embedding" if place_of(held) == 0 else name


def sentence_of(name: str, held: Mapping[str, Array]) -> str:
    """A module and the shapes of its arrays."""
    shapes = ", ".join(f"{key} {' x '.join(map(str, one.shape))}" for key, one in held.items())
    return f"{name}: {shapes}"


@dataclass(frozen=True)
class Item:
    """One entry of ``--layers``: a module or a word, and its settings."""

    word: str
    kind: str = ""
    settings: Mapping[str, float] = field(default_factory=dict)


def items(text: str) -> list[Item]:
    """The entries of ``--layers``. Raises ValueError for something that is none."""
    found = []
    for part in re.split(r",(?![^(]*\))", text):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*([\w.]+)(?:=(\w+))?(?:\(([^)]*)\))?\s*", part)
        if match is None:
            raise ValueError(
                f"--layers: {part.strip()!r} is no module, name=Embedding or conv(stride=2)"
            )
        settings: dict[str, float] = {}
        for one in filter(None, (match[3] or "").split(",")):
            key, _, value = one.partition("=")
            try:
                settings[key.strip()] = float(value)
            except ValueError:
                raise ValueError(f"--layers: {one.strip()!r} is no setting such as eps=1e-5") from (
                    None
                )
        found.append(Item(match[1], match[2] or "", settings))
    return found


def stored_layers(item: Item, modules: Mapping[str, Mapping[str, Array]]) -> list[StoredLayer]:
    """The layers of one entry: a recurrent module with several layers becomes as many."""
    if item.word not in modules:
        if item.word not in WORDS:
            raise ValueError(
                f"--layers: {item.word!r} is neither a module of the file "
                f"({', '.join(modules)}) nor a word ({', '.join(WORDS)})"
            )
        return [StoredLayer(item.word, item.word, dict(item.settings))]
    held = modules[item.word]
    if is_recurrent(held):
        return recurrent_layers(item, held)
    kind = item.kind or kind_of(item.word, held)
    config: dict[str, Any] = dict(item.settings)
    return [StoredLayer(kind, item.word, config, stored_arrays(held))]


def stored_arrays(held: Mapping[str, Array]) -> tuple[StoredArray, ...]:
    """Named as in the file."""
    return tuple(StoredArray(name, values) for name, values in held.items())


def kind_of(name: str, held: Mapping[str, Array]) -> str:
    """What a module is, by the names and shapes of its arrays."""
    rank = held["weight"].ndim if "weight" in held else 0
    if {"running_mean", "running_var"} <= set(held):
        return "BatchNorm1d"
    if rank == 2 and "bias" in held:
        return "Linear"
    if rank == 2:
        raise NotSpecified(
            f"the module {name} holds one matrix: an Embedding, or a Linear without a bias. Say "
            f'which with --layers "{name}=Embedding" or "{name}=Linear"'
        )
    if rank == 3:
        return "Conv1d"
    if rank == 1 and set(held) <= {"weight", "bias"}:
        return "LayerNorm"
    raise NotSpecified(f"the module {sentence_of(name, held)} is none that is specified")


def recurrent_layers(item: Item, held: Mapping[str, Array]) -> list[StoredLayer]:
    """A layer for each number behind ``_l`` in the names, both directions together."""
    numbers = sorted({int(match[3]) for name in held if (match := RECURRENT.match(name))})
    if any("_hr_" in name for name in held):
        raise NotSpecified(f"the module {item.word} projects its state (proj_size)")
    layers = []
    for number in numbers:
        ends = [f"l{number}", f"l{number}_reverse"]
        here = {
            name: values
            for end in ends
            for name, values in held.items()
            if name.endswith(f"_{end}")
        }
        _check_gates(item.word, here, number)
        config = {
            "both": any(name.endswith("_reverse") for name in here),
            "gives": "sequence",
            "bias": any(name.startswith("bias") for name in here),
        }
        name = item.word if len(numbers) == 1 else f"{item.word}, layer {number}"
        layers.append(StoredLayer("LSTM", name, config, stored_arrays(here)))
    return layers


def _check_gates(name: str, held: Mapping[str, Array], number: int) -> None:
    """An LSTM has four blocks of rows, a GRU three, a plain recurrent layer one."""
    kernel, recurrent = (held.get(f"weight_{one}_l{number}") for one in ("ih", "hh"))
    if kernel is None or recurrent is None or kernel.ndim != 2 or recurrent.ndim != 2:
        raise NotReadable(f"the module {name} lacks a kernel of layer {number}")
    gates = kernel.shape[0] / recurrent.shape[1]
    if gates != 4:
        other = {3.0: "a GRU", 1.0: "a plain recurrent layer"}.get(gates, "no LSTM")
        raise NotSpecified(
            f"the module {name} is {other}: it has {gates:g} blocks of rows, an LSTM four"
        )
