"""The text of the project uses plain words: none of the phrases below occurs in what a reader sees.

Each phrase was once used and made a reader of the field stumble; beside it stands what to write.
What is read: the statements, titles and reasons of the clauses; every page of the documentation,
but for code within a line; every message and docstring of the package, which are the string
constants of its modules; the templates of its pages; the known deviations; and the scripts that
show the findings.
"""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from lstm_spec.clauses import catalogue

ROOT = Path(__file__).parents[2]

PHRASES = {
    r"held (?:up )?against": "compared with",
    r"\bholds? (?:it|its|them|\w+ installation) (?:to|against)\b": "compares with",
    r"(?:be|is|are) held to\b": "compared with, must reach",
    r"gives? out\b|given out\b": "returns",
    r"(?:rows?|went) in, .*(?:rows? out|came out)": "received and returned",
    r"before any\w* (?:\w+ )?has moved|after any\w* has moved": "before any weight changes",
    r"inside one predict": "within one predict call",
    r"as predict wants|\buncut\b": "split into batches for predict, unsplit",
    r"most tellingly": "the five that fewest clauses catch",
    r"(?:has|in) the order of its outputs": "in processing order, like the outputs",
    r"\ba rest\b|\bof a rest\b": "leftover rows",
    r"unless (?:told|asked) otherwise": "by default",
    r"\b(?:the|a|batch|stateful|any) borders?\b": "batch boundary",
    r"\bway back\b": "backward pass",
    r"\bslopes? (?:of (?:the|its|one|a gate)|along)\b": "derivative",
    r"\b(?:is|are|has) (?:the |not the )?slopes?\b": "derivative",
    r"expected (?:is|are)\b": "Expected: an error",
    r"expected a refusal|after the refusals?\b": "expected an error",
    r"ordinary numbers": "finite values",
    r"\bholds? nan\b": "contains NaN",
    r"cannot be made\b": "cannot be constructed",
    r"\bmend(?:ed|s|ing)?\b": "fix",
    r"cannot be asked|clauses that could be asked": "not supported, supported",
    r"\bholds now\b|does not hold(?: any| now|,)|what held\b|did not hold\b": "passes, fails",
    r"for people\b": "an HTML report, for readers",
    r"known as known": "treats listed deviations as expected",
    r"right engines?\b": "conforming implementations",
    r"to the last bit\b": "bit for bit",
    r"without a word\b": "silently",
    r"\bturned row\b": "reversed row",
    r"\bsquashed\b": "passed through tanh",
    r"masked as a whole": "masked completely",
}


def clauses():
    for one in catalogue():
        for what in (one.statement, one.title, one.why, one.source, one.refutes, one.confirms):
            yield f"clause {one.id}", what


def strings(path):
    """Every string constant of a module, docstrings included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def modules():
    for path in sorted((ROOT / "lstm_spec").rglob("*.py")):
        yield from strings(path)


def findings():
    for path in sorted((ROOT / "findings").glob("*.py")):
        yield from strings(path)
    for path in sorted((ROOT / "findings").glob("*.js")):
        yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def pages():
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    found += [*(ROOT / "lstm_spec").rglob("*.md"), *(ROOT / "lstm_spec").rglob("*.html")]
    for path in sorted(found):
        if path.name != "CHANGELOG.md":  # it says what was renamed
            text = path.read_text("utf-8")
            yield str(path.relative_to(ROOT)), re.sub(r"`[^`\n]+`", "`code`", text)


def known_deviations():
    for path in sorted((ROOT / "lstm_spec" / "expectations").glob("*.toml")):
        yield str(path.relative_to(ROOT)), str(tomllib.loads(path.read_text("utf-8")))


def found(texts, phrase):
    odd = re.compile(phrase, re.IGNORECASE)
    lines = [(where, " ".join(text.split())) for where, text in texts]
    return [
        f"{where}: ...{line[max(0, hit.start() - 30) : hit.end() + 30]}..."
        for where, line in lines
        for hit in odd.finditer(line)
    ]


TEXTS = {one.__name__: list(one()) for one in (clauses, modules, findings, pages, known_deviations)}


@pytest.mark.parametrize("where", TEXTS)
def test_there_is_something_to_read(where):
    assert sum(len(text) for _, text in TEXTS[where]) > 1000


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize("where", TEXTS)
def test_no_odd_phrase_occurs(where, phrase):
    assert found(TEXTS[where], phrase) == [], f"write instead: {PHRASES[phrase]}"


def test_a_phrase_would_be_found():
    assert found([("here", "A row is held\nagainst\nanother.")], r"held (?:up )?against")


def test_the_label_of_the_command_is_reproduce():
    text = (ROOT / "lstm_spec" / "report" / "text.py").read_text("utf-8")
    assert '"reproduce": judgement.reproduce' in text
