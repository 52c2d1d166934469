"""An adapter in another interpreter: the same answers, whatever the library prints or raises."""

import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from interpreters import interpreter, with_numpy

from lstm_spec import model as descriptions
from lstm_spec.clauses import Level, catalogue
from lstm_spec.contract import Capability, Refused, Unsupported
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import EFFORT
from lstm_spec.subjects import worker
from lstm_spec.subjects.protocol import AdapterRaised, SubjectLost
from lstm_spec.subjects.remote import open_command, open_worker
from lstm_spec.verdicts import Verdict

HERE = Path(__file__).parent
ADAPTER = f"{HERE / 'adapter_for_any_python.py'}:Implementation"
SPEC = ModelSpec((LSTM(2, return_sequences=True, stateful=True),), features=3, batch_size=2)


OLD = with_numpy()


@pytest.fixture(params=["with the package", "alone", *OLD])
def subject(request, tmp_path):
    """The adapter behind each kind of worker; alone, the file has only its stand-ins."""
    if request.param == "with the package":
        opened = open_worker(Path(sys.executable), ADAPTER)
    elif request.param == "alone":
        alone = shutil.copy(worker.__file__, tmp_path / "shipped.py")
        opened = open_command(f"{sys.executable} {alone} {ADAPTER}")
    else:
        opened = open_worker(Path(request.param), ADAPTER)
    with opened:
        yield opened


def test_the_same_adapter_holds_every_clause_that_it_declares(subject, numpy_oracle):
    depth = Level.SMOKE
    chosen = [
        one
        for one in catalogue()
        if one.family in ("CELL", "SEQ", "STATE") and one.needs <= subject.capabilities
        # Those are of fields that it does not map.
        if one.id not in ("CELL-181", "CELL-182", "CELL-510", "CELL-511", "STATE-500")
    ]
    assert len(chosen) > 40
    lost = [
        f"{one.id}: {judgement.diagnosis}"
        for one in chosen
        for judgement in [judge(one, subject, numpy_oracle, effort=EFFORT[depth])]
        if judgement.verdict is not Verdict.PASS
    ]
    assert lost == []
    assert subject.starts == 1


def test_what_the_adapter_says_arrives_as_what_it_is(subject):
    x = np.ones((2, 4, 3), np.float32)
    model = subject.build(SPEC)
    with pytest.raises(Refused, match="another batch size"):
        model.call(x[:1])
    with pytest.raises(Refused, match="the library raised ValueError: kernel mismatch"):
        model.call(x[:, :, :2])
    with pytest.raises(Unsupported, match="no masks"):
        model.call(x, mask=np.ones((2, 4), bool))
    with pytest.raises(Unsupported, match="no Dense layer"):
        subject.build(ModelSpec((LSTM(2), Dense(1)), features=3))
    with pytest.raises(Unsupported, match="one direction of 5 units"):
        subject.build(ModelSpec((Bidirectional(LSTM(5)),), features=3))
    with pytest.raises(AdapterRaised, match="AttributeError"):
        model.clone()
    with pytest.raises(Unsupported, match="no operation dream"):
        subject.ask("dream", dict)


def test_preprocessing_and_data_are_asked_over_there(subject):
    assert subject.preprocessing.one_hot([1, 0]).tolist() == [[0, 1], [1, 0]]
    assert subject.preprocessing.one_hot([1, 0], width=3).shape == (2, 3)
    assert subject.data.draws.LETTERS == "ABC"
    here, there = np.random.RandomState(7), np.random.RandomState(7)
    expected = (here.uniform(0.5, 1.0, 2), [here.uniform(), None, "text"])
    drawn, rest = subject.data.draws.two(0.5, rng=there)
    assert drawn.tolist() == expected[0].tolist()
    assert rest == expected[1]
    assert here.uniform() == there.uniform()  # the caller's generator has moved on as well


def test_a_modern_generator_moves_on_as_well():
    with open_worker(Path(sys.executable), ADAPTER) as subject:
        here, there = np.random.default_rng(7), np.random.default_rng(7)
        drawn, _ = subject.data.draws.two(0.0, there)
        assert drawn.tolist() == here.uniform(0.0, 1.0, 2).tolist()
        here.uniform()
        assert here.integers(1000, size=3).tolist() == there.integers(1000, size=3).tolist()


def test_what_cannot_be_sent_is_unsupported_and_no_refusal():
    with open_worker(Path(sys.executable), ADAPTER) as subject:
        with pytest.raises(Unsupported, match="dtype object cannot be sent"):
            subject.build(SPEC).call(np.array([[["text"]]], object))
        with pytest.raises(Unsupported, match="a set cannot be sent"):
            subject.preprocessing.one_hot({1, 2})


def test_models_that_nobody_holds_are_released():
    with open_worker(Path(sys.executable), ADAPTER) as subject:
        kept = subject.build(SPEC)
        dropped = subject.build(SPEC)
        handle = dropped._handle
        del dropped
        kept.get_weights()
        with pytest.raises(AdapterRaised, match=f"KeyError: {handle}"):
            subject.ask("get_weights", dict, model=handle)


def test_an_address_that_leads_nowhere_is_an_error_that_says_so():
    python = Path(sys.executable)
    with pytest.raises(SubjectLost, match="no implementation called 'nunpy'"):
        open_worker(python, "nunpy")
    with pytest.raises(SubjectLost, match=r"ImportError: there is no file .*nowhere\.py"):
        open_worker(python, "nowhere.py:implementation")
    with pytest.raises(SubjectLost, match="ModuleNotFoundError: No module named 'nowhere'"):
        open_worker(python, "nowhere:implementation")
    with pytest.raises(SubjectLost, match=r"AttributeError: .*'Implementatoin'"):
        open_worker(python, ADAPTER.replace("Implementation", "Implementatoin"))
    with pytest.raises(SubjectLost, match="there is no program '/no/python'"):
        open_worker(Path("/no/python"), ADAPTER)


def test_a_file_inside_a_package_is_imported_under_its_full_name(tmp_path):
    package = tmp_path / "house" / "numpy"  # a neighbour called like a library
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("from .inside import implementation")
    (package / "inside.py").write_text(
        "import numpy\nfrom house.numpy import __name__ as name\n"
        "class implementation:\n"
        "    version = numpy.__version__\n"
        "    capabilities = ()\n"
        "    build = None\n"
        "    name = name\n"
    )
    with open_worker(Path(sys.executable), f"{package / '__init__.py'}:implementation") as subject:
        assert (subject.name, subject.version) == ("house.numpy", np.__version__)


@pytest.mark.parametrize("kind", [*worker.KINDS.values(), worker.ModelSpec])
def test_the_stand_ins_have_the_fields_and_defaults_of_the_real_descriptions(kind):
    real = sorted(fields(getattr(descriptions, kind.__name__)), key=lambda one: bool(one.kw_only))
    theirs = [pair for pair in kind.fields if pair[0] != "weight_shapes"]
    assert [name for name, _ in theirs] == [field.name for field in real]
    for (name, default), field in zip(theirs, real, strict=True):
        if name == "optimizer":
            assert vars(default) == vars(field.default_factory())
        elif default not in (None, ()):
            assert default == field.default, name


def test_the_stand_ins_know_every_capability():
    assert sorted(worker.CAPABILITIES) == sorted(Capability)
    for one in Capability:
        assert getattr(worker.Capability, one.name) == one


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8"])
def test_the_worker_is_valid_python(version):
    path = interpreter(version)
    if path is None:
        pytest.skip(f"there is no Python {version} on the PATH or under pyenv")
    check = "import ast, sys; ast.parse(open(sys.argv[1]).read())"
    subprocess.run([path, "-c", check, worker.__file__], check=True, timeout=30)


@pytest.mark.parametrize("python", [sys.executable, *OLD])
def test_a_lifted_function_works_from_python_3_7(python, clause):
    version = subprocess.run(
        [python, "-c", "import sys; print(sys.version_info >= (3, 7))"],
        capture_output=True,
        text=True,
    )
    if version.stdout != "True\n":
        pytest.skip(f"{python} is older than 3.7, which lstm_spec.lifting needs")
    with open_worker(Path(python), f"{HERE / 'lifted.py'}:implementation") as subject:
        assert judge(clause, subject, None).verdict is Verdict.PASS
        assert subject.starts == 1
