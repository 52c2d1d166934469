"""A message of 10 MB is cut where it comes in, with its length said, and costs no time."""

import time
from pathlib import Path

import pytest
from running import HERE, verify

from lstm_spec.contract import Refused, Unsupported
from lstm_spec.evidence import in_short
from lstm_spec.report import reading
from lstm_spec.subjects.protocol import AdapterRaised, read_reply


def test_a_short_text_stays_as_it_is():
    assert in_short("x" * 4000) == "x" * 4000


def test_of_a_long_text_the_beginning_stays_and_its_length_is_said():
    assert in_short("y" + "x" * 5000, 3) == "yxx ... (cut: 5001 characters in all)"


def test_a_subject_that_says_ten_million_characters_does_not_stall_the_run(tmp_path):
    file = tmp_path / "r.json"
    started = time.monotonic()
    ran = verify("faulty:talks", "--only", "SEQ", "--json", file, "--html", tmp_path / "r.html")
    assert time.monotonic() - started < 30
    assert ran.returncode == 1
    assert "(cut: 10000014 characters in all)" in " ".join(ran.stdout.split())
    assert all(Path(tmp_path / name).stat().st_size < 10**6 for name in ("r.json", "r.html"))
    assert len(ran.stdout) < 10**5
    talked = [one for one in reading.read(file)["clauses"] if one["verdict"] == "error"]
    assert len(talked) > 3
    assert all(one["diagnosis"].startswith("RuntimeError: xxxx") for one in talked)


def test_nor_does_one_whose_import_fails_at_length(tmp_path):
    (tmp_path / "loud.py").write_text("raise RuntimeError('x' * 10_000_000)")
    ran = verify("loud:subject", cwd=tmp_path)
    assert ran.returncode == 3
    assert len(ran.stderr) < 10**4
    assert "characters in all" in ran.stderr


def test_nor_does_a_name_at_length(tmp_path):
    ran = verify("faulty:Named", "--json", tmp_path / "r.json", cwd=HERE)
    assert ran.returncode == 0
    assert len(ran.stdout) < 10**4
    assert (
        "(cut: 10000000 characters in all)"
        in reading.read(tmp_path / "r.json")["implementation"]["name"]
    )


@pytest.mark.parametrize(
    ("kind", "raised"),
    [("refused", Refused), ("unsupported", Unsupported), ("error", AdapterRaised)],
)
def test_what_a_program_says_is_cut_where_it_is_read(kind, raised):
    line = b'{"id": 1, "%s": "%s"}' % (kind.encode(), b"x" * 10_000_000)
    with pytest.raises(raised) as said:
        read_reply(line, 1)
    assert len(str(said.value)) < 5000
    assert str(said.value).endswith("(cut: 10000000 characters in all)")
