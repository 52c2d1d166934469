"""The reusable CI job: its file is well formed, and its shell steps do what they should.

They are run as they stand, against a repository beside the test in place of GitHub's. Only ``pip``
is another one: lstm-spec is installed here, and there is no network.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from blocks import ROOT
from command_line import complaint, lstm_spec_commands

FOLDER = ROOT / "examples" / "github"
FILES = sorted(FOLDER.glob("*.yml"))
EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
ENGINE = ROOT / "examples" / "python" / "lstm_engine.py"
VERIFY = '--command "python lstm_engine.py" --only CELL -n 1'


def read(name):
    """A workflow; ``on`` is a truth value in YAML 1.1."""
    found = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    found["on"] = found.pop(True)
    return found


REUSABLE, CALLER = read("lstm-spec-site.yml"), read("call-lstm-spec-site.yml")
JOB = REUSABLE["jobs"]["site"]
STEPS = JOB["steps"]
INPUTS = REUSABLE["on"]["workflow_call"]["inputs"]


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_a_job_has_what_github_asks_for(file):
    found = read(file.name)
    assert {"name", "on", "jobs"} <= set(found)
    for job in found["jobs"].values():
        assert ("uses" in job) != ("runs-on" in job)
        for step in job.get("steps", []):
            assert ("uses" in step) != ("run" in step), step
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))


def test_every_expression_refers_to_something():
    ids = {step["id"] for step in STEPS if "id" in step}
    for name in EXPRESSION.findall((FOLDER / "lstm-spec-site.yml").read_text("utf-8")):
        first, second, *_ = name.split(".")
        known = {"inputs": INPUTS, "steps": ids, "jobs": REUSABLE["jobs"]}[first]
        assert second in known, name
    assert not any("${{" in step.get("run", "") for step in STEPS), "input would become a command"


def test_the_caller_gives_what_the_job_needs():
    call = CALLER["jobs"]["site"]
    assert call["uses"] == "./.github/workflows/lstm-spec-site.yml"
    required = {name for name, one in INPUTS.items() if one.get("required")}
    assert required <= set(call["with"]) <= set(INPUTS)
    assert call["permissions"] == REUSABLE["permissions"]


def test_the_commands_of_the_job_can_be_given():
    lines = "\n".join(step["run"] for step in STEPS if "run" in step).replace("$VERIFY", "keras")
    given = re.findall(r"lstm-spec (?:verify|matrix) [^\n\"]*", lines)
    words = [one for line in given for one in lstm_spec_commands(line)]
    assert [one[0] for one in words] == ["verify", "matrix"]
    assert [complaint(one) for one in words] == ["", ""]


def git(folder, *words):
    who = ("-c", "user.name=me", "-c", "user.email=me@example.org")
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


class Runner:
    """Runs the shell steps of the job as GitHub does: one after the other, with ``bash -e``."""

    def __init__(self, folder):
        self.folder = folder
        self.remote = folder / "remote.git"
        git(folder, "init", "-q", "--bare", "-b", "main", self.remote)
        self.source = folder / "source"
        git(folder, "clone", "-q", self.remote, self.source)
        binaries = folder / "bin"
        binaries.mkdir()
        for name, line in {
            "pip": f'echo "$@" >> {folder / "installed"}',
            "lstm-spec": f'exec "{sys.executable}" -m lstm_spec.cli "$@"',
            "python": f'exec "{sys.executable}" "$@"',
        }.items():
            (binaries / name).write_text(f"#!/bin/sh\n{line}\n")
            (binaries / name).chmod(0o755)
        self.environment = {
            **{name: one for name, one in os.environ.items() if not name.startswith("GIT_")},
            "PATH": os.pathsep.join([str(binaries), os.environ["PATH"]]),
            "PYTHONPATH": str(ROOT),
            "GITHUB_REF_NAME": "main",
            "GITHUB_SHA": "0123456",
        }

    def commit(self, version, *changes):
        """The engine in another version, with texts in it replaced by others."""
        text = ENGINE.read_text("utf-8")
        for before, after in (('"version": "1"', f'"version": "{version}"'), *changes):
            assert before in text
            text = text.replace(before, after)
        (self.source / "lstm_engine.py").write_text(text)
        git(self.source, "add", "--all")
        git(self.source, "commit", "-qm", version)
        git(self.source, "push", "-q", "origin", "HEAD:main")

    def run(self, **inputs):
        """The codes of the steps by name, up to the first that fails; and the folder of the job."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        git(self.folder, "clone", "-q", "--depth", "1", self.remote.as_uri(), work)
        given = {name: one.get("default", "") for name, one in INPUTS.items()} | inputs
        output, codes = self.folder / "output", {}
        output.write_text("")

        def filled(text):
            outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
            values = {f"inputs.{name}": one for name, one in given.items()}
            values |= {f"steps.judge.outputs.{name}": one for name, one in outputs.items()}
            return EXPRESSION.sub(lambda found: values[found[1]], text)

        for step in STEPS:
            if "run" not in step:
                continue
            settings = {**JOB["env"], **step.get("env", {})}
            done = subprocess.run(
                ["bash", "-e", "-c", step["run"]],
                cwd=work,
                env={
                    **self.environment,
                    "GITHUB_OUTPUT": str(output),
                    **{name: filled(one) for name, one in settings.items()},
                },
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            codes[step["name"]] = done.returncode
            self.said = done.stdout + done.stderr
            if done.returncode:
                break
        return codes, work

    def kept(self):
        """The files on the branch of the reports."""
        names = git(self.remote, "ls-tree", "--name-only", "lstm-spec-reports").split()
        return {name: git(self.remote, "show", f"lstm-spec-reports:{name}") for name in names}


@pytest.fixture
def runner(tmp_path):
    if not shutil.which("git") or not shutil.which("bash"):
        pytest.skip("the steps need git and bash; install them")
    return Runner(tmp_path)


CALL = {"lstm-spec": "lstm-spec==0.2", "verify": VERIFY}
LAST = "Pass only if everything is as expected"
PLANTED = ("sigmoid(o[unit]) * math.tanh(c[unit])", "sigmoid(o[unit]) * c[unit]")


def test_a_site_grows_with_every_version(runner):
    """Three versions, the second with a mistake; and earlier reports that others have made."""
    runner.commit("1.9")
    codes, work = runner.run(**CALL)
    assert set(codes.values()) == {0}, runner.said
    assert list(codes) == [step["name"] for step in STEPS if "run" in step]
    assert (runner.folder / "installed").read_text() == "install lstm-spec==0.2\ninstall .\n"
    assert list(runner.kept()) == ["a-page-1.9.json"]
    assert "badges/a-page.svg" in (work / "lstm-spec-site" / "index.html").read_text()

    kept = work / "lstm-spec-kept"
    for name in ("torch", "keras-2.3", "keras-3.0"):
        shutil.copy(ROOT / "reports" / f"{name}.json", kept)
    git(kept, "add", "--all")
    git(kept, "commit", "-qm", "others")
    git(kept, "push", "-q", "origin", "HEAD:refs/heads/lstm-spec-reports")

    runner.commit("1.10", PLANTED)
    codes, work = runner.run(**CALL)
    assert codes.pop(LAST) == 1, "the job fails, and its report is published all the same"
    assert set(codes.values()) == {0}
    history = (work / "lstm-spec-site" / "history.html").read_text()
    assert "From 1.9 to 1.10" in history
    assert "no longer pass" in history
    assert "reports/a-page-1.10.html#CELL-" in history
    assert "From 2.3.1 (tensorflow 1.15.5) to 3.0.5" in history

    runner.commit("1.10")
    codes, work = runner.run(**CALL)
    assert set(codes.values()) == {0}
    assert sorted(runner.kept()) == [
        *("a-page-1.10.json", "a-page-1.9.json"),
        *("keras-2.3.json", "keras-3.0.json", "torch.json"),
    ]
    assert json.loads(runner.kept()["a-page-1.10.json"])["counts"]["fail"] == 0
    assert "no longer pass" not in _between(
        (work / "lstm-spec-site" / "history.html").read_text(), "From 1.9 to 1.10", "<h2"
    )


def _between(text, start, end):
    return text.split(start)[1].split(end)[0]


def test_an_engine_that_cannot_be_used_publishes_nothing(runner):
    runner.commit("1", ('"protocol": 1', '"protocol": 99'))
    codes, work = runner.run(**CALL)
    assert list(codes.items())[-1] == ("Judge", 3)
    assert not (work / "lstm-spec-site").exists()
    assert "lstm-spec-reports" not in git(runner.remote, "branch", "--list")


def test_a_repository_that_is_out_of_reach_is_not_taken_for_a_new_one(runner, monkeypatch):
    runner.commit("1")
    real = git

    def cloned_from_nowhere(folder, *words):
        done = real(folder, *words)
        if words[0] == "clone":
            real(words[-1], "remote", "set-url", "origin", str(folder / "nowhere.git"))
        return done

    monkeypatch.setitem(globals(), "git", cloned_from_nowhere)
    codes, work = runner.run(**CALL)
    assert list(codes.items())[-1] == ("Get the earlier reports", 128)
    assert not (work / "lstm-spec-kept").exists()
