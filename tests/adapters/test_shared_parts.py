"""What adapters share refuses what was not declared, and hands the rest over as it is."""

import numpy as np
import pytest

from lstm_spec.clauses import select
from lstm_spec.contract import Refused, Unsupported
from lstm_spec.model import LSTM, Bidirectional, Dense, Masking, ModelSpec
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.adapters.support.adapter import MAPS, Adapter, check
from reference.adapters.support.lengths import lengths_of
from reference.adapters.support.one_layer import OneLayer
from reference.adapters.support.weights import copies
from reference.numpy import implementation as oracle

PLAIN = ModelSpec((LSTM(4, return_sequences=True),), 3)


@pytest.mark.parametrize(
    ("layers", "needed"),
    [
        ((LSTM(4, use_bias=False),), "no-bias"),
        ((LSTM(4, go_backwards=True),), "go-backwards"),
        ((LSTM(4, recurrent_activation="hard_sigmoid_keras2"),), "hard-sigmoid"),
        ((Bidirectional(LSTM(4)),), "bidirectional"),
        ((LSTM(4), Dense(2)), "layers"),
        ((Masking(), LSTM(4)), "layers"),
    ],
)
def test_what_is_not_declared_is_unsupported(layers, needed):
    with pytest.raises(Unsupported, match=needed):
        check(ModelSpec(layers, 3), {"forward"})
    check(
        ModelSpec(layers, 3),
        {"forward", "layers", "mask", needed},
        {**MAPS, "Masking": ["mask_value"]},
    )


def test_other_activations_and_wider_numbers_are_unsupported():
    with pytest.raises(Unsupported, match="relu"):
        check(ModelSpec((LSTM(4, activation="relu"),), 3), {"forward"})
    with pytest.raises(Unsupported, match="float64"):
        check(ModelSpec((LSTM(4),), 3, dtype="float64"), {"forward"})
    with pytest.raises(Unsupported, match="stateful"):
        check(ModelSpec((LSTM(4, stateful=True),), 3, batch_size=2), {"forward"})


def test_a_tail_becomes_a_length_and_a_hole_is_unsupported():
    mask = np.array([[True, True, True], [True, False, False], [False, False, False]])
    assert lengths_of(mask).tolist() == [3, 1, 0]
    with pytest.raises(Unsupported):
        lengths_of(np.array([[True, False, True]]))
    with pytest.raises(Unsupported):
        lengths_of(np.array([[False, True, True]]))


def test_weights_are_copied_and_other_shapes_refused():
    weights = [np.ones(shape, "float32") for shape in PLAIN.weight_shapes]
    made = copies(PLAIN, weights)
    made[0][:] = 7
    assert (weights[0] == 1).all()
    with pytest.raises(Refused, match="shapes"):
        copies(PLAIN, [weights[0].T, *weights[1:]])


class Layer(OneLayer):
    """A library of one layer: the oracle's arithmetic, found through the shared part."""

    library = "the library"

    def load(self, kernel, recurrent, bias):
        layer = LSTM(self.layer.units, return_sequences=True)
        self.model = oracle.build(ModelSpec((layer,), self.spec.features))
        self.model.set_weights([kernel, recurrent, bias])

    def run(self, x, state, lengths):
        mask = None if lengths is None else np.arange(x.shape[1]) < lengths[:, None]
        self.x = x
        y, states = self.model.call(x, mask=mask, initial_state=state and [state])
        return y, states[0]

    def slope(self, d_outputs):
        # the mean squared error has this slope at targets of outputs - slope * size / 2
        targets = self.model.call(self.x).outputs - d_outputs * d_outputs.size / 2
        _, weights, of_x, _ = self.model.gradients(self.x, targets)
        return weights, of_x


class Swapped(Layer):
    """The mistake of a converter: input and forget gate change places."""

    def load(self, *weights):
        units = self.layer.units
        order = np.r_[units : 2 * units, :units, 2 * units : 4 * units]
        super().load(*(array[..., order] for array in weights))


CAN = "forward initial-state final-state mask-tail gradients"


def verdicts(model, *families):
    subject = Adapter("a library", "1", model, CAN)
    found = [judge(clause, subject, oracle) for clause in select(families)]
    return {one.id: one for one in found if one.verdict is not Verdict.UNSUPPORTED}


def test_a_right_library_of_one_layer_holds_every_clause():
    found = verdicts(Layer, "CELL", "MASK", "GRAD")
    wrong = {one.id: one.diagnosis for one in found.values() if one.verdict is not Verdict.PASS}
    assert not wrong
    assert len(found) > 50


def test_a_converter_that_swaps_gates_is_found():
    found = verdicts(Swapped, "CELL")
    assert found["CELL-06"].verdict is Verdict.FAIL
    assert found["CELL-07"].verdict is Verdict.FAIL
    assert found["CELL-08"].verdict is Verdict.FAIL
