"""Every page that a program writes is what it would write today, and the site has it in full."""

import json
from pathlib import Path

import pytest

from lstm_spec import mutants
from lstm_spec.selftest import noise
from lstm_spec.site import kill_matrix_page, pages, tolerances_page
from lstm_spec.site.pages import MARK, PAGES

ROOT = Path(__file__).parents[2]
SUMMARIES = [one for one in PAGES if one.in_full]
PICTURED = [one for one in PAGES if one.picture]
ONE_PAGE = 6000
"""As many characters as a summary may have."""


@pytest.mark.parametrize("page", PAGES, ids=[one.name for one in PAGES])
def test_a_page_is_what_its_data_give_today(page):
    if page.name == "claims":
        pytest.importorskip("scipy", reason="exact intervals: pip install 'lstm-spec[study]'")
    assert (ROOT / page.file).read_text("utf-8") == page.text(ROOT), (
        f"write it again: python -m lstm_spec.site.pages {page.name}"
    )


@pytest.mark.parametrize("page", PICTURED, ids=[one.name for one in PICTURED])
def test_a_picture_is_what_its_data_give_today_and_is_shown_on_its_page(page):
    assert (ROOT / page.picture_file).read_text("utf-8") == page.picture(ROOT), (
        f"write it again: python -m lstm_spec.site.pages {page.name}"
    )
    assert f"](images/{page.name}.svg)" in (ROOT / page.file).read_text("utf-8")


@pytest.mark.parametrize("page", SUMMARIES, ids=[one.name for one in SUMMARIES])
def test_a_summary_is_a_page_long_and_the_site_has_much_more(page):
    summary = (ROOT / page.file).read_text("utf-8")
    assert len(summary) < ONE_PAGE
    assert summary.count(MARK) == 1
    assert len(page.in_full(ROOT)) > 5 * len(summary)


@pytest.mark.parametrize("page", SUMMARIES, ids=[one.name for one in SUMMARIES])
def test_the_site_has_the_whole_page_in_the_place_of_the_sentence_on_it(page, site_hooks):
    summary = (ROOT / page.file).read_text("utf-8")
    shown = site_hooks.in_full(f"{page.name}.md", summary)
    assert shown.startswith(summary.split(MARK)[0])
    assert "This is the summary" not in shown
    assert page.in_full(ROOT) in shown


@pytest.fixture
def site_hooks():
    """The functions that MkDocs calls."""
    pytest.importorskip("mkdocs", reason="the site: pip install 'lstm-spec[docs]'")
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("site_hooks", ROOT / "docs" / "building" / "hooks.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_kill_matrix_in_full_has_every_mutant_with_its_killers():
    data = json.loads((ROOT / kill_matrix_page.FILE).read_text("utf-8"))
    page = kill_matrix_page.in_full(data)
    assert all(f"`{one['name']}` | {len(one['killed_by'])} |" in page for one in data["mutants"])
    assert page.count("\n| CELL-") == sum(one["id"].startswith("CELL-") for one in data["clauses"])


def test_the_tolerances_were_measured_with_the_mutants_and_sizes_of_today():
    data = tolerances_page.read(ROOT / tolerances_page.FILE)
    again = f"measure it again: {data['command']}"
    measured = {one["name"] for one in data["mutants"]}
    assert measured == {one.name for one in mutants.catalogue().mutants}, again
    sizes = [(one["quantity"], one["units"], one["steps"]) for one in data["noise"]]
    assert sizes == [
        (name, one.units, one.steps)
        for name, (_, settings) in noise.QUANTITIES.items()
        for one in settings
    ], again


def test_pages_are_written_by_name_and_an_unknown_name_is_refused(tmp_path, monkeypatch, capsys):
    for name in ("docs", "findings", "reports"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    pages.main(["findings"])
    assert (tmp_path / "docs" / "findings.md").read_text().startswith("# What the suite has found")
    with pytest.raises(SystemExit):
        pages.main(["finding"])
    assert "there is no page 'finding'; there are claims, findings," in capsys.readouterr().err
