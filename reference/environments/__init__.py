"""Recipes of pinned environments (``*.toml``); their adapters lie in ``reference/adapters``."""

from pathlib import Path

FOLDER = Path(__file__).parent
