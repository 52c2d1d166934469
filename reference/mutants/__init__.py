"""The catalogue of mutants: LSTM implementations that are wrong on purpose, by stage.

Each is an attribute of this package by its name, so that any of them can be verified like an
engine: ``lstm-spec verify reference.mutants:mask_is_inverted``.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from lstm_spec.mutants import Catalogue
from reference.mutants.conforming import CONFORMING
from reference.mutants.idle import IDLE
from reference.mutants.planting import MUTANTS
from reference.mutants.sources import SOURCES

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

catalogue = Catalogue(tuple(sorted(MUTANTS, key=lambda one: one.stage)), IDLE, CONFORMING, SOURCES)


def __getattr__(name: str) -> Any:
    """The implementation of the mutant of this name."""
    for mutant in catalogue.mutants:
        if mutant.name == name:
            return mutant.make()
    raise AttributeError(f"there is no mutant {name!r}")
