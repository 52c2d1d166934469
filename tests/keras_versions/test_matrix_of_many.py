"""The page of many implementations: names where there is room for them, numbers where not."""

from lstm_spec.comparison.matrix import Column
from lstm_spec.site.matrix_of_many import MANY
from lstm_spec.site.matrix_page import as_markdown


def column(number, **verdicts):
    clauses = {
        name.replace("_", "-"): {
            "statement": f"Sentence of {name}.",
            "verdict": verdict,
            "diagnosis": "",
        }
        for name, verdict in verdicts.items()
    }
    return Column(f"lib{number}", f"lib{number} 1.0", {"name": f"lib{number}"}, clauses)


BAD = {"CELL_01": "fail", "CELL_02": "pass", "MASK_01": "unsupported"}
GOOD = {"CELL_01": "pass", "CELL_02": "pass", "MASK_01": "unsupported"}
COLUMNS = [column(number, **(BAD if number % 5 == 0 else GOOD)) for number in range(MANY + 1)]


def test_it_says_in_words_where_a_clause_fails():
    assert "| CELL-01 | lib0, lib5, lib10 | Sentence of CELL_01. |" in as_markdown(COLUMNS)


def test_every_clause_that_could_be_asked_has_a_sign_in_each_numbered_column():
    lines = as_markdown(COLUMNS).splitlines()
    (head,) = (line for line in lines if line.startswith("| clause | 1 |"))
    assert head.endswith(f"| {MANY + 1} |")
    (signs,) = (line for line in lines if line.startswith("| CELL-01 | ✗"))
    assert [sign.strip() for sign in signs.split("|")[2:-1]].count("✗") == 3
    assert not any(line.startswith("| MASK-01") for line in lines)
    assert "1 clauses are supported by none" in "\n".join(lines)


def test_a_family_counts_what_could_be_asked():
    page = as_markdown(COLUMNS)
    assert "| no. | name | CELL |" in page
    assert "| 1 | lib0 | 1 / 2 |" in page
    assert "| 2 | lib1 | 2 / 2 |" in page


def test_unlike_libraries_are_no_steps_of_each_other():
    assert "From each to the next" not in as_markdown(COLUMNS)
    versions = [column(0, **BAD), column(0, **GOOD), column(0, **GOOD)]
    assert "From each to the next" in as_markdown(versions)
