"""Where a source is changed, and how: Cosmic Ray's operators, ours, and a draw from all places."""

import textwrap

import pytest

pytest.importorskip("cosmic_ray", reason="the extra mutation is not installed")

from lstm_spec.mutants import catalogue
from lstm_spec.selftest.generated.changes import (
    Module,
    draw,
    every,
    modules,
    of_statements,
    sites,
)
from lstm_spec.selftest.generated.operators import kind_of, operators
from lstm_spec.selftest.generated.outcome import read_arguments

(SOURCE,) = catalogue().sources


def becomes(source, kind):
    """What a function with this body can become by one kind of change."""
    code = "def function(a, b, x):\n" + textwrap.indent(source, "    ") + "\n"
    found = [one for one in sites(Module("made", "made.py", code)) if one.kind == kind]
    return {change.becomes for change in every(found)}


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [
        ("x[0] = a", "statement removed", {"pass"}),
        ("a.append(b)", "statement removed", {"pass"}),
        ("raise ValueError", "statement removed", {"pass"}),
        ("a: int", "statement removed", set()),
        ("assert a", "statement removed", set()),
        ("assert_never(a)", "statement removed", set()),
        ("return a", "statement removed", set()),
        ('"""What it does."""', "statement removed", set()),
        ("return a[1:-1]", "slice", {"return a[:-1]", "return a[1:]"}),
        ("return a[::-1]", "slice", {"return a[:]"}),
        ("return a[0]", "number, index or axis", {"return a[ 1]", "return a[ -1]"}),
        ("return a[b]", "slice", set()),
        ("return f(a, axis=0)", "argument dropped", {"return f(a)"}),
        ("return f(a, *b)", "argument dropped", set()),
        ("return f(a, b, axis=0)", "arguments swapped", {"return f(b, a, axis=0)"}),
        ("return np.maximum(a, b)", "arguments swapped", set()),
        ("return f(*a, b)", "arguments swapped", set()),
        ("return a.copy()", "copy removed", {"return a"}),
        ("return a.b[0].copy() + 1", "copy removed", {"return a.b[0] + 1"}),
        ("return np.array(a)", "copy removed", {"return np.asarray(a)"}),
        ("a += b", "augmented assignment", {"a -= b", "a = b"}),
        ("return a if b else x", "branch", {
            "return a if True else x", "return a if False else x", "return a if not b else x",
        }),
        ("return [a for a in b if a]", "branch", {
            "return [a for a in b if True]", "return [a for a in b if False]",
        }),
        ("return a and b", "boolean", {"return a or b"}),
        ("return -a", "sign or negation", {
            "return +a", "return ~a", "return not a", "return a",
        }),
        ("raise ValueError(f'{a + b}')", "arithmetic", set()),
        ("c: dict[int, a | b] = x", "arithmetic", set()),
    ],
)  # fmt: skip
def test_what_a_statement_can_become(source, kind, expected):
    assert becomes(source, kind) == expected


def test_arithmetic_stays_arithmetic_and_every_operator_has_a_kind():
    assert becomes("return a + b", "arithmetic") == {
        f"return a {sign} b" for sign in ("-", "*", "/", "//", "%", "**")
    }
    assert all(kind_of(name) for name in operators())


def test_a_condition_of_several_branches_is_changed_in_each():
    source = "if a:\n    return 1\nelif b:\n    return 2"
    assert {"if True:", "if False:", "elif True:", "elif False:"} <= becomes(source, "branch")


def test_nothing_is_changed_outside_of_functions_but_constants_and_operators():
    module = Module("made", "made.py", "A = f(1, b=2)\nB = A.copy()\n")
    assert {one.kind for one in sites(module)} == {"number, index or axis"}


def test_the_modules_of_a_package_are_found_without_importing_them():
    found = modules(["reference.numpy"])
    assert "reference/numpy/lstm.py" in {one.file for one in found}
    assert found[0].file == "reference/numpy/__init__.py"
    with pytest.raises(ValueError, match=r"no module 'reference\.nympy'"):
        modules(["reference.nympy"])


def test_a_draw_is_the_same_for_a_seed_and_takes_no_place_twice():
    found = [one for module in modules(["reference.numpy.lstm"]) for one in sites(module)]
    first, again, other = (list(draw(found, 12, seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    assert len({(one.operator, one.occurrence) for one in first}) == 12
    for one in first:
        assert one.source != one.module.source
        compile(one.source, one.module.file, "exec")


def test_a_draw_of_more_than_there_is_gives_all_there_is():
    found = sites(Module("made", "made.py", "def function(a):\n    return a[1]\n"))
    assert {one.becomes for one in draw(found, 99, 0)} == {"return a[ 2]", "return a[ 0]"}


def test_every_argument_is_about_a_change_that_there_is():
    """An argument about a function that has been rewritten is to be thought over again."""
    arguments = read_arguments(SOURCE.arguments)
    places = [(one.file, one.inside) for one in arguments.equivalent]
    found = [
        site
        for module in modules(SOURCE.packages)
        for site in sites(module)
        if (module.file, site.inside) in places
    ]
    asked = of_statements(found, {one.was for one in arguments.equivalent})
    about = {(arguments.of(change), change.becomes) for change in every(asked)}
    argued = [(one, becomes) for one in arguments.equivalent for becomes in one.becomes]
    assert [pair for pair in argued if pair not in about] == []


def test_what_is_left_out_is_there():
    left_out = list(read_arguments(SOURCE.arguments).left_out)
    for module in modules(SOURCE.packages):
        for site in sites(module):
            left_out = [one for one in left_out if not one.holds(module.file, site.inside)]
    assert left_out == []


def test_what_python_warns_of_and_what_only_asserts_is_no_change():
    assert "if a is 1: b()" not in becomes("if a == 1: b()", "comparison")
    assert becomes("return zip(a, b, strict=True)", "argument dropped") == set()
    assert becomes("return zip(a, b, strict=True)", "boolean") == set()
    assert becomes("return a.swapaxes(0, 1)", "arguments swapped") == set()
