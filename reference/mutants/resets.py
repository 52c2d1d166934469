"""Resets that forget something, or happen unasked."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer

plant = planter("resets")


def resets_to(rule) -> type[NumpyModel]:
    """A model whose reset puts ``rule(index, h, c)`` in place of a carried state."""

    class OtherReset(NumpyModel):
        def reset_states(self):
            before = list(self.states)
            super().reset_states()
            for index, state in enumerate(before):
                if state is not None and self.carrying[index]:
                    self.states[index] = rule(index, *state)

    return OtherReset


def first_row_cleared(index, h, c):
    """All rows but the first keep their state."""
    kept = (np.arange(len(h)) > 0)[:, None]
    return h * kept, c * kept


plant(
    "reset_states does nothing.",
    (
        "STATE-31 STATE-10 LIFE-29 LIFE-17 LIFE-34 PIPE-35 PIPE-40 PIPE-41 PIPE-42 PIPE-51 "
        "PIPE-52 PIPE-54 PIPE-57 PIPE-59 PIPE-63 PIPE-66 PIPE-68"
    ),
    diagnosis="reset_states does nothing",
)(resets_to(lambda index, h, c: (h, c)))
plant(
    "reset_states clears h but not c.",
    "GRAD-44 TRAIN-04 TRAIN-05 STATE-31 STATE-38 LIFE-17 PIPE-35 PIPE-51 PIPE-59 PIPE-63",
    diagnosis="reset_states clears h but not c",
)(resets_to(lambda index, h, c: (0 * h, c)))
plant(
    "reset_states clears c but not h.",
    "STATE-31 STATE-38 LIFE-17",
    diagnosis="reset_states clears c but not h",
)(resets_to(lambda index, h, c: (h, 0 * c)))
plant(
    "reset_states clears only the first row.",
    "STATE-31",
    diagnosis="reset_states clears only the first row",
)(resets_to(first_row_cleared))
plant(
    "reset_states clears every row but the first.",
    "STATE-31",
    diagnosis="reset_states clears every row but the first",
)(
    resets_to(
        lambda index, h, c: (
            h * (np.arange(len(h)) == 0)[:, None],
            c * (np.arange(len(c)) == 0)[:, None],
        )
    )
)
plant(
    "reset_states sets the state to one.",
    "STATE-31 STATE-38",
    diagnosis="reset_states sets the state to one",
)(resets_to(lambda index, h, c: (0 * h + 1, 0 * c + 1)))
plant("reset_states halves the state.", "STATE-31", diagnosis="reset_states halves the state")(
    resets_to(lambda index, h, c: (h / 2, c / 2))
)
plant(
    "reset_states leaves a thousandth of the state.",
    "STATE-38 STATE-31",
    diagnosis="reset_states leaves a thousandth of the state",
)(resets_to(lambda index, h, c: (h / 1000, c / 1000)))
plant("reset_states swaps h and c.", "STATE-31", diagnosis="reset_states swaps h and c")(
    resets_to(lambda index, h, c: (c, h))
)
plant(
    "reset_states clears only the first recurrent layer.",
    "STATE-34 STATE-35 PIPE-41 PIPE-42 PIPE-57",
    diagnosis="reset_states clears only the first of two recurrent layers",
    address="keras#17440, #18467",
)(resets_to(lambda index, h, c: (0 * h, 0 * c) if index == 0 else (h, c)))


plant(
    "reset_states clears every recurrent layer but the second.",
    "STATE-34 STATE-35",
    diagnosis="reset_states clears only the first of two recurrent layers",
)(resets_to(lambda index, h, c: (h, c) if index == 1 else (0 * h, 0 * c)))


@plant(
    "reset_states clears only the last recurrent layer.",
    "STATE-34",
    diagnosis="reset_states clears only the second of two recurrent layers",
    address="keras#18467",
)
class ClearsOnlyTheLastLayer(NumpyModel):
    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        self.states[:-1] = [
            now if old is None else old for now, old in zip(self.states, before, strict=True)
        ][:-1]


@plant(
    "reset_states does not reach a bidirectional layer.",
    "STATE-35",
    address="keras#17440",
    diagnosis="reset_states does not clear a bidirectional layer",
)
class BidirectionalIsNotReset(NumpyModel):
    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        bidirectional = any(isinstance(layer, BidirectionalLayer) for layer in self.layers)
        if bidirectional and None not in before:
            self.states = before


@plant(
    "reset_states clears only the forward half of a bidirectional layer.",
    "STATE-35",
    diagnosis="reset_states clears only the forward half of a bidirectional layer",
)
class BackwardHalfIsNotReset(NumpyModel):
    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        for index, layer in enumerate(self.spec.recurrent_layers):
            if layer.go_backwards and before[index] is not None and index:
                self.states[index] = before[index]


@plant(
    "reset_states works once.", "STATE-33", diagnosis="reset_states does nothing the second time"
)
class ResetsOnce(NumpyModel):
    times = 0

    def reset_states(self):
        self.times += 1
        if self.times <= 2:  # the first time is in __init__
            super().reset_states()


@plant("reset_states draws small random states.", "STATE-31 STATE-28")
class ResetsToNoise(NumpyModel):
    def reset_states(self):
        super().reset_states()
        noise = np.random.default_rng(5)
        self.states = [
            None if state is None else tuple(0.05 * noise.standard_normal(a.shape) for a in state)
            for state in self.states
        ]


@plant(
    "reset_states draws new weights.",
    "STATE-36 LIFE-10",
    diagnosis="reset_states changes the weights",
)
class ResetsWeights(NumpyModel):
    def reset_states(self):
        super().reset_states()
        if hasattr(self, "weights") and self.parameters.any():
            self.set_weights(self.engine.fresh_weights(self.spec))


@plant(
    "reset_states takes hold one batch late.",
    "STATE-31",
    diagnosis="reset_states takes effect one batch",
)
class ResetsLate(NumpyModel):
    due = False

    def reset_states(self):
        self.due = None not in self.states
        if not self.due:  # in __init__
            super().reset_states()

    def carry(self, final):
        super().carry(final)
        if self.due:
            self.due = False
            super().reset_states()


@plant(
    "The states are reset before every batch of training.",
    "TRAIN-04 TRAIN-05 TRAIN-55",
    address="keras on jax: stateful is stateless in fit",
    diagnosis="train_on_batch starts from a cleared state",
)
class ResetsEveryBatch(NumpyModel):
    def train_step(self, x, y):
        self.reset_states()
        return super().train_step(x, y)


@plant(
    "A direct call resets the state first.",
    "STATE-32 STATE-01 LIFE-01",
    diagnosis="no state is carried",
)
class CallResets(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        self.reset_states()
        return super().call(x, mask, initial_state)


@plant(
    "A second reset brings the state back.",
    "STATE-33",
    diagnosis="a second reset restores the state",
)
class ResetSwapsBuffers(NumpyModel):
    spare = None

    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        if self.spare is not None and not any(np.any(state) for state in before):
            self.states = self.spare
        self.spare = before
