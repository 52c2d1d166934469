"""The matrix as a page, without a browser."""

import json
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from reading_html import complaints, read, words
from reports_to_show import as_column, every_verdict

from lstm_spec.comparison.matrix import Column
from lstm_spec.pipelines import find
from lstm_spec.site import claims_picture, matrix_html, share_picture
from lstm_spec.study.results import Results


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


SVG = "{http://www.w3.org/2000/svg}"


def judged(name, **families):
    """A column with so many passes, failures and clauses that are not supported in each family."""
    clauses = {}
    for family, counts in families.items():
        for verdict, count in zip(("pass", "fail", "unsupported"), counts, strict=True):
            for _ in range(count):
                clauses[f"{family}-{len(clauses):03}"] = {"verdict": verdict}
    return Column(name, name, {}, clauses)


def fields(picture):
    """What is said of each field of the picture, and the figure in it."""
    groups = [
        group for group in ET.fromstring(picture).iter(f"{SVG}g") if group[0].tag.endswith("title")
    ]
    return {group[0].text: group.find(f"{SVG}text").text for group in groups}


def test_the_picture_has_the_share_of_every_family_in_every_implementation():
    columns = [
        judged("one", CELL=(199, 1, 7), STATE=(3, 0, 0), MASK=(0, 0, 5)),
        judged("<two>", CELL=(0, 4, 0), STATE=(1, 2, 0), MASK=(1, 0, 0)),
    ]
    assert fields(share_picture.svg(columns)) == {
        "one, CELL: 199 of 200 clauses pass": "99",  # 100 is said of all clauses only
        "one, STATE: 3 of 3 clauses pass": "100",
        "one, MASK: no clause could be judged": None,
        "<two>, CELL: 0 of 4 clauses pass": "0",
        "<two>, STATE: 1 of 3 clauses pass": "33",
        "<two>, MASK: 1 of 1 clauses pass": "100",
    }


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("least", "fill", "ink"), share_picture.COLOURS)
def test_every_figure_can_be_read_on_its_colour(least, fill, ink):
    dark, bright = sorted((luminance(fill), luminance(ink)))
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_the_page_opens_with_the_picture_and_says_figures_in_its_head():
    one, other = two()
    page = matrix_html.render_matrix([as_column("a", one), as_column("b", other)], {})
    document = read(page)
    sections = [words(section.find("h2")) for section in document.iter("section")]
    assert sections[:2] == ["At a glance", "Implementations"]
    assert "a, CELL: 1 of 2 clauses pass" in page
    facts = words(document.find(".//dl[@class='facts']"))
    assert "2 fail, 1 with a broken adapter, 1 not run, 1 pass unexpectedly, 1 pass" in facts
    assert "1 known deviation," in facts
    assert "as expected" not in facts


def test_the_claims_picture_marks_what_was_published_in_each_distribution():
    name = "alphabet-one-char"
    measures = {claim.measure for claim in find(name).claims if claim.published is not None}
    runs = [{"seed": seed, **dict.fromkeys(measures, seed / 9)} for seed in range(10)]
    studies = {name: Results({"study": name}, runs)}
    picture = claims_picture.svg(studies)
    panels = claims_picture.panels(studies)
    assert {panel.measure for panel in panels} == measures
    assert picture.count("<path") == sum(len(panel.published) for panel in panels) >= 3
    texts = [one.text for one in ET.fromstring(picture).iter(f"{SVG}text")]
    for claim in find(name).claims:
        if claim.published is not None:
            assert any(f"{claim.published:g}" in (text or "") for text in texts)
