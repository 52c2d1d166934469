"""An executable specification of LSTM layers, and the suite that compares others with it.

Nothing in this package imports a framework or the reference implementations: an implementation is
found by name (entry points of the group ``lstm_spec.implementations``, or ``module:attribute``).

The names in ``__all__`` are public; each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lstm_spec.contract import Capability, Refused, Unsupported
    from lstm_spec.lifting import lift
    from lstm_spec.model import (
        LSTM,
        SGD,
        Adam,
        Bidirectional,
        Dense,
        Masking,
        ModelSpec,
        RepeatVector,
    )
    from lstm_spec.run.verification import verify

__version__ = "0.2.0"

SPEC_VERSION = "0.1"
"""Version of the clauses, written into every report; it moves when a clause changes its meaning."""

_ROOM = {
    "Adam": "model",
    "Bidirectional": "model",
    "Capability": "contract",
    "Dense": "model",
    "LSTM": "model",
    "Masking": "model",
    "ModelSpec": "model",
    "Refused": "contract",
    "RepeatVector": "model",
    "SGD": "model",
    "Unsupported": "contract",
    "lift": "lifting",
    "verify": "run.verification",
}

__all__ = [
    "LSTM",
    "SGD",
    "SPEC_VERSION",
    "Adam",
    "Bidirectional",
    "Capability",
    "Dense",
    "Masking",
    "ModelSpec",
    "Refused",
    "RepeatVector",
    "Unsupported",
    "__version__",
    "lift",
    "verify",
]


def __getattr__(name: str) -> Any:
    """The public name, from the room where it lives."""
    if name not in _ROOM:
        raise AttributeError(f"module 'lstm_spec' has no attribute {name!r}")
    return getattr(import_module(f"lstm_spec.{_ROOM[name]}"), name)
