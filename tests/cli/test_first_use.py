"""What a newcomer types, and what is said to that."""

import json
import subprocess
import sys

import pytest
import typer.main
from packaging.requirements import Requirement

from lstm_spec import SPEC_VERSION, __version__, extras
from lstm_spec.clauses import Level, select
from lstm_spec.cli import ROOMS, app, completion, doctor, load, main
from lstm_spec.cli.app import MAINTAINERS, out
from lstm_spec.explanation import source_code
from lstm_spec.report import badge
from lstm_spec.subjects import find as finding
from lstm_spec.verdicts import Verdict

load()


def said(capsys, *words):
    with pytest.raises(SystemExit) as end:
        app(list(words))
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    return end.value.code, " ".join((told.out + told.err).split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["list", "claues"], "did you mean clauses?"),
        (["explain", "STATE-5"], "did you mean STATE-"),
        (["run", "alphabet-statefull"], "did you mean alphabet-stateful"),
        (["env", "create", "kears-2.3"], "Did you mean keras-2.3"),
        (["badge", "nothing.json"], "nothing.json"),
        (["verify", "specimens.py:right"], "Did you mean specimens:right?"),
    ],
)
def test_a_slip_gets_a_suggestion_and_exit_2(words, says, capsys):
    code, told = said(capsys, *words)
    assert code == 2
    assert says in told


def test_a_module_of_the_folder_is_recognised(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").touch()
    assert "Did you mean mine:ATTRIBUTE" in said(capsys, "verify", "mine")[1]


def test_a_missing_library_gets_its_command(monkeypatch):
    monkeypatch.setattr("reference.keras3.KerasImplementation.version", finding.NOT_INSTALLED)
    with pytest.raises(finding.UnusableSubject, match=r"pip install 'lstm-spec\[keras\]'"):
        finding.find("keras")


def test_an_extra_that_lacks_something_is_told_with_its_command(monkeypatch):
    lacking = Requirement("no-such-package>=1")
    monkeypatch.setattr(extras, "_requirements", lambda extra: [lacking])
    assert extras.missing("study") == ["no-such-package>=1"]
    assert extras.install("study") == "pip install 'lstm-spec[study]'"


def test_doctor_names_every_implementation_once(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    from rich.console import Console

    doctor.examine(Console(width=200))
    told = capsys.readouterr().out
    for name in ("keras-2.3", "tensorflow-js", "scalar", "verify numpy"):
        assert name in told
    assert "Python  is needed" not in told


def test_a_mistake_of_ours_is_a_sentence_and_no_traceback(monkeypatch, capsys):
    def breaks(console):
        raise KeyError("a pipeline")

    monkeypatch.setattr("lstm_spec.cli.listing.list_pipelines", breaks)
    monkeypatch.setattr("sys.argv", ["lstm-spec", "list", "pipelines"])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr().err
    assert end.value.code == 70
    assert "KeyError" in told
    assert "LSTM_SPEC_TRACEBACK=1" in " ".join(told.split())
    assert "Traceback" not in told
    monkeypatch.setenv("LSTM_SPEC_TRACEBACK", "1")
    with pytest.raises(KeyError):
        main()


def test_every_command_shows_an_example():
    def leaves(command, name):
        for inner in getattr(command, "commands", {}).items():
            yield from leaves(inner[1], f"{name} {inner[0]}")
        if not hasattr(command, "commands"):
            yield name, command

    lacking = [
        name
        for name, one in leaves(typer.main.get_command(app), "lstm-spec")
        if f"{name}" not in (one.epilog or "")
    ]
    assert lacking == []


def test_every_command_is_in_the_room_that_is_loaded_for_it():
    def first(command):
        inner = list(getattr(command, "commands", {}).values())
        return first(inner[0]) if inner else command.callback

    commands = typer.main.get_command(app).commands
    rooms = {name: first(one).__module__.split(".")[-1] for name, one in commands.items()}
    assert rooms == {name: room for room, names in ROOMS.items() for name in names}


def test_a_command_loads_its_own_room_alone():
    script = (
        "import lstm_spec.cli as cli, sys; cli.load('verify');"
        "print('lstm_spec.cli.verify' in sys.modules, 'lstm_spec.cli.bench' in sys.modules)"
    )
    known = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert known.stdout.split() == ["True", "False"]


def test_a_tab_offers_names():
    assert completion.clauses("state-8") == ["STATE-80"]
    assert "keras-2.3" in completion.subjects("keras")
    assert completion.pipelines("echo-w") == ["echo-whole-sequence"]
    assert "keras-3-tensorflow" in completion.expectations("")
    assert completion.lists("p") == ["pipelines"]
    assert "torch" in completion.environments("t")


def report(**counts):
    """A report of all clauses, as it was read, with these counts."""
    return {
        "spec_version": SPEC_VERSION,
        "unusable": "",
        "interrupted": False,
        "partial": False,
        "level": "core",
        "environment": {"packages": {"lstm-spec": __version__}},
        "clauses": [{"id": one.id} for one in select([], Level.CORE)],
        "counts": dict.fromkeys(["planned", *Verdict], 0) | counts,
    }


@pytest.mark.parametrize(
    ("counts", "message", "standing"),
    [
        ({"pass": 5}, "5 of 5 clauses", "all"),
        ({"pass": 5, "fail": 1}, "5 of 6 clauses", "deviations"),
        ({"pass": 5, "expected-fail": 2}, "5 of 7 clauses, 2 known", "as expected"),
        ({"pass": 5, "unexpected-pass": 1}, "6 of 6 clauses", "deviations"),
        ({"pass": 5, "error": 1}, "5 of 6 clauses", "deviations"),
        ({"unsupported": 5}, "nothing judged", "incomplete"),
    ],
)
def test_a_badge_says_how_many_hold(counts, message, standing):
    data = report(**counts)
    assert badge.message(data) == message
    assert badge.standing(data) == standing
    assert badge.as_endpoint(data)["message"] == message
    assert f"<title>lstm-spec {SPEC_VERSION}: {message}</title>" in badge.as_svg(data)
    json.dumps(badge.as_endpoint(data))


def test_verify_comes_first_and_maintainers_have_a_panel_of_their_own(capsys):
    command = typer.main.get_command(app)
    panels = {name: one.rich_help_panel for name, one in command.commands.items()}
    assert next(iter(panels)) == "verify"
    theirs = {name for name, panel in panels.items() if panel == MAINTAINERS}
    assert theirs == {"selftest", "study", "claims", "tolerances", "badge"}
    _, told = said(capsys, "--help")
    assert told.index("verify") < told.index(MAINTAINERS) < told.index("selftest")


def test_explain_cuts_no_line_of_code(monkeypatch, capsys):
    """At 80 columns, what stood beyond them used to be left out."""
    monkeypatch.setattr(out, "_width", 80)
    (clause,) = select(["STATE-01"])
    assert max(map(len, source_code(clause).splitlines())) > 80
    _, told = said(capsys, "explain", "STATE-01")
    assert "".join(source_code(clause).split()) in "".join(told.split())
