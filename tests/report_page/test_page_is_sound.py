"""The page without a browser: well formed, accessible, complete, small, and nothing gets out."""

import subprocess
import sys

import pytest
from reading_html import complaints, read, words
from reports_to_show import HOSTILE, QUOTES, every_verdict, hostile, whole_catalogue

from lstm_spec.clauses import catalogue
from lstm_spec.report import html, reading
from lstm_spec.verdicts import Verdict

PAGES = {
    "every verdict": every_verdict,
    "the whole catalogue": whole_catalogue,
    "a hostile report": hostile,
}


@pytest.fixture(scope="module", params=PAGES)
def page(request):
    return html.render(PAGES[request.param]())


def test_a_page_is_well_formed_and_accessible(page):
    assert complaints(page) == []


def test_a_page_asks_for_nothing_from_outside(page):
    tree = read(page)
    for one in tree.iter():
        assert not one.get("src"), one.tag
        assert one.tag == "a" or (one.get("href") or "data:,") == "data:,", one.tag
        assert not any(name.startswith("on") or name == "style" for name in one.attrib)
        if one.tag == "a":
            assert one.get("href").startswith(("#", "https://"))
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_admits_only_the_pages_own_script_and_style(page):
    policy = read(page).find(".//meta[@http-equiv]").get("content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert len(list(read(page).iter("script"))) == len(list(read(page).iter("style"))) == 1


def test_hostile_words_are_shown_as_words():
    tree = read(html.render(hostile()))
    assert words(tree.find(".//h1")).startswith(HOSTILE)
    assert f"{HOSTILE} {QUOTES}" in words(tree.find(".//p[@class='diagnosis']"))
    assert not list(tree.iter("img"))
    shown = words(tree.find(".//body"))
    assert "alert(3)" in shown
    assert "alert(5)" in shown


def test_a_clause_says_all_that_the_report_knows_of_it():
    tree = read(html.render(every_verdict()))
    failed = tree.find(".//details[@id='CELL-12']")
    clause = next(one for one in catalogue() if one.id == "CELL-12")
    shown = words(failed)
    for part in (
        "fail CELL-12 MUST",
        clause.statement,
        clause.source,
        clause.title,
        "12 ms",
        "outputs: got others",
        "row 2, step 1, unit 1",
        "times the tolerance of 5e-06",
        "cuts = {1, 3}",
        "lstm-spec verify keras --only CELL-12 --seed 0",
    ):
        assert part in shown
    first = [words(one) for one in failed.iter("th") if one.get("class") == "first"]
    assert first == ["1"]


def test_the_page_begins_with_what_is_wrong():
    shown = words(read(html.render(every_verdict())).find(".//body"))
    assert "4 of 6 clauses that were judged are not as expected; 1 was not run." in shown
    assert shown.index("h and c are swapped in the initial state") < shown.index("By family")
    assert "The run was interrupted: 1 of 8" in shown
    assert "expectation SEQ-99 matches no clause" in shown


def test_environment_seed_oracle_and_effort_are_told():
    data = every_verdict()
    shown = words(read(html.render(data)).find(".//body"))
    for part in (
        "numpy 3.0 on jax",
        "seed 7",
        "seconds per clause 1.5; call seconds 0.0512",
        data["environment"]["platform"],
        "lstm-spec verify keras --html report.html",
    ):
        assert part in shown


def test_the_counts_of_the_families_are_those_of_the_report():
    data = every_verdict()
    tree = read(html.render(data))
    shown = {
        (one.get("data-show-family"), one.get("data-show-verdict")): int(words(one))
        for one in tree.iter("a")
        if one.get("data-show-verdict")
    }
    expected = {}
    for one in data["clauses"]:
        key = one["id"].split("-")[0], one["verdict"]
        expected[key] = expected.get(key, 0) + 1
    assert shown == expected


def test_issue_numbers_and_urls_become_links():
    links = [one.get("href") for one in read(html.render(every_verdict())).iter("a")]
    assert "https://github.com/keras-team/keras/issues/1820" in links


def test_the_page_of_the_whole_catalogue_stays_under_two_megabytes():
    assert len(html.render(whole_catalogue()).encode()) < 2_000_000


def test_a_report_with_only_what_the_schema_requires_can_be_shown():
    data = every_verdict()
    required = set(reading.schema()["required"])
    bare = {name: value for name, value in data.items() if name in required}
    bare["implementation"] = {"name": "x", "version": "1", "capabilities": []}
    bare["clauses"] = [{name: one[name] for name in ("id", "verdict")} for one in data["clauses"]]
    assert complaints(html.render(reading.in_full(bare))) == []


def test_every_verdict_has_its_meaning_on_the_page():
    legend = read(html.render(every_verdict())).find(".//dl[@class='legend']")
    for verdict in Verdict:
        assert str(verdict) in words(legend)


def test_measured_speed_is_drawn_and_nothing_where_there_is_none():
    data = every_verdict()
    assert "Training speed" not in html.render(data)
    data["speed"] = [
        {"pipeline": "echo", "engine": "jax", "microseconds_per_update": 8.2},
        {"pipeline": "echo", "engine": "keras", "microseconds_per_update": 82.0},
    ]
    reading.check(data)
    page = html.render(data)
    assert complaints(page) == []
    assert 'width="10.0%"' in page


def test_the_command_writes_the_page(tmp_path):
    (tmp_path / "mine.py").write_text(
        "from reference.numpy import implementation\nimplementation = implementation\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "lstm_spec.cli", "verify", "mine:implementation"),
            *("--oracle", "scalar", "--only", "CELL-12", "--html", "page.html", "-n", "1"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text("utf-8")
    assert complaints(page) == []
    assert "CELL-12" in page
    assert [one.name for one in tmp_path.glob("*.part")] == []
