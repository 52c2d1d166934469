"""The ``ok`` objects of replies, brought into the forms of the contract.

Each function raises ProtocolError for a field that is missing or malformed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lstm_spec.contract import (
    POLICIES,
    Array,
    CallResult,
    Capability,
    Gradients,
    History,
    Metrics,
    States,
)
from lstm_spec.subjects.protocol import (
    VERSION,
    ProtocolError,
    read_array,
    read_figure,
    read_states,
    read_value,
)

Ok = dict[str, Any]


class Timing(NamedTuple):
    """How long some repetitions took, and what came of them."""

    seconds: float
    losses: list[float]
    """Of the epochs of a training; none for an inference."""
    outputs: Array | None
    """Of the last pass of an inference."""


def hello(ok: Ok) -> Ok:
    """The handshake, as it came."""
    if ok.get("protocol") != VERSION:
        raise ProtocolError(
            f"it speaks version {ok.get('protocol')!r:.40} of the protocol, "
            f"lstm-spec speaks version {VERSION}"
        )
    for field in ("name", "version", "backend", "language"):
        given = ok.get(field, "" if field in ("backend", "language") else None)
        if not isinstance(given, str):
            raise ProtocolError(f"{field!r} must be a text, got {given!r:.80}")
    unknown = [one for one in _list(ok, "capabilities") if one not in list(Capability)]
    if unknown:
        raise ProtocolError(
            f"it declares the unknown capability {unknown[0]!r:.40}; "
            f"known are {', '.join(Capability)}"
        )
    for name, words in POLICIES.items():
        if ok.get(name, words[0]) not in words:
            raise ProtocolError(f"{name!r} must be one of {', '.join(words)}")
    stated = ok.get("defaults", {})
    if not isinstance(stated, dict) or not all(isinstance(one, str) for one in stated.values()):
        raise ProtocolError(f"'defaults' must be texts by name, got {stated!r:.80}")
    maps = ok.get("maps", {})
    if not isinstance(maps, dict) or not all(_is_texts(one) for one in maps.values()):
        raise ProtocolError(f"'maps' must be lists of texts by name, got {maps!r:.80}")
    for name in ("paths", "fit_paths"):
        paths = ok.get(name, [])
        if not _is_texts(paths):
            raise ProtocolError(f"{name!r} must be a list of texts, got {paths!r:.80}")
    return ok


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def nothing(ok: Ok) -> None:
    """Of an operation without a result."""


def handle(ok: Ok) -> int:
    """The number of a model."""
    number = _field(ok, "model")
    if type(number) is not int:
        raise ProtocolError(f"'model' must be a whole number, got {number!r:.80}")
    return number


def outputs(ok: Ok) -> Array:
    """Of predict and predict_on_batch."""
    return read_array(_field(ok, "outputs"), "outputs")


def call_result(ok: Ok) -> CallResult:
    """Outputs and, unless they are null, final states."""
    final = _field(ok, "states")
    return CallResult(outputs(ok), None if final is None else read_states(final, "states"))


def weights(ok: Ok) -> list[Array]:
    """The arrays in ``weights``."""
    return [read_array(one, f"weight {i}") for i, one in enumerate(_list(ok, "weights"))]


def states(ok: Ok) -> States:
    """The carried states."""
    return read_states(_field(ok, "states"), "states")


def metrics(ok: Ok) -> Metrics:
    """Figures by name."""
    return {name: read_figure(figure, name) for name, figure in _mapping(ok, "metrics").items()}


def history(ok: Ok) -> History:
    """A list of figures by name."""
    series = _mapping(ok, "history")
    return {name: [read_figure(one, name) for one in _list(series, name)] for name in series}


def timing(ok: Ok) -> Timing:
    """The seconds, and the losses or the outputs."""
    seconds = read_figure(_field(ok, "seconds"), "seconds")
    if "losses" in ok:
        return Timing(seconds, [read_figure(one, "losses") for one in _list(ok, "losses")], None)
    return Timing(seconds, [], outputs(ok))


def gradients(ok: Ok) -> Gradients:
    """The loss, and gradients for the weights and for x."""
    x = read_array(_field(ok, "x"), "the gradient for x")
    start = ok.get("states")
    of_states = None if start is None else read_states(start, "the gradient for the states")
    return Gradients(read_figure(_field(ok, "loss"), "loss"), weights(ok), x, of_states)


def result(ok: Ok) -> Any:
    """Of a function of preprocessing or data."""
    return read_value(_field(ok, "result"), "result")


def moved(ok: Ok, count: int) -> list[Any]:
    """Where the generators were left that the arguments held."""
    left = _list(ok, "moved")
    if len(left) != count:
        raise ProtocolError(f"'moved' must have {count} entries, one for each generator given")
    return left


def _field(ok: Ok, name: str) -> Any:
    if name not in ok:
        raise ProtocolError(f"the answer lacks {name!r}")
    return ok[name]


def _list(ok: Ok, name: str) -> list[Any]:
    value = _field(ok, name)
    if not isinstance(value, list):
        raise ProtocolError(f"{name!r} must be a list, got {value!r:.80}")
    return value


def _mapping(ok: Ok, name: str) -> dict[str, Any]:
    value = _field(ok, name)
    if not isinstance(value, dict):
        raise ProtocolError(f"{name!r} must be an object, got {value!r:.80}")
    return value
