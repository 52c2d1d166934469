"""One engine judged on one file: its loader, the loaded model, and the model rebuilt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from lstm_spec.environments.create import InstallationFailed, MissingInterpreter
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.saved_models.engines.findings import EngineFindings
from lstm_spec.saved_models.engines.loaded_model import with_loader
from lstm_spec.saved_models.engines.names import Engine, make_ready
from lstm_spec.saved_models.engines.rebuilt_model import with_rebuilt
from lstm_spec.saved_models.engines.truth import Truth
from lstm_spec.subjects.find import UnusableSubject

Say = Callable[[str], None]
CANNOT_BE_USED = (BrokenAdapter, UnusableSubject, MissingInterpreter, InstallationFailed)


def judge(one: Engine, truth: Truth, say: Say) -> EngineFindings:
    """Everything about one engine; what cannot be used is told in ``lost``."""
    start = time.monotonic()
    found = EngineFindings(one.name)
    try:
        make_ready(one, say)
        found = with_loader(found, one, truth, say)
        found = with_rebuilt(found, one, truth, say)
    except CANNOT_BE_USED as error:
        found = replace(found, lost=str(error))
    return replace(found, seconds=time.monotonic() - start)
