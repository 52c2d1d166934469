"""What a subject says neither floods the reader nor acts on his terminal or his files."""

import io
import re
from xml.etree import ElementTree as ET

import pytest
from odd_subjects import ESCAPES
from rich.console import Console
from rich.table import Table
from rich.text import Text
from running import verify

from lstm_spec.clauses import catalogue
from lstm_spec.output.terminal import Terminal
from lstm_spec.output.wording import counted, listed, printable
from lstm_spec.report import Report, html, json_report, junit, reading, text
from lstm_spec.verdicts import Judgement, Verdict

SHOWN = r"\x1b[31mred\x1b]0;title\x07 \x00 \x9b31m \u202eback\ud800"
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800]")


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """Every face of a run whose first smoke clause fails, with escapes in all that it says."""
    folder = tmp_path_factory.mktemp("faces")
    files = [f"--{one}={folder / one}" for one in ("json", "junit", "html")]
    ran = verify("odd_subjects:NamedInEscapes", "--only", ",".join(FAMILIES), *files)
    return ran, folder


FAMILIES = sorted({one.family for one in catalogue()})


def test_what_was_not_run_is_one_line(whole_run):
    """A failing smoke clause used to print a block for each of 444 clauses, 181 kB in all."""
    ran, folder = whole_run
    assert ran.returncode == 3
    lines = [one for one in ran.stdout.splitlines() if one.startswith("not-run ")]
    assert len(lines) == 1
    told = re.match(r"not-run (\d{3}) clauses: the smoke clause CELL-\d\d failed", lines[0])
    assert told
    count = int(told[1])
    assert len(ran.stdout) < 10_000
    assert (folder / "json").stat().st_size < 250 * count
    assert (
        folder / "junit"
    ).stat().st_size < 400 * count  # the statement of each, and the reason once
    page = (folder / "html").read_text("utf-8")
    assert len(re.findall(r"<b>Note\.</b> \d{3} clauses not run", page)) == 1


def test_a_control_character_is_an_escape_in_every_face(whole_run):
    ran, folder = whole_run
    assert not ACTS.search(ran.stdout + ran.stderr)
    assert SHOWN in ran.stderr  # could not be used: ...
    page = (folder / "html").read_text("utf-8")
    assert not ACTS.search(page)
    assert SHOWN in page
    suite = ET.fromstring((folder / "junit").read_text("utf-8"))
    assert SHOWN in suite.get("name")
    assert any(SHOWN in one.get("message") for one in suite.iter("error"))


def test_the_json_keeps_what_was_said(whole_run):
    """JSON has escapes of its own, so nothing is lost there, and nothing acts either."""
    _, folder = whole_run
    assert not ACTS.search((folder / "json").read_text("utf-8"))
    assert reading.read(folder / "json")["implementation"]["version"] == ESCAPES


@pytest.mark.parametrize("place", ["statement", "diagnosis", "reproduce", "source"])
def test_wherever_an_escape_comes_from_it_is_shown(place, tmp_path):
    judged = Judgement("CELL-01", "It is so.", "MUST", Verdict.FAIL)
    setattr(judged, place, ESCAPES)
    judged.evidence.counter_example = {ESCAPES: ESCAPES}
    judged.evidence.got = ESCAPES
    about = {"name": ESCAPES, "version": "1", "backend": ESCAPES, "capabilities": []}
    report = Report(about, about, "core", 0, 1, [judged], warnings=[ESCAPES])
    console = Console(file=io.StringIO(), width=300)
    text.show(report, console)
    junit.write(report, tmp_path / "r.xml")
    for face in (
        console.file.getvalue(),
        (tmp_path / "r.xml").read_text("utf-8"),
        html.render(json_report.as_data(report)),
    ):
        assert not ACTS.search(face)
        assert SHOWN in face
    ET.parse(tmp_path / "r.xml")


def test_no_table_of_any_command_lets_an_escape_through():
    """The last line of defence is the console itself, whatever is printed on it."""
    console = Terminal(file=io.StringIO(), width=120, force_terminal=True)
    table = Table("name")
    table.add_row(ESCAPES)
    console.print(ESCAPES, Text(ESCAPES, style="red"), table, markup=False)
    said = console.file.getvalue()
    ours = re.sub(r"\x1b\[[\d;]*m", "", said.replace("\x1b[31mred\x1b]0", "HARM"))
    assert "HARM" not in ours
    assert not ACTS.search(ours)
    assert said.count("title") == 3


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("é ✓ 中", "é ✓ 中"),
        ("\r\x7f", r"\x0d\x7f"),
        ("a\udcffb", r"a\xffb"),
        ("\ufffe", r"\ufffe"),
        (r"\x1b", r"\x1b"),
    ],
)
def test_only_what_cannot_be_shown_becomes_an_escape(raw, shown):
    assert printable(raw) == shown
    ET.fromstring(f"<a>{printable(raw)}</a>")


def test_counts_and_lists_read_well():
    assert [counted(n, "clause") for n in (0, 1, 2)] == ["0 clauses", "1 clause", "2 clauses"]
    assert [counted(2, one) for one in ("study", "process", "key")] == [
        "2 studies",
        "2 processes",
        "2 keys",
    ]
    assert listed("abc") == "a, b, c"
    assert listed(map(str, range(30)), 3) == "0, 1, 2 and 27 more"
