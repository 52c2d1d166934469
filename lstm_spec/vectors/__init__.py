"""Vectors: cases with inputs and expectations, as JSON, for an engine in any language.

A case is a small script: a model description, its weights, and operations, each with what is given
and what must come out. ``export`` computes the expectations with the float64 oracle and has them
confirmed by a second engine; ``check`` computes them again. ``docs/vectors.md`` shows how to use
them from C.
"""

from lstm_spec.vectors.case import Case, cases

__all__ = ["Case", "cases"]
