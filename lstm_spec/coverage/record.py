"""Write down the arguments of the libraries, each as its pinned environment has it.

    python -m lstm_spec.coverage.record [NAME ...]

``lstm-spec env create`` makes the environment; only what is written down is compared in a test
where the library is not installed.
"""

from __future__ import annotations

import argparse

from lstm_spec.coverage.installed import CannotRead, record
from lstm_spec.coverage.library_map import libraries


def main(arguments: list[str] | None = None) -> None:
    """Record the libraries that are named, or all."""
    known = libraries()
    parser = argparse.ArgumentParser(description="Write down the arguments of the libraries.")
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(known)}; else all")
    names = parser.parse_args(arguments).name
    if strange := set(names) - set(known):
        parser.error(f"there is no map {min(strange)!r}; there are {', '.join(known)}")
    for name in names or known:
        try:
            print(record(known[name]))
        except CannotRead as error:
            parser.error(str(error))


if __name__ == "__main__":
    main()
