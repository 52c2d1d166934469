"""Files that are no readable model: one clear sentence, exit 3, little memory, nothing run."""

import os
import resource
import subprocess
import sys
import time

import pytest
from bad_files import BAD

SECONDS, MEBIBYTES = 30, 1536
UNREADABLE = 3


def limited():
    """In the child: no more memory or time than this, whatever the file claims."""
    resource.setrlimit(resource.RLIMIT_AS, (MEBIBYTES << 20, MEBIBYTES << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def asked(path, *more):
    """``lstm-spec model`` on a file, in a process with limits."""
    return subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", "model", str(path), *more],
        capture_output=True,
        text=True,
        timeout=4 * SECONDS,
        preexec_fn=limited,
        env={**os.environ, "COLUMNS": "200", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        cwd=path.parent,
    )


@pytest.mark.parametrize("maker", BAD, ids=lambda one: one.__name__)
def test_a_bad_file_gets_one_clear_sentence(maker, tmp_path):
    canary = tmp_path / "canary"
    folder = tmp_path / "folder"
    folder.mkdir()
    path = maker(folder, canary)
    before = {one: one.stat().st_size for one in folder.rglob("*")}
    started = time.monotonic()
    ran = asked(path)
    assert time.monotonic() - started < 4 * SECONDS
    assert ran.returncode == UNREADABLE, ran.stderr
    assert ran.stderr.startswith("lstm-spec: ")
    assert BAD[maker] in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "mistake of lstm-spec" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not canary.exists()
    assert {one: one.stat().st_size for one in folder.rglob("*")} == before


def test_what_was_read_before_a_refused_layer_is_told(tmp_path):
    from bad_files import lambda_layer

    ran = asked(lambda_layer(tmp_path, tmp_path / "canary"))
    assert "read so far" in ran.stdout
    assert "lstm: LSTM (units=4), output (4)" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--write", "out.txt"], "--write takes FILE.py or FILE.keras"),
        (["--write", "missing/out.py"], "the folder does not exist"),
        (["--write", "model.keras"], "would change"),
        (["--write", "taken.py"], "would replace taken.py"),
        (["--write", "out.keras", "--target", "torch"], "--target torch needs"),
        (["--data", "none.npy"], "cannot be read"),
        (["--vectors", "full"], "is not empty"),
        (["--json", "missing/x.json"], "the folder does not exist"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_written(arguments, message, tmp_path):
    from keras_files import keras_archive, lstm_config, sequential

    path = keras_archive(tmp_path / "model.keras", sequential(lstm_config()))
    (tmp_path / "taken.py").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    content = path.read_bytes()
    before = sorted(tmp_path.rglob("*"))
    ran = asked(path, *arguments)
    assert ran.returncode == 2, ran.stderr
    assert message in ran.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert path.read_bytes() == content


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    ran = asked(tmp_path / "none.h5")
    assert ran.returncode == 2
    assert "there is no file" in ran.stderr
