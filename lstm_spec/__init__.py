"""The written-down, executable truth about LSTM layers, and the suite that holds others to it.

Nothing in this package imports a framework or the reference implementations: an implementation is
found by name (entry points of the group ``lstm_spec.implementations``, or ``module:attribute``).
"""

__version__ = "0.1.0"

SPEC_VERSION = "0.1"
"""Version of the clauses, written into every report; it moves when a clause changes its meaning."""
