"""The matrix as a page, without a browser."""

import json
import subprocess
import sys

from reading_html import complaints, read, words
from reports_to_show import as_column, every_verdict

from lstm_spec.site import matrix_html


def two():
    """Two reports; in the second CELL-12 holds, and one clause is missing."""
    other = every_verdict()
    other["clauses"] = [one for one in other["clauses"] if one["id"] != "PIPE-82"]
    for one in other["clauses"]:
        one["verdict"] = "pass" if one["id"] == "CELL-12" else one["verdict"]
    return every_verdict(), other


def cells(page, clause):
    row = read(page).find(f".//tr[@id='{clause}']")
    return [words(one) for one in row.iter("td")]


def test_every_clause_is_a_row_and_every_report_a_column():
    one, other = two()
    page = matrix_html.render_matrix([as_column("a", one), as_column("b", other)], {})
    assert complaints(page) == []
    heads = read(page).find(".//table[@class='matrix']/thead/tr")
    assert [words(head) for head in heads] == ["Clause", "a", "b"]
    assert cells(page, "CELL-12") == ["fail", "pass"]
    assert cells(page, "STATE-07") == ["known", "known"]
    assert cells(page, "PIPE-82") == ["not-run", ""]
    assert "1 clause holds for some and not for others." in words(read(page).find(".//header"))


def test_a_cell_leads_to_its_clause_on_the_reports_own_page():
    one, other = two()
    columns = [as_column("a", one), as_column("b", other)]
    row = read(matrix_html.render_matrix(columns, {"a": "a b.html"})).find(".//tr[@id='CELL-12']")
    assert [link.get("href") for link in row.iter("a")] == ["#CELL-12", "a%20b.html#CELL-12"]


def test_the_command_writes_the_matrix_and_links_the_pages_beside_it(tmp_path):
    for name, data in zip("ab", two(), strict=True):
        counts = data["counts"]
        counts.update(dict.fromkeys(counts, 0), planned=len(data["clauses"]))
        for one in data["clauses"]:
            counts[one["verdict"]] += 1
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    (tmp_path / "b.html").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", "matrix", "a.json", "b.json", "--html", "m.html"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    row = read((tmp_path / "m.html").read_text("utf-8")).find(".//tr[@id='CELL-12']")
    assert [link.get("href") for link in row.iter("a")] == ["#CELL-12", "b.html#CELL-12"]
