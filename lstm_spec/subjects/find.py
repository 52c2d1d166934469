"""From a name on the command line to an implementation.

A name is an entry point of the group ``lstm_spec.implementations`` (``numpy``, ``keras``, ...) or
``module:attribute``. The attribute may be an implementation, or a class or function that makes one.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from lstm_spec.contract import (
    POLICIES,
    Capability,
    Implementation,
    adam_epsilon_of,
    rmsprop_epsilon_of,
)
from lstm_spec.environments import recipes
from lstm_spec.extras import extras, install

GROUP = "lstm_spec.implementations"
DEFAULT_ORACLE = "numpy"
ORACLE_OF_THE_ORACLE = "scalar"
NOT_INSTALLED = "not installed"
"""What an implementation gives as its version where its library is missing."""


class NoSuchSubject(ValueError):
    """The name leads nowhere; the message says what to write instead."""


class UnusableSubject(Exception):
    """The name leads to something that cannot be verified; the message says why."""


def known() -> dict[str, EntryPoint]:
    """The installed implementations by name."""
    return {point.name: point for point in sorted(entry_points(group=GROUP))}


def find(name: str) -> Implementation:
    """The implementation of that name.

    Raises NoSuchSubject if there is none, UnusableSubject if it is no implementation or its
    library is missing.
    """
    if ":" in name:
        found = _attribute(name)
    else:
        points = known()
        if name not in points:
            raise NoSuchSubject(
                f"there is no implementation called {name!r}.{_meant(name, [*points, *recipes()])} "
                f"lstm-spec list implementations shows all {len(points) + len(recipes())}; "
                f"for your own, give module:attribute."
            )
        found = _load(points[name])
    made = _checked(found, name)
    if ":" not in name and made.version == NOT_INSTALLED:
        raise UnusableSubject(f"{name!r} needs a library that is not installed: {install(name)}")
    return made


def oracle_for(subject: Implementation, name: str | None) -> Implementation:
    """The oracle of that name, or the usual one; a subject may not be its own oracle.

    Of two places for the epsilon of Adam, and of RMSprop, the usual oracle takes those that the
    subject declares.
    """
    chosen = find(name or DEFAULT_ORACLE)
    if name is None and _places(subject) != _places(chosen):
        return trained_like(subject, chosen)
    if not is_same(subject, chosen):
        return chosen
    if name is None:
        return find(ORACLE_OF_THE_ORACLE)
    raise NoSuchSubject(
        f"{name!r} cannot be its own oracle: it would agree with itself whatever it computes. "
        f"Leave --oracle out, or name another implementation."
    )


def trained_like(subject: Implementation, oracle: Implementation) -> Implementation:
    """The oracle, whose optimisers add epsilon where those of the subject do."""
    adam, rmsprop = _places(subject)
    chosen: Any = oracle
    if adam != adam_epsilon_of(chosen):
        chosen = chosen.with_adam_epsilon(adam)
    if rmsprop != rmsprop_epsilon_of(chosen):
        chosen = chosen.with_rmsprop_epsilon(rmsprop)
    like: Implementation = chosen
    return like


def _places(implementation: Implementation) -> tuple[str, str]:
    return adam_epsilon_of(implementation), rmsprop_epsilon_of(implementation)


def is_same(one: Implementation, other: Implementation) -> bool:
    """Whether the two are one implementation under one name."""
    return type(one) is type(other) and one.name == other.name


def _meant(name: str, names: list[str]) -> str:
    """What was probably meant: a module of the user's, or names that are near."""
    module = name.removesuffix(".py")
    if Path(f"{module}.py").is_file():
        return f" Did you mean {module}:ATTRIBUTE, the implementation in {module}.py?"
    near = get_close_matches(name, names, n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _attribute(name: str) -> Any:
    module_name, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # the user's own module lies where the command is run
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        plain = module_name.removesuffix(".py").replace("/", ".")
        hint = f". Did you mean {plain}:{attribute}?" if plain != module_name else ""
        raise NoSuchSubject(f"cannot import {module_name!r} from {here}: {error}{hint}") from error
    except Exception as error:
        raise UnusableSubject(
            f"importing {module_name!r} raised {type(error).__name__}: {error}"
        ) from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        public = [one for one in vars(module) if not one.startswith("_")]
        near = get_close_matches(attribute, public, n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise NoSuchSubject(f"{module_name!r} has no attribute {attribute!r}.{hint}") from None


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except ImportError as error:
        ours = point.name in extras()
        help_ = install(point.name) if ours else f"install it, or repair {point.value}"
        raise UnusableSubject(
            f"{point.name!r} needs a library that is missing ({error}): {help_}"
        ) from error
    except Exception as error:
        raise UnusableSubject(
            f"{point.name!r} cannot be loaded from {point.value}: {type(error).__name__}: {error}"
        ) from error


def _is_maker(found: Any) -> bool:
    """Whether this is a function that makes an implementation, rather than one."""
    return callable(found) and not hasattr(found, "build")


def _checked(found: Any, name: str) -> Implementation:
    """Make an instance if need be, and say at once what the contract misses."""
    try:
        made = found() if isinstance(found, type) or _is_maker(found) else found
    except Exception as error:
        raise UnusableSubject(f"making {name!r} raised {type(error).__name__}: {error}") from error
    try:
        missing = [
            attribute
            for attribute in ("name", "version", "capabilities", "build")
            if not hasattr(made, attribute)
        ]
        stated = None if missing else made.capabilities
        if stated is not None and (isinstance(stated, str) or not isinstance(stated, Iterable)):
            stated = None
        unknown = set(stated or ()) - set(Capability)
    except Exception as error:
        raise UnusableSubject(f"{name!r}: {error}") from error
    if missing:
        raise UnusableSubject(
            f"{name!r} is no implementation: it lacks {', '.join(missing)} (see docs/contract.md)"
        )
    if stated is None:
        raise UnusableSubject(
            f"{name!r}: its capabilities must be a set such as frozenset({{Capability.FORWARD}}), "
            f"got {made.capabilities!r:.60} (see docs/contract.md)"
        )
    if unknown:
        raise UnusableSubject(
            f"{name!r} declares unknown capabilities: {', '.join(sorted(map(str, unknown)))}. "
            f"Known: {', '.join(Capability)}"
        )
    _check_declarations(made, name)
    implementation: Implementation = made
    return implementation


def _check_declarations(made: Any, name: str) -> None:
    """Raise UnusableSubject for a policy that there is not, or paths that cannot be taken."""
    for policy, words in POLICIES.items():
        declared = getattr(made, policy, words[0])
        if declared not in words:
            raise UnusableSubject(
                f"{name!r} declares {policy} = {declared!r:.60}; it must be one of "
                f"{', '.join(words)} (see docs/contract.md)"
            )
    for which in ("paths", "fit_paths"):
        paths = getattr(made, which, ())
        named = isinstance(paths, (tuple, list)) and all(isinstance(one, str) for one in paths)
        if not named or (paths and not callable(getattr(made, "on", None))):
            raise UnusableSubject(
                f"{name!r}: its {which} must be a tuple of names, with a method on(path) that "
                f"takes one of them, got {paths!r:.60} (see docs/contract.md)"
            )
