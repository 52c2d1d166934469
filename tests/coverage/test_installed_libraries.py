"""The libraries themselves are asked: here, in their pinned environments, and a planted one."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lstm_spec.cli import app, load
from lstm_spec.cli.app import DEVIATIONS, UNUSABLE, WRONG_USAGE
from lstm_spec.coverage import installed
from lstm_spec.coverage.library_map import Argument, Interface, Library, libraries

load()
LIBRARIES = list(libraries().values())
NAMES = [library.name for library in LIBRARIES]


@pytest.mark.parametrize("library", LIBRARIES, ids=NAMES)
def test_the_library_of_this_python_has_the_arguments_of_its_map(library):
    found = installed.of_this_python(library)
    if found is None:
        pytest.skip(f"{library.distribution} is not installed in this Python")
    assert installed.differences(library, found) == []


@pytest.mark.parametrize("library", LIBRARIES, ids=NAMES)
def test_the_library_of_its_environment_has_the_arguments_that_were_recorded(library):
    found = installed.of_its_environment(library)
    if found is None:
        pytest.skip(f"its environment is not here: lstm-spec env create {library.environment}")
    assert found == installed.recorded(library)


SOURCE = """
class Layer:
    def __init__(self, units, *, rate=0.0, **kwargs):
        self.units = units
        self.hidden = kwargs.pop("hidden", None)

    def call(self, x):
        return x

class Options:
    def __init__(self):
        self.clip = 0
"""


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """A library in a module of its own, and the map that fits it."""
    (tmp_path / "planted_library.py").write_text(SOURCE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def interface(name, *arguments, read="signature", **told):
        own = tuple(Argument(one, "not yet") for one in arguments)
        whole = {"source": "", "rest": (), "no_rest": "", "environment": "", **told}
        return Interface(name, read, name, arguments=own, **whole)

    interfaces = (
        interface("planted_library.Layer", "units", "rate", "hidden", no_rest="refused"),
        interface("planted_library.Layer.call", "x"),
        interface("planted_library.Options", "clip", read="attributes"),
    )
    # Any distribution that every environment has gives the version.
    return Library("planted", "Planted", "numpy", "keras-3-tensorflow", interfaces)


def changed(library, position, **changes):
    interfaces = list(library.interfaces)
    interfaces[position] = replace(interfaces[position], **changes)
    return replace(library, interfaces=tuple(interfaces))


def asked(library):
    return installed.differences(library, installed.ask(library, Path(sys.executable)))


def test_a_map_that_fits_has_no_differences(planted):
    assert asked(planted) == []


@pytest.mark.parametrize("position", [0, 1, 2])
def test_an_argument_without_an_entry_is_named(planted, position):
    arguments = planted.interfaces[position].arguments
    (told,) = asked(changed(planted, position, arguments=arguments[:-1]))
    assert f"has the argument {arguments[-1].name}, for which the map has none" in told


@pytest.mark.parametrize("position", [0, 1, 2])
def test_an_entry_without_an_argument_is_named(planted, position):
    arguments = (*planted.interfaces[position].arguments, Argument("gone", "not yet"))
    (told,) = asked(changed(planted, position, arguments=arguments))
    assert "has no argument gone, for which the map has one" in told


def test_further_arguments_and_a_missing_interface_are_named(planted):
    (told,) = asked(changed(planted, 0, no_rest=""))
    assert "takes further arguments" in told
    (told,) = asked(changed(planted, 1, no_rest="refused"))
    assert "takes no further arguments" in told
    (told,) = asked(changed(planted, 1, of="planted_library.Layer.cell"))
    assert "has no planted_library.Layer.call" in told


def test_a_library_that_cannot_be_asked_is_reported(planted, tmp_path):
    with pytest.raises(installed.CannotRead, match="planted"):
        installed.ask(planted, tmp_path / "no-python")
    (tmp_path / "planted_library.py").write_text("raise RuntimeError('broken')")
    with pytest.raises(installed.CannotRead, match="broken"):
        installed.ask(planted, Path(sys.executable), dict(os.environ))


def run(*words):
    return CliRunner().invoke(app, ["coverage", *words])


def test_here_ends_with_1_where_a_library_differs_and_3_where_there_is_none(planted, monkeypatch):
    monkeypatch.setattr(
        "lstm_spec.cli.coverage.chosen", lambda name: [(planted, planted.interfaces[0])]
    )
    monkeypatch.setattr(
        "lstm_spec.coverage.show.recorded", lambda library: installed.Installed("1", {})
    )
    assert run("planted", "--here").exit_code == 0
    lacking = changed(planted, 0, arguments=planted.interfaces[0].arguments[:-1])
    monkeypatch.setattr(
        "lstm_spec.cli.coverage.chosen", lambda name: [(lacking, lacking.interfaces[0])]
    )
    assert run("planted", "--here").exit_code == DEVIATIONS
    absent = replace(planted, distribution="no-such-distribution")
    monkeypatch.setattr(
        "lstm_spec.cli.coverage.chosen", lambda name: [(absent, absent.interfaces[0])]
    )
    assert run("planted", "--here").exit_code == UNUSABLE


def test_a_name_is_shown_or_refused_and_json_has_the_same(tmp_path):
    shown = run("LSTMCell", "--json", str(tmp_path / "coverage.json"))
    assert shown.exit_code == 0
    assert '"recurrent_dropout"' in (tmp_path / "coverage.json").read_text()
    assert run("keras.layers.LTSM").exit_code == WRONG_USAGE
