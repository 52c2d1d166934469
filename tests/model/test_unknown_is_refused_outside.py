"""What is unknown reaches no worker and no program, and a worker refuses it once more by itself."""

import shutil
import sys
from pathlib import Path

import pytest
from planted import UNASKED, UNKNOWN

from lstm_spec.contract import Unsupported
from lstm_spec.model import LSTM, SGD, SPECIFICATION_0_1, Adam, Bidirectional, ModelSpec
from lstm_spec.model.json_form import from_json, to_json
from lstm_spec.subjects import answers, worker
from lstm_spec.subjects.protocol import AdapterRaised, ProtocolError
from lstm_spec.subjects.remote import open_command, open_worker

HERE = Path(__file__).parents[1] / "subjects"
sys.path.insert(0, str(HERE))
from interpreters import with_numpy  # noqa: E402

PROGRAM = Path(__file__).parents[2] / "examples" / "python" / "lstm_engine.py"

ADAPTER = '''
class Implementation(object):
    """Takes whatever it is given; the maps, if it has any, are written below."""
    name, version, capabilities = "open", "1", frozenset(["forward", "train"])
    def build(self, spec):
        raise ValueError("something was built")
'''
STATES_ITS_MAPS = (
    ADAPTER
    + """
    maps = {"ModelSpec": ("layers", "features", "loss", "optimizer"), "LSTM": ("units",),
            "SGD": (), "loss": ("mse",)}
"""
)


def opened(kind, adapter, folder):
    """The adapter behind each kind of worker; alone, the file has only its stand-ins."""
    (folder / "adapter.py").write_text(adapter)
    place = f"{folder / 'adapter.py'}:Implementation"
    if kind == "with the package":
        return open_worker(Path(sys.executable), place)
    if kind == "alone":
        alone = shutil.copy(worker.__file__, folder / "shipped.py")
        return open_command(f"{sys.executable} {alone} {place}")
    return open_worker(Path(kind), place)


@pytest.fixture(scope="module", params=["with the package", "alone", *with_numpy()])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def says_nothing(kind, tmp_path_factory):
    with opened(kind, ADAPTER, tmp_path_factory.mktemp("open")) as subject:
        yield subject


@pytest.fixture(scope="module")
def states_its_maps(kind, tmp_path_factory):
    with opened(kind, STATES_ITS_MAPS, tmp_path_factory.mktemp("stated")) as subject:
        yield subject


@pytest.fixture(scope="module")
def program():
    with open_command(f"{sys.executable} {PROGRAM}") as subject:
        yield subject


@pytest.mark.parametrize("planted", UNKNOWN)
def test_nothing_unknown_is_sent_to_a_worker(says_nothing, planted):
    asked = says_nothing._requests
    assert UNKNOWN[planted].refused(says_nothing.build) is True
    assert says_nothing._requests == asked


@pytest.mark.parametrize("planted", UNKNOWN)
def test_nothing_unknown_is_sent_to_a_program(program, planted):
    asked = program._requests
    assert UNKNOWN[planted].refused(program.build) is True
    assert program._requests == asked


@pytest.mark.parametrize("planted", UNKNOWN)
def test_a_worker_refuses_it_when_it_is_sent_all_the_same(says_nothing, planted):
    """A worker that was copied somewhere may be older than the suite that asks."""

    def send(spec):
        says_nothing._model("build", spec=to_json(spec))

    assert UNKNOWN[planted].refused(send) is True


UNMAPPED = {
    "field": (ModelSpec((LSTM(4, use_bias=False),), 3), "LSTM.use_bias, which is False"),
    "word": (ModelSpec((LSTM(4),), 3, loss="categorical_crossentropy"), "ModelSpec.loss = 'categ"),
    "default word": (ModelSpec((LSTM(4),), 3, dtype="float64"), "ModelSpec.dtype, which is 'fl"),
    "layer": (ModelSpec((Bidirectional(LSTM(4)),), 3), "nothing for Bidirectional"),
    "optimizer": (ModelSpec((LSTM(4),), 3, optimizer=Adam()), "nothing for Adam"),
    "setting": (ModelSpec((LSTM(4),), 3, optimizer=SGD(0.5)), "SGD.learning_rate, which is 0.5"),
}


@pytest.mark.parametrize("unmapped", UNMAPPED)
def test_what_an_adapter_says_it_maps_holds_at_both_ends(states_its_maps, unmapped):
    spec, words = UNMAPPED[unmapped]
    assert states_its_maps.maps["LSTM"] == ["units"]
    with pytest.raises(Unsupported, match=words):
        states_its_maps.build(spec)
    with pytest.raises(Unsupported, match=words):
        states_its_maps._model("build", spec=to_json(spec))
    with pytest.raises(AdapterRaised, match="something was built"):
        states_its_maps.build(ModelSpec((LSTM(4),), 3))


@pytest.mark.parametrize("new", UNASKED)
def test_a_program_is_not_told_of_new_fields_at_their_default(program, new):
    told = to_json(UNASKED[new], SPECIFICATION_0_1)
    assert told == to_json(from_json(told), SPECIFICATION_0_1)  # nothing but what that has
    assert told != to_json(UNASKED[new])
    program.build(UNASKED[new])


@pytest.mark.parametrize("maps", [["LSTM"], {"LSTM": "units"}, {"LSTM": [1]}])
def test_maps_that_are_no_lists_of_texts_break_the_protocol(maps):
    hello = {"protocol": 1, "name": "a", "version": "1", "capabilities": [], "maps": maps}
    with pytest.raises(ProtocolError, match="'maps' must be lists of texts"):
        answers.hello(hello)
