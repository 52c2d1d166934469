"""The oracle's oracle: the same contract in plain Python numbers and loops.

Rows are run one by one, a masked step is a step that does not happen, and derivatives come from
the chain rule applied to every single operation. Slow and obviously right; NumPy arrays are only
what comes in and what goes out.
"""

from __future__ import annotations

from reference.scalar.implementation import ScalarImplementation, implementation
from reference.scalar.model import ScalarModel

__all__ = ["ScalarImplementation", "ScalarModel", "implementation"]
