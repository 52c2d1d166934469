"""Resets of single rows that clear too little, too much or other rows."""

from __future__ import annotations

from lstm_spec.model import LSTMState
from reference.mutants.planting import planter
from reference.numpy.model import NumpyModel

plant = planter("resets")


@plant(
    "A reset of some rows resets all of them.",
    "STATE-301 STATE-302 STATE-304",
    diagnosis="a reset of rows resets all rows",
)
class AllRowsAreReset(NumpyModel):
    def reset_rows(self, rows):
        super().reset_rows(rows)
        self.reset_states()


@plant(
    "A reset of some rows does nothing.",
    "STATE-301 STATE-302 STATE-304",
    diagnosis="a reset of rows does nothing",
)
class NoRowIsReset(NumpyModel):
    def without_rows(self, state, rows):
        return state


@plant(
    "A reset of rows clears h and leaves c.",
    "STATE-301 STATE-302 STATE-304",
    diagnosis="a reset of rows clears only h",
)
class OnlyHOfARow(NumpyModel):
    def without_rows(self, state, rows):
        return LSTMState(super().without_rows(state, rows)[0], state[1])


@plant(
    "A reset of rows clears c and leaves h.",
    "STATE-301 STATE-302 STATE-304",
    diagnosis="a reset of rows clears only c",
)
class OnlyCOfARow(NumpyModel):
    def without_rows(self, state, rows):
        return LSTMState(state[0], super().without_rows(state, rows)[1])


@plant(
    "A reset of rows keeps these and clears the others.",
    "STATE-301 STATE-302 STATE-304",
    diagnosis="a reset of rows clears the other rows",
)
class OtherRowsAreReset(NumpyModel):
    def without_rows(self, state, rows):
        others = [row for row in range(len(state[0])) if row not in rows]
        return super().without_rows(state, others)


@plant(
    "A reset of rows clears the row after each as well.",
    "STATE-301 STATE-304",
    diagnosis="a reset of rows clears the row after each as well",
)
class NeighbourIsReset(NumpyModel):
    def without_rows(self, state, rows):
        count = len(state[0])
        return super().without_rows(state, [*rows, *((row + 1) % count for row in rows)])


@plant(
    "A reset of rows reaches the first layer only.",
    "STATE-301",
    diagnosis="a reset of rows reaches only the first layer of two",
)
class FirstLayerOnly(NumpyModel):
    def reset_rows(self, rows):
        kept = list(self.states)
        super().reset_rows(rows)
        self.states[1:] = kept[1:]


@plant(
    "A reset of rows reaches the forward half only.",
    "STATE-302",
    diagnosis="a reset of rows reaches only the forward half of a bidirectional layer",
)
class ForwardHalfOnly(NumpyModel):
    def reset_rows(self, rows):
        kept = list(self.states)
        super().reset_rows(rows)
        for index, layer in enumerate(self.spec.recurrent_layers):
            if layer.go_backwards:
                self.states[index] = kept[index]


@plant(
    "A reset of no rows is a reset of all.",
    "STATE-302",
    diagnosis="a reset of no rows resets all rows",
)
class NoRowsAreAll(NumpyModel):
    def reset_rows(self, rows):
        super().reset_rows(rows)
        if not rows:
            self.reset_states()


@plant(
    "A row that is not there is passed over.",
    "STATE-303",
    diagnosis="a reset of rows passes over a row that is not there",
)
class MissingRowIsPassedOver(NumpyModel):
    def reset_rows(self, rows):
        super().reset_rows([row for row in rows if 0 <= row < self.spec.batch_size])


@plant(
    "Rows before one that is not there are reset before it is refused.",
    "STATE-303",
    diagnosis="a reset of rows that is refused has cleared the rows before the missing one",
)
class ResetBeforeItIsRefused(NumpyModel):
    def reset_rows(self, rows):
        for row in rows:
            super().reset_rows([row])
