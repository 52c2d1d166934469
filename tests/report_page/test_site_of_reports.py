"""The site that is made of a folder of reports: complete, linked, ordered, safe, the same again."""

import json
import subprocess
import sys

import pytest
from reading_html import complaints, read, words
from reports_to_show import HOSTILE, QUOTES, every_verdict, hostile
from typer.testing import CliRunner

from lstm_spec.cli.matrix import app
from lstm_spec.comparison.versions import order
from lstm_spec.output import folders
from lstm_spec.report import json_report


def data(version, name="mine", **verdicts):
    """A report of eight clauses; ``CELL_12="pass"`` gives one of them another verdict."""
    made = every_verdict()
    made["implementation"] = {**made["implementation"], "name": name, "version": version}
    made["implementation"]["backend"] = ""
    made["interrupted"], made["findings"], made["warnings"] = False, [], []
    for one in made["clauses"]:
        one["verdict"] = verdicts.get(one["id"].replace("-", "_"), one["verdict"])
    tally = [one["verdict"] for one in made["clauses"]]
    made["counts"] = {
        one: len(tally) if one == "planned" else tally.count(one) for one in made["counts"]
    }
    return made


@pytest.fixture
def kept(tmp_path):
    """Three versions of one subject and one of another, in files whose names say nothing."""
    folder = tmp_path / "kept"
    folder.mkdir()
    reports = {
        "b": data("1.10", CELL_12="pass"),
        "a": data("1.9"),
        "c": data("1.10.1", CELL_12="pass", STATE_07="pass", CELL_01="fail"),
        "d": data("7", name="other"),
    }
    for name, one in reports.items():
        json_report.write_data(one, folder / f"{name}.json")
    return folder


def matrix(*options):
    ended = CliRunner().invoke(app, ["matrix", *map(str, options)])
    return ended.exit_code, " ".join(ended.output.split())


def texts(folder):
    return {
        str(one.relative_to(folder)): one.read_text("utf-8")
        for one in folder.rglob("*")
        if one.is_file()
    }


def made(kept, *options):
    """The files of the site of a folder."""
    out = kept.parent / "site"
    code, told = matrix("--reports", kept, "--site", out, *options)
    assert code == 0, told
    return texts(out)


def test_the_site_has_a_page_of_every_kind_and_its_list(kept):
    site = made(kept)
    reports = [f"reports/{name}.{form}" for name in "abcd" for form in ("html", "json")]
    badges = [f"badges/{name}.{form}" for name in ("mine", "other") for form in ("svg", "json")]
    pages = ["index.html", "history.html", "matrix.html"]
    assert sorted(site) == sorted([*reports, *badges, *pages, folders.LIST])
    assert "1.10.1" in site["reports/c.html"]
    assert json.loads(site["reports/c.json"]) == json.loads((kept / "c.json").read_text())
    assert sorted(json.loads(site[folders.LIST])["files"]) == sorted(set(site) - {folders.LIST})


def test_every_page_is_sound_and_leads_to_all_others(kept):
    site = made(kept)
    pages = {name for name in site if name.endswith(".html")}
    out = kept.parent / "site"
    for name in pages:
        assert complaints(site[name]) == [], name
        assert not any(one.get("src") for one in read(site[name]).iter()), name
        links = [one.get("href") for one in read(site[name]).iter("a")]
        leads = {
            str(((out / name).parent / one.split("#")[0]).resolve().relative_to(out.resolve()))
            for one in links
            if one and not one.startswith(("#", "https:"))
        }
        assert pages <= leads, name
        assert leads <= set(site), name


def test_the_same_reports_give_the_same_bytes(kept):
    first = made(kept)
    for name in ("d", "a"):  # as new files, in another order
        text = (kept / f"{name}.json").read_text()
        (kept / f"{name}.json").unlink()
        (kept / f"{name}.json").write_text(text)
    assert made(kept) == first


def test_versions_stand_in_the_order_of_their_numbers(kept):
    tree = read(made(kept)["history.html"])
    rows = [words(one.find("a")) for one in tree.iter("th") if one.get("class") == "version"]
    assert rows == ["1.9", "1.10", "1.10.1"]
    steps = [words(one) for one in tree.iter("h3")]
    assert steps == ["From 1.10 to 1.10.1", "From 1.9 to 1.10"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1.9", "1.10"),
        ("1.10rc1", "1.10"),
        ("1.10.dev3", "1.10rc1"),
        ("v1.2", "1.10"),
        ("1.10-SNAPSHOT", "1.10"),
        ("1.10", "1.10-3-gab12"),
        ("1.10-3-gab12", "1.10-12-gab12"),
        ("1.10-12-gab12", "1.11"),
        ("main", "0.1"),
        ("build 9", "build 10"),
        ("1.0", "1.0.0"),
        ("2.13.0", "2.13.0+cpu"),
    ],
)
def test_a_version_stands_before_another(before, after):
    assert order(before) < order(after)


def test_the_history_says_which_clauses_changed_and_draws_the_share(kept):
    tree = read(made(kept)["history.html"])
    shown = words(tree.find(".//main"))
    assert "From 1.9 to 1.10 1 clause passes now" in shown
    assert "1 clause no longer passes, 1 clause passes now" in shown
    links = [one.get("href") for one in tree.iter("a") if "#" in (one.get("href") or "")]
    assert "reports/b.html#CELL-12" in links
    assert "reports/c.html#CELL-01" in links
    picture = made(kept)["history.html"]
    for told in ("1.9: 33.3 % pass", "1.10: 50 % pass", "1.10.1: 50 % pass"):
        assert f"<title>{told}</title>" in picture
    assert "One version so far other 7" in shown


def test_the_overview_has_the_newest_version_of_each_and_its_badge(kept):
    site = made(kept)
    page = read(site["index.html"])
    rows = [[words(cell) for cell in row] for row in page.find(".//tbody").iter("tr")]
    assert rows == [
        [
            *("mine", "1.10.1 incomplete not all run", "3", "2", "1", "1", "50 %"),
            "1 clause no longer passes; 1 clause passes now History",
        ],
        [
            *("other", "7 incomplete not all run", "2", "3", "1", "1", "33.3 %"),
            "no earlier version",
        ],
    ]
    shown = words(page.find(".//main"))
    newest = json.loads(site["badges/mine.json"])["message"]
    assert newest in site["badges/mine.svg"]
    assert newest in shown


def test_words_of_a_subject_are_shown_as_words(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    evil = hostile()
    for version in (QUOTES, QUOTES + "2"):
        evil["implementation"]["version"] = version
        json_report.write_data(evil, kept / f"<b>{len(version)}'&.json")
    site = made(kept)
    for name, text in site.items():
        if name.endswith(".html"):
            tree = read(text)
            assert not list(tree.iter("img")), name
            assert len(list(tree.iter("script"))) == 1, name
            assert not any(one.get("onerror") for one in tree.iter()), name
            assert complaints(text) == [], name
        assert not set(name) & set("<>'&\" "), name
    assert HOSTILE in words(read(site["index.html"]).find(".//h1"))


def test_a_report_is_kept_in_place_of_the_one_of_its_version(kept, tmp_path):
    new = tmp_path / "new.json"
    json_report.write_data(data("1.10", CELL_12="pass", PIPE_81="pass"), new)
    made(kept, "--keep", new)
    assert sorted(one.name for one in kept.iterdir()) == ["a.json", "b.json", "c.json", "d.json"]
    assert json.loads((kept / "b.json").read_text()) == json.loads(new.read_text())
    json_report.write_data(data("2.0 beta/3"), new)
    site = made(kept, "--keep", new)
    assert (kept / "mine-2.0-beta-3.json").exists()
    assert "reports/mine-2.0-beta-3.html" in site


def test_the_first_report_is_kept_in_an_empty_folder(tmp_path):
    (tmp_path / "kept").mkdir()
    json_report.write_data(data("1"), tmp_path / "new.json")
    site = made(tmp_path / "kept", "--keep", tmp_path / "new.json")
    assert "There is one report of each implementation so far" in site["history.html"]


def test_older_files_of_the_site_are_gone(kept):
    made(kept)
    (kept / "d.json").unlink()
    assert not [name for name in made(kept) if "/d." in name or "other" in name]


def spoiled(kept, how):
    """The folder, and where the site is to go, each as ``how`` wants it."""
    out = kept.parent / "site"
    if how == "no report":
        for one in kept.iterdir():
            one.unlink()
    elif how == "no such folder":
        return kept.parent / "nothing", out
    elif how == "no report at all":
        (kept / "package.json").write_text('{"name": "mine"}')
    elif how == "no text":
        (kept / "z.json").write_bytes(b"\xff\x00")
    elif how == "one version twice":
        (kept / "b2.json").write_text((kept / "b.json").read_text())
    elif how == "foreign files":
        out.mkdir()
        (out / "CNAME").write_text("example.org")
    elif how == "a file":
        out.write_text("mine")
    elif how == "no place":
        out = kept.parent / "deep" / "site"
    elif how == "the folder it runs in":
        out = kept.parent
    return kept, out


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("no report", "there is no report in KEPT: make one with lstm-spec verify SUBJECT"),
        ("no such folder", "there is no report in"),
        ("no report at all", "package.json: the report: 'spec_version' is a required property"),
        ("no text", "z.json is no text, so it is no report: lstm-spec verify SUBJECT --json"),
        ("one version twice", "b.json and b2.json are both reports of mine 1.10: remove one"),
        ("foreign files", "it holds files that this command did not write (CNAME); name a new"),
        ("a file", "it is a file; name a new folder"),
        ("no place", "deep is no folder; make it, or name another"),
        ("the folder it runs in", "the command runs inside it; name a new folder"),
    ],
)
def test_bad_input_is_refused_before_anything_is_changed(kept, monkeypatch, how, told):
    monkeypatch.chdir(kept.parent)
    folder, out = spoiled(kept, how)
    before = {one: one.read_bytes() for one in kept.parent.rglob("*") if one.is_file()}
    code, said = matrix("--reports", folder, "--site", out)
    assert code == 2
    assert told.replace("KEPT", str(kept)) in said
    assert before == {one: one.read_bytes() for one in kept.parent.rglob("*") if one.is_file()}


def test_a_report_that_cannot_be_kept_changes_nothing(kept, tmp_path):
    made(kept)
    before = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    (tmp_path / "bad.json").write_text("[]")
    for options, told in (
        (("--reports", kept, "--keep", tmp_path / "bad.json"), "bad.json: the report"),
        (("--keep", kept / "a.json"), "--keep needs --reports"),
        (("b", "--reports", kept, "--keep", kept / "a.json"), "and no names"),
    ):
        code, said = matrix(*options, "--site", tmp_path / "site")
        assert code == 2
        assert told in said
    (tmp_path / "bad.json").unlink()
    assert before == {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}


def test_two_files_of_one_name_are_refused(kept, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    json_report.write_data(data("9"), other / "a.json")
    code, said = matrix(kept / "a.json", other / "a.json", "--site", tmp_path / "site")
    assert code == 2
    assert "have the same name: rename one of them" in said
    assert not (tmp_path / "site").exists()


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from lstm_spec.cli import main
sys.argv[0] = "lstm-spec"
main()
"""


def test_where_a_file_has_no_room_the_old_site_stays(kept):
    """The pages are larger than any file may become in this process, as on a full disk."""
    before = made(kept)
    (kept / "d.json").unlink()
    out = kept.parent / "site"
    done = subprocess.run(
        [sys.executable, "-c", FULL, "matrix", "--reports", str(kept), "--site", str(out)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert f"cannot write {out}: File too large" in done.stderr
    assert texts(out) == before
    assert sorted(one.name for one in kept.parent.iterdir()) == ["kept", "site"]


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_folder_takes_the_place_of_another(tmp_path, monkeypatch, in_one_step):
    if not in_one_step:
        monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
    for text in ("first", "second"):
        folders.write({"a/b.txt": text, text: ""}, tmp_path / "out")
    assert set(texts(tmp_path / "out")) == {"a/b.txt", "second", folders.LIST}
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("failing", ["the first", "the second"])
def test_a_step_that_fails_is_undone(tmp_path, monkeypatch, failing):
    """Without an exchange in one step there are two, and the second may fail."""
    folders.write({"mine": "first"}, tmp_path / "out")
    monkeypatch.setattr(folders, "_exchanged", lambda one, other: False)
    rename, steps = folders.Path.rename, []

    def failing_once(self, target):
        steps.append(target)
        if len(steps) == (1 if failing == "the first" else 2):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(folders.Path, "rename", failing_once)
    with pytest.raises(folders.CannotWrite, match="Input/output error"):
        folders.write({"mine": "second"}, tmp_path / "out")
    assert (tmp_path / "out" / "mine").read_text() == "first"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
