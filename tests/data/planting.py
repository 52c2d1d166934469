"""How a wrong data function gets into an otherwise right implementation."""

from types import ModuleType, SimpleNamespace

from lstm_spec import data
from lstm_spec.contract import Capability

BUGS = []


def planted(place, *killers):
    """Declare a wrong function, where it goes, and the clauses that must notice it."""

    def declare(wrong):
        BUGS.append((wrong.__name__, place, wrong, killers))
        return wrong

    return declare


def implementation(place=None, wrong=None):
    """The data contracts as an implementation, with one function replaced."""
    subject = SimpleNamespace(
        name="specimen",
        version="0",
        capabilities=frozenset({Capability.DATA, Capability.PREPROCESSING}),
        preprocessing=SimpleNamespace(
            pad_sequences=data.padding.pad_sequences, one_hot=data.one_hot.one_hot
        ),
        data=SimpleNamespace(
            **{
                name: SimpleNamespace(**vars(module))
                for name, module in vars(data).items()
                if isinstance(module, ModuleType)
            }
        ),
    )
    if place is not None:
        *path, name = place.split(".")
        room = subject
        for part in path:
            room = getattr(room, part)
        assert hasattr(room, name), f"nothing to replace at {place}"
        setattr(room, name, wrong)
    return subject
