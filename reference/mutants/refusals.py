"""Arguments of other shapes that are accepted, or rejected only after something has changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import LSTMState
from reference.mutants.planting import planter
from reference.numpy import NumpyModel, checks
from reference.numpy.optimizers import AdamOptimizer

plant = planter("refusals")


@plant("Missing features are read as zeros.", "SEQ-100 SEQ-101")
class MissingFeaturesAreReadAsZeros(NumpyModel):
    def checked_input(self, x, what="x"):
        x = np.asarray(x)
        missing = self.spec.features - x.shape[-1]
        if x.ndim == 3 and missing > 0:
            x = np.pad(x, [(0, 0), (0, 0), (0, missing)])
        return super().checked_input(x, what)


@plant("predict reads only the features that it needs.", "SEQ-101")
class PredictReadsTheFeaturesThatItNeeds(NumpyModel):
    def predict(self, x, batch_size):
        return super().predict(x[..., : self.spec.features], batch_size)


@plant("A single row need not be wrapped in a batch.", "SEQ-100 SEQ-101")
class SingleRowNeedNotBeWrapped(NumpyModel):
    def checked_input(self, x, what="x"):
        return super().checked_input(x[None] if np.ndim(x) == 2 else x, what)


@plant("An input without rows gives an output without rows.", "SEQ-102")
class InputWithoutRowsGivesNone(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if not len(x) and not self.spec.stateful:
            result = super().call(np.zeros((1, max(x.shape[1], 1), x.shape[2])))
            return result._replace(outputs=result.outputs[:0])
        return super().call(x, mask, initial_state)


class OtherStates(NumpyModel):
    def checked_states(self, states, what):
        layers = self.spec.recurrent_layers
        if what == "initial_state":
            states = self.accepted(list(states), layers)
        return super().checked_states(states, what)


@plant("An initial c of more units is cut.", "SEQ-103")
class InitialCOfMoreUnitsIsCut(OtherStates):
    def accepted(self, states, layers):
        return [
            (h, np.asarray(c)[:, : layer.units] if np.ndim(c) == 2 else c)
            for (h, c), layer in zip(states, layers, strict=True)
        ]


@plant("An initial h of one unit is given to all units.", "SEQ-104 GRAD-101")
class InitialHOfOneUnitIsGivenToAll(OtherStates):
    def accepted(self, states, layers):
        return [
            (np.repeat(h, layer.units, axis=1) if np.shape(h)[1:] == (1,) else h, c)
            for (h, c), layer in zip(states, layers, strict=True)
        ]


@plant("An initial state without rows is given to every row.", "SEQ-104")
class InitialStateWithoutRowsIsGivenToEveryRow(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if initial_state is not None:
            initial_state = [
                tuple(np.tile(part, (len(x), 1)) if np.ndim(part) == 1 else part for part in pair)
                for pair in initial_state
            ]
        return super().call(x, mask, initial_state)


@plant("Directions without an initial state start from zero.", "SEQ-105 SEQ-106")
class DirectionsWithoutAnInitialStateStartFromZero(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        layers = self.spec.recurrent_layers
        if initial_state is not None:
            rest = layers[len(initial_state) :]
            zeros = [self.zero_state(layer, rows) for layer in rest]
            initial_state = [*initial_state, *zeros]
        return super().starting_states(rows, initial_state)


@plant("Initial states that are too many are ignored.", "SEQ-105 SEQ-106")
class InitialStatesThatAreTooManyAreIgnored(OtherStates):
    def accepted(self, states, layers):
        return states[: len(layers)]


@plant("set_states sets h before it looks at c.", "STATE-100")
class SetStatesSetsHBeforeItLooksAtC(NumpyModel):
    def set_states(self, states):
        if len(states) == 1 and np.shape(states[0][0]) == self.states[0][0].shape:
            self.states[0] = LSTMState(np.array(states[0][0]), self.states[0][1])
        super().set_states(states)


@plant("set_states gives a single row to all.", "STATE-100")
class SetStatesGivesASingleRowToAll(NumpyModel):
    def set_states(self, states):
        rows = self.spec.batch_size
        super().set_states(
            [
                tuple(np.repeat(part, rows, axis=0) if len(part) == 1 else part for part in pair)
                for pair in states
            ]
        )


@plant("set_states sets as many directions as it is given.", "STATE-101")
class SetStatesSetsAsManyDirectionsAsItIsGiven(NumpyModel):
    def set_states(self, states):
        kept = self.get_states()
        super().set_states([*states[: len(kept)], *kept[len(states) :]])


@plant("set_states sets one direction after the other.", "STATE-101")
class SetStatesSetsOneDirectionAfterTheOther(NumpyModel):
    def set_states(self, states):
        for index, (h, c) in enumerate(states[: len(self.states)]):
            if np.shape(h) == np.shape(c) == self.states[index][0].shape:
                self.states[index] = LSTMState(np.array(h), np.array(c))
        super().set_states(states)


@plant("The steps of a longer mask are dropped.", "MASK-100")
class StepsOfALongerMaskAreDropped(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        return super().call(x, None if mask is None else mask[:, : x.shape[1]], initial_state)


@plant("Steps that a mask does not reach are valid.", "MASK-100 MASK-101")
class StepsThatAMaskDoesNotReachAreValid(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and mask.ndim == 2 and mask.shape[1] < x.shape[1]:
            missing = x.shape[1] - mask.shape[1]
            mask = np.pad(mask, [(0, 0), (0, missing)], constant_values=True)
        return super().call(x, mask, initial_state)


@plant("A mask without rows masks every row.", "MASK-101")
class MaskWithoutRowsMasksEveryRow(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and mask.ndim == 1 and len(mask) == x.shape[1]:
            mask = np.tile(mask, (len(x), 1))
        return super().call(x, mask, initial_state)


class OtherPairs(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        return super().checked_pair(*self.accepted(np.asarray(x), np.asarray(y), of), of, *weights)


@plant("Rows without targets are left out.", "TRAIN-100 TRAIN-102 TRAIN-104 GRAD-100")
class RowsWithoutTargetsAreLeftOut(OtherPairs):
    def accepted(self, x, y, of):
        rows = min(len(x), len(y))
        return x[:rows], y[:rows]


@plant("Targets of one step are those of every step.", "TRAIN-101 TRAIN-103 TRAIN-104 GRAD-101")
class TargetsOfOneStepAreThoseOfEveryStep(OtherPairs):
    def accepted(self, x, y, of):
        if y.ndim == 3 and y.shape[1] == 1:
            y = y.repeat(x.shape[1], axis=1)
        return x, y


@plant("Targets that are too wide are cut.", "TRAIN-100 TRAIN-102 TRAIN-104 GRAD-100")
class TargetsThatAreTooWideAreCut(OtherPairs):
    def accepted(self, x, y, of):
        return x, y[..., : self.spec.output_shape(1, 1)[-1]]


@plant("An update is counted before its batch is checked.", "TRAIN-102")
class UpdateIsCountedBeforeItsBatchIsChecked(NumpyModel):
    def train_on_batch(self, x, y, **weights):
        checked = False
        try:
            self.checked_pair(x, y)
            checked = True
        finally:
            if not checked and isinstance(self.optimizer, AdamOptimizer):
                self.optimizer.t += 1
        return super().train_on_batch(x, y, **weights)


@plant("fit looks at its validation arrays after the first epoch.", "TRAIN-105")
class FitLooksAtItsValidationArraysLate(NumpyModel):
    def fit(self, x, y, *, validation_data=None, **how):
        if validation_data is not None:
            try:
                self.checked_pair(*validation_data)
            except ValueError:
                super().fit(x, y, **{**how, "epochs": 1})
                raise
        return super().fit(x, y, validation_data=validation_data, **how)


@plant("fit leaves out validation rows without targets.", "TRAIN-105")
class FitLeavesOutValidationRowsWithoutTargets(OtherPairs):
    def accepted(self, x, y, of):
        rows = min(len(x), len(y)) if of else len(x)
        rows -= rows % (self.spec.batch_size or 1) if of else 0
        return (x[:rows], y[:rows]) if of else (x, y)


@plant("A bias of one gate is the bias of all.", "CELL-100")
class BiasOfOneGateIsTheBiasOfAll(NumpyModel):
    def set_weights(self, weights):
        shapes = self.spec.weight_shapes
        super().set_weights(
            [
                np.repeat(weight, shape[-1]) if np.shape(weight) == (1,) else weight
                for weight, shape in zip(weights, shapes, strict=True)
            ]
        )


@plant("Rows of a kernel that are too many are dropped.", "CELL-100")
class RowsOfAKernelThatAreTooManyAreDropped(NumpyModel):
    def set_weights(self, weights):
        kernel, *rest = weights
        super().set_weights([kernel[: self.spec.weight_shapes[0][0]], *rest])


@plant("test_on_batch repeats its states for the rows of a larger batch.", "STATE-106")
class TestOnBatchRepeatsTheStates(NumpyModel):
    def test_on_batch(self, x, y, **weights):
        x, y = self.checked_pair(x, y, "", *weights.values())
        kept = self.states
        if self.spec.stateful and len(x) != self.spec.batch_size:
            rows = np.arange(len(x)) % self.spec.batch_size
            self.states = [LSTMState(h[rows], c[rows]) for h, c in kept]
        metrics = self.test_step(x, y)
        if self.spec.stateful and len(x) != self.spec.batch_size:
            self.states = kept
        return metrics


@plant("With a mask, the rows beyond the batch size are left out.", "STATE-106")
class RowsBeyondTheBatchSizeAreLeftOut(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        most = self.spec.batch_size
        if mask is not None and most is not None:
            x, mask = x[:most], mask[:most]
        return super().call(x, mask, initial_state)


@plant("gradients repeats a single row to fill the batch.", "STATE-108")
class GradientsRepeatsASingleRow(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        if self.spec.stateful and len(x) == 1:
            x, y = (np.repeat(one, self.spec.batch_size, axis=0) for one in (x, y))
        return super().gradients(x, y, initial_state, **weights)


@plant("evaluate of a stateful model uses the batch size of the model.", "STATE-107 STATE-108")
class EvaluateUsesTheBatchSizeOfTheModel(NumpyModel):
    def evaluate(self, x, y, batch_size, **weights):
        return super().evaluate(x, y, self.spec.batch_size or batch_size, **weights)


@plant("fit of a stateful model uses the batch size of the model.", "STATE-107 STATE-108")
class FitUsesTheBatchSizeOfTheModel(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        return super().fit(x, y, batch_size=self.spec.batch_size or batch_size, **how)


@plant("A described number of steps is not looked at.", "SEQ-170")
class DescribedStepsAreNotLookedAt(NumpyModel):
    def checked_input(self, x, what="x"):
        x = checks.as_array(x, self.dtype, what)
        checks.check_input(replace(self.spec, time_steps=None), x, what)
        return x


@plant("A stateful model for one row ignores a second one.", "STATE-170")
class StatefulModelForOneRowIgnoresASecond(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if self.spec.stateful and self.spec.batch_size == 1 and mask is None:
            return super().call(x[:1], initial_state=initial_state)
        return super().call(x, mask, initial_state)


@plant("A single feature is repeated where a Dense layer follows.", "TRAIN-170")
class SingleFeatureIsRepeated(NumpyModel):
    def checked_input(self, x, what="x"):
        if len(self.spec.layers) == 2 and np.ndim(x) == 3 and np.shape(x)[2] == 1:
            x = np.repeat(x, self.spec.features, axis=2)
        return super().checked_input(x, what)


@plant("A batch size below one is taken for one.", "LIFE-204")
class BatchSizeBelowOneIsTakenForOne(NumpyModel):
    def predict(self, x, batch_size):
        return super().predict(x, max(batch_size, 1))


@plant("fit with a batch size below zero does nothing.", "LIFE-204")
class FitWithABatchSizeBelowZeroDoesNothing(NumpyModel):
    def fit(self, x, y, *, batch_size, **how):
        if batch_size < 0:
            return {"loss": [0.0] * how["epochs"]}
        return super().fit(x, y, batch_size=batch_size, **how)
