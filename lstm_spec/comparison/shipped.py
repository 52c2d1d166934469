"""The reports that come with lstm-spec: the newest of each implementation that it has judged.

They lie in ``reports`` of a checkout and are packed into a wheel.
"""

from __future__ import annotations

from pathlib import Path

NAME = "reports"
PLACES = (Path(__file__).parents[1] / NAME, Path(__file__).parents[2] / NAME)


def folder() -> Path:
    """The folder ``reports`` where the command is run; without one, that of lstm-spec itself."""
    for place in (Path(NAME), *PLACES):
        if place.is_dir():
            return place
    return Path(NAME)
