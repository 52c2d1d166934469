"""Number types of sixteen bits: which numbers they have, and what a model keeps in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Precision = Literal["full", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"]
"""In what a model computes: in its dtype, or in a narrower type.

In ``float16`` or ``bfloat16`` it keeps its weights as well. A mixed one (Micikevicius et al. 2018)
keeps them in float32, where updates move them, and computes with what they are in the narrow type.
Inputs, given states and outputs are numbers of that type, whatever array they come in.
"""


class Narrow(NamedTuple):
    """A type of sixteen bits, after IEEE 754: binary16, or the upper half of binary32."""

    digits: int
    """Binary digits of a number, the first included: half a unit in the last place is 2^-digits."""
    smallest: int
    """A number below 2^smallest has fewer digits. Nothing is said of numbers that are too large."""
    mixed: bool
    """Whether the weights stay in float32."""

    @property
    def roundoff(self) -> float:
        """By what share of itself a number changes at most when it is rounded."""
        return float(2.0**-self.digits)


BINARY16, BFLOAT16 = (11, -14), (8, -126)

NARROW: Mapping[Precision, Narrow] = {
    "float16": Narrow(*BINARY16, mixed=False),
    "bfloat16": Narrow(*BFLOAT16, mixed=False),
    "mixed_float16": Narrow(*BINARY16, mixed=True),
    "mixed_bfloat16": Narrow(*BFLOAT16, mixed=True),
}
"""The narrow types by the precision that asks for them."""
