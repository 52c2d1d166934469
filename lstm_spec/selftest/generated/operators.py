"""The changes that are made to a source: Cosmic Ray's operators, and those that it lacks.

Cosmic Ray (8.x, built on parso) replaces operators of arithmetic and comparison, numbers (so
indices, axes and numeric defaults too), booleans and their connectives, negates conditions and
signs, empties loops, and removes decorators. It has nothing for statements, slices, arguments,
copies and augmented assignments: the seven classes of this file are for these, written as Cosmic
Ray's own are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider

ARITHMETIC = ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow")
SETS = ("BitOr", "BitAnd")
"""One of these replaces another of the same group: floats shifted or joined by bits would only
raise TypeError, and swell the number of mutants that are noticed by nobody's merit."""

COMMUTATIVE = {
    "add",
    "multiply",
    "maximum",
    "minimum",
    "vdot",
    "array_equal",
    "max",
    "min",
    "swapaxes",
    "equal",
}
"""Functions whose first two arguments may be exchanged: their exchange is no mistake."""

AUGMENTED = {
    "+=": ("-=", "="),
    "-=": ("+=", "="),
    "*=": ("/=", "="),
    "/=": ("*=", "="),
    "|=": ("=",),
}

Position = tuple[tuple[int, int], tuple[int, int]]


def in_a_function(node: Any) -> bool:
    """Whether the node is executed when something is asked, not when the module is imported."""
    return node.search_ancestor("funcdef", "lambdef") is not None


def with_code(node: Any, code: str) -> Any:
    """What stands for a node in the tree from now on; the space before it is kept."""
    return parso.parse(node.get_first_leaf().prefix + code)


class _OwnOperator(Operator):  # type: ignore[misc]
    """What the operators here share: each node has a list of replacements."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:
        """Pairs of the part that is replaced (or the whole node) and the code for it."""
        raise NotImplementedError

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Where it can change this node, once for each way."""
        if in_a_function(node):
            for part, _ in self.replacements(node):
                yield part.start_pos, part.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The node with one part replaced."""
        part, code = self.replacements(node)[index]
        if part is node:
            return with_code(node, code)
        holder = part.parent
        place = next(at for at, child in enumerate(holder.children) if child is part)
        holder.children[place] = with_code(part, code)
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """Cosmic Ray's own tests ask for them; ours are in ``tests/mutants``."""
        return ()


class StatementRemoved(_OwnOperator):
    """``pass`` in place of an assignment, a call or a raise, but not of an assertion."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:  # noqa: D102
        if node.type != "simple_stmt":
            return []
        statement = node.children[0]
        if statement.type == "expr_stmt":
            declares = statement.children[1].type == "annassign"
            kept = declares and len(statement.children[1].children) < 4  # no value
            return [] if kept else [(statement, "pass")]
        # Like an assertion, assert_never is for the checker of types.
        is_call = statement.type in ("atom_expr", "power") and (
            statement.children[0].get_code().strip() != "assert_never"
        )
        return [(statement, "pass")] if is_call or statement.type == "raise_stmt" else []


class BranchTaken(_OwnOperator):
    """A condition that is always true, or never."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:  # noqa: D102
        if node.type in ("if_stmt", "comp_if"):
            conditions = [
                after
                for word, after in zip(node.children, node.children[1:], strict=False)
                if getattr(word, "value", "") in ("if", "elif")
            ]
        elif node.type == "test":  # A if CONDITION else B
            conditions = [node.children[2]]
        else:
            return []
        return [(one, code) for one in conditions for code in ("True", "False")]


class SliceBoundDropped(_OwnOperator):
    """A slice without its beginning, its end or its step."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:  # noqa: D102
        if node.type != "subscript":
            return []
        return [(one, "") for one in node.children if getattr(one, "value", "") != ":"]


class ArgumentDropped(_OwnOperator):
    """A call without one of its keyword arguments, so that the default is taken."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:  # noqa: D102
        if not _is_call(node):
            return []
        given = _arguments(node)
        return [
            (node, "(" + ",".join(one.get_code() for one in given if one is not keyword) + ")")
            for keyword in given
            if _names(keyword) and not _asserts(node, keyword)
        ]


class ArgumentsSwapped(_OwnOperator):
    """Two neighbouring arguments of a call exchanged, where the order may matter."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:  # noqa: D102
        if not _is_call(node) or _called(node) in COMMUTATIVE:
            return []
        given = _arguments(node)
        positional = [one for one in given if one.type != "argument"]
        found = []
        for at in range(len(positional) - 1):
            order = list(given)
            order[at], order[at + 1] = order[at + 1], order[at]
            found.append((node, "(" + ", ".join(one.get_code().strip() for one in order) + ")"))
        return found


class CopyRemoved(_OwnOperator):
    """The array itself in place of its copy."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:  # noqa: D102
        if node.type not in ("atom_expr", "power") or len(node.children) < 3:
            return []
        *_, before, call = node.children
        if call.get_code() == "()" and before.get_code() == ".copy":
            code = "".join(one.get_code() for one in node.children[:-2])
            return [(node, code.strip())]
        return [(before, ".asarray")] if before.get_code() == ".array" else []


class AugmentedAssignment(_OwnOperator):
    """Another operator in ``+=`` and its like, or a plain assignment."""

    def replacements(self, node: Any) -> list[tuple[Any, str]]:  # noqa: D102
        if node.type != "operator":
            return []
        return [(node, code) for code in AUGMENTED.get(node.value, ())]


def _is_call(node: Any) -> bool:
    return bool(node.type == "trailer" and node.children[0].value == "(")


def _arguments(call: Any) -> list[Any]:
    """What stands between the parentheses, without the commas."""
    inside = call.children[1:-1]
    if len(inside) == 1 and inside[0].type == "arglist":
        inside = inside[0].children
    return [one for one in inside if getattr(one, "value", "") != ","]


def _names(argument: Any) -> bool:
    """Whether an argument is given by its name, not ``*args`` or a generator."""
    if argument.type != "argument" or len(argument.children) != 3:
        return False
    return getattr(argument.children[1], "value", "") == "="


def _asserts(call: Any, argument: Any) -> bool:
    """Whether it is the ``strict`` of a ``zip``, which is an assertion about two lengths."""
    return _called(call) == "zip" and argument.children[0].value == "strict"


def _called(call: Any) -> str:
    """The last part of the name of what is called."""
    before = call.get_previous_sibling()
    return str(before.get_last_leaf().value) if before is not None else ""


OWN = (
    StatementRemoved,
    BranchTaken,
    SliceBoundDropped,
    ArgumentDropped,
    ArgumentsSwapped,
    CopyRemoved,
    AugmentedAssignment,
)


def operators() -> dict[str, Any]:
    """Every operator that takes part, by name: Cosmic Ray's, then ours."""
    provider = OperatorProvider()
    theirs = {name: provider[name]() for name in provider if _takes_part(name)}
    return theirs | {one.__name__: one() for one in OWN}


def _takes_part(name: str) -> bool:
    """Not the two that need to be told variables, nor arithmetic that no float knows."""
    kind, _, rest = name.partition("_")
    if kind == "ReplaceBinaryOperator":
        words = set(rest.split("_"))
        return words <= set(ARITHMETIC) or words <= set(SETS)
    return not kind.startswith("Variable")


KINDS = {
    "ReplaceBinaryOperator": "arithmetic",
    "ReplaceComparisonOperator": "comparison",
    "ReplaceUnaryOperator": "sign or negation",
    "NumberReplacer": "number, index or axis",
    "ReplaceTrueWithFalse": "boolean",
    "ReplaceFalseWithTrue": "boolean",
    "ReplaceAndWithOr": "boolean",
    "ReplaceOrWithAnd": "boolean",
    "AddNot": "branch",
    "BranchTaken": "branch",
    "ReplaceBreakWithContinue": "loop",
    "ReplaceContinueWithBreak": "loop",
    "ZeroIterationForLoop": "loop",
    "ExceptionReplacer": "exception",
    "RemoveDecorator": "decorator removed",
    "StatementRemoved": "statement removed",
    "SliceBoundDropped": "slice",
    "ArgumentDropped": "argument dropped",
    "ArgumentsSwapped": "arguments swapped",
    "CopyRemoved": "copy removed",
    "AugmentedAssignment": "augmented assignment",
}


def kind_of(operator: str) -> str:
    """In words what an operator of this name changes."""
    return KINDS[operator.partition("_")[0]]
