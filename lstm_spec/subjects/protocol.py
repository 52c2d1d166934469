"""What is exchanged with a subject in another process: JSON lines, and nothing pickled.

A request is ``{"id", "op", ...}``; its reply has the same id and one of ``ok`` (an object),
``refused``, ``unsupported`` or ``error`` (a text). ``docs/contract.md`` lists the operations and
``schemas/protocol.schema.json`` their forms.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any

import numpy as np

from lstm_spec.contract import Array, LSTMState, Refused, States, Unsupported
from lstm_spec.evidence import BrokenAdapter, in_short

VERSION = 1
"""Raised when an old subject could no longer be understood, and only then."""

DTYPES = ("bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)))
DTYPES += ("float16", "float32", "float64")


class ProtocolError(ValueError):
    """A line that the protocol does not allow; the message says what is wrong with it."""


class SubjectLost(BrokenAdapter):
    """The process of the subject crashed, hung, or broke the protocol; it has been ended.

    ``cause`` is one sentence, ``last_words`` the end of what the subject wrote to stderr. The next
    use of the implementation starts a fresh process; models of the old one are gone.
    """

    def __init__(self, cause: str, last_words: str = "") -> None:
        lines = [line.strip() for line in last_words.splitlines() if line.strip("~^ \t")]
        said = " | ".join(line[:200] for line in lines[-3:])
        super().__init__(f"{cause}; last words: {said}" if said else cause)
        self.cause, self.last_words = cause, last_words


class SubjectHung(SubjectLost):
    """The subject gave no answer within its time; it has been ended."""


class AdapterRaised(Exception):
    """The adapter at the other end raised what is neither ``Refused`` nor ``Unsupported``.

    The message begins with the type it raised. It is no ``BrokenAdapter``, because an exception of
    any type is a valid answer where a clause expects a refusal, there as in this process.
    """


def request_line(number: int, op: str, fields: dict[str, Any]) -> bytes:
    """One request as a line of ASCII."""
    return json.dumps({"id": number, "op": op, **fields}, allow_nan=False).encode() + b"\n"


def read_reply(line: bytes, number: int) -> dict[str, Any]:
    """The ``ok`` object of the reply to request ``number``.

    Raises what the reply says (Refused, Unsupported, AdapterRaised) or ProtocolError.
    """
    try:
        reply = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(
            f"wrote a line that is not JSON, {_shown(line)} (stdout belongs to the protocol: send "
            f"other text to stderr): {error}"
        ) from error
    if not isinstance(reply, dict) or "id" not in reply:
        raise ProtocolError(f"wrote a reply without an 'id': {_shown(line)}")
    if reply["id"] != number or isinstance(reply["id"], bool):
        raise ProtocolError(f"answered request {number} with the id {reply['id']!r:.80}")
    kinds = {"ok": dict, "refused": str, "unsupported": str, "error": str}
    found = [kind for kind in kinds if kind in reply]
    if len(found) != 1 or not isinstance(reply[found[0]], kinds[found[0]]):
        raise ProtocolError(
            "wrote a reply that has not exactly one of 'ok' (an object), 'refused', 'unsupported', "
            f"'error' (texts): {_shown(line)}"
        )
    content = reply[found[0]]
    if found[0] == "refused":
        raise Refused(in_short(content))
    if found[0] == "unsupported":
        raise Unsupported(in_short(content))
    if found[0] == "error":
        raise AdapterRaised(in_short(content))
    answer: dict[str, Any] = content
    return answer


def _no_constant(name: str) -> float:
    raise ValueError(f'{name} is not JSON: write the text "{name}"')


def _shown(line: bytes) -> str:
    text = line[:80].decode("utf-8", "replace").rstrip("\n")
    return repr(text + "..." if len(line) > 80 else text)


# Values ---------------------------------------------------------------------------------------


def write_array(value: Any) -> dict[str, Any]:
    """An array as its dtype, its shape and the base64 of its little-endian bytes, rows first.

    Raises Unsupported for what the protocol cannot express: that is no refusal of the subject.
    """
    array = np.asarray(value)
    if array.dtype.name not in DTYPES:
        raise Unsupported(f"an array of dtype {array.dtype} cannot be sent to a subject")
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return {
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "data": base64.b64encode(data).decode(),
    }


def read_array(value: Any, what: str) -> Array:
    """The array that ``write_array`` wrote; ProtocolError says what is wrong with ``what``."""
    if not isinstance(value, dict) or not {"dtype", "shape", "data"} <= set(value):
        raise ProtocolError(
            f"{what} must be an object with dtype, shape and data, got {value!r:.80}"
        )
    dtype, shape, data = value["dtype"], value["shape"], value["data"]
    if dtype not in DTYPES:
        raise ProtocolError(f"{what} has the dtype {dtype!r:.40}; allowed are {', '.join(DTYPES)}")
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise ProtocolError(f"{what} has the shape {shape!r:.80}, expected a list of lengths")
    try:
        raw = base64.b64decode(data, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise ProtocolError(f"the data of {what} is not base64: {error}") from error
    stored = np.dtype(dtype).newbyteorder("<")
    if len(raw) != math.prod(shape) * stored.itemsize:
        raise ProtocolError(
            f"{what} says {dtype} {tuple(shape)}, that is {math.prod(shape) * stored.itemsize} "
            f"bytes, but its data has {len(raw)}"
        )
    return np.frombuffer(raw, stored).astype(dtype).reshape(shape)


def read_states(value: Any, what: str) -> States:
    """A pair (h, c) for each LSTM direction."""
    if not isinstance(value, list) or not all(isinstance(p, list) and len(p) == 2 for p in value):
        raise ProtocolError(f"{what} must be a list of pairs [h, c], got {value!r:.80}")
    return [LSTMState(read_array(h, f"{what}, h"), read_array(c, f"{what}, c")) for h, c in value]


def write_figure(value: float) -> float | str:
    """A number; the texts NaN, Infinity and -Infinity stand for what JSON cannot write."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def read_figure(value: Any, what: str) -> float:
    """The number that ``write_figure`` wrote."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    raise ProtocolError(f'{what} must be a number, "NaN", "Infinity" or "-Infinity": {value!r:.80}')


def write_value(value: Any) -> Any:
    """Any argument of a data function: numbers, texts, None, arrays, lists, tuples, mappings."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (np.ndarray, np.generic)) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        return write_array(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, tuple):
        return {"tuple": [write_value(entry) for entry in value]}
    if isinstance(value, list):
        return [write_value(entry) for entry in value]
    if isinstance(value, (np.random.RandomState, np.random.Generator)):
        return write_rng(value)
    raise Unsupported(f"a {type(value).__name__} cannot be sent to a subject in another process")


def read_value(value: Any, what: str) -> Any:
    """The value that ``write_value`` wrote; an array of shape [] becomes a NumPy scalar."""
    if isinstance(value, list):
        return [read_value(entry, what) for entry in value]
    if isinstance(value, dict):
        if isinstance(value.get("tuple"), list):
            return tuple(read_value(entry, what) for entry in value["tuple"])
        return read_array(value, what)[()]
    return value


# Generators of random numbers -------------------------------------------------------------------


def write_rng(rng: np.random.RandomState | np.random.Generator) -> dict[str, Any]:
    """The state of a generator, so that the other side draws the very same numbers.

    Integers of 64 and 128 bits are sent as texts: many readers of JSON round them.
    """
    if isinstance(rng, np.random.RandomState):
        _, key, position, has_gauss, gauss = rng.get_state(legacy=True)
        return {
            "rng": "RandomState",
            "key": write_array(key),
            "position": int(position),
            "has_gauss": int(has_gauss),
            "gauss": float(gauss),
        }
    state: Any = rng.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise Unsupported(f"a generator {state['bit_generator']} cannot be sent; use default_rng")
    return {
        "rng": "PCG64",
        "state": str(state["state"]["state"]),
        "increment": str(state["state"]["inc"]),
        "has_uint32": int(state["has_uint32"]),
        "uinteger": int(state["uinteger"]),
    }


def move_rng(rng: np.random.RandomState | np.random.Generator, value: Any) -> None:
    """Put the generator where the other side left its copy."""
    try:
        if isinstance(rng, np.random.RandomState):
            key = read_array(value["key"], "the key of the generator")
            rng.set_state(("MT19937", key, value["position"], value["has_gauss"], value["gauss"]))
        else:
            state = {"state": int(value["state"]), "inc": int(value["increment"])}
            rng.bit_generator.state = {
                "bit_generator": "PCG64",
                "state": state,
                "has_uint32": value["has_uint32"],
                "uinteger": value["uinteger"],
            }
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError(f"the state of the generator cannot be read: {error}") from error
