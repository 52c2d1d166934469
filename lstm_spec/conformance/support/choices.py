"""Models that differ in one choice: of them, those that a subject maps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

from lstm_spec.contract import Implementation, Model, Unsupported, build
from lstm_spec.model import LSTM, Activation, ModelSpec
from lstm_spec.model.mapping import maps_of

USUAL: dict[str, Activation] = {"activation": "tanh", "recurrent_activation": "sigmoid"}
"""What an LSTM has if nothing is said."""


def mapped(subject: Implementation, place: str, words: Sequence[Activation]) -> list[Activation]:
    """The words that the subject maps in this place of an LSTM: the usual one at least."""
    maps = maps_of(subject)
    known: Sequence[str] = (USUAL[place],)
    if place in maps.get("LSTM", ()):
        known = maps.get(f"LSTM.{place}", maps.get("activation", ()))
    return [word for word in words if word in known]


def cells_with(
    subject: Implementation, words: Sequence[Activation], units: int, features: int
) -> Iterator[tuple[str, ModelSpec, Model]]:
    """Layers in which each word that is mapped is the activation once, and the gates' once.

    A layer has two different words where there are two, so that a function in the wrong place is
    seen. Raises Unsupported if the subject can build none of them.
    """
    inner = mapped(subject, "activation", words)
    gates = mapped(subject, "recurrent_activation", words)
    if not inner and not gates:
        raise Unsupported(f"{subject.name} maps none of {', '.join(words)} in an LSTM")
    count = max(len(inner), len(gates))
    words_inside = cycle(inner or [USUAL["activation"]])
    words_of_gates = cycle(gates or [USUAL["recurrent_activation"]])
    next(words_of_gates)
    words_in_places = islice(zip(words_inside, words_of_gates, strict=False), count)
    yield from each_that_is_built(
        subject,
        (
            (
                f"{word} inside and {gate} for the gates",
                ModelSpec((LSTM(units, word, gate, return_sequences=True),), features),
            )
            for word, gate in words_in_places
        ),
    )


def each_that_is_built(
    subject: Implementation, choices: Iterable[tuple[str, ModelSpec]]
) -> Iterator[tuple[str, ModelSpec, Model]]:
    """The models that the subject can build; Unsupported, as for the last one, if there is none."""
    found, refusal = 0, Unsupported("there is no choice")
    for what, spec in choices:
        try:
            model = build(subject, spec)
        except Unsupported as reason:
            refusal = reason
            continue
        found += 1
        yield what, spec, model
    if not found:
        raise refusal
