"""fit whose events come in another order, seen by resets at them."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("fitting")


class Moved(NumpyModel):
    """An event comes when another one should: ``early`` where ``wanted`` should not yet."""

    wanted = early = ""

    def happens(self, event):
        if event == self.early and self.reset_at == self.wanted:
            self.reset_states()
        elif event != self.wanted:
            super().happens(event)


@plant("The callback of an epoch resets before the validation.", "LIFE-311")
class ResetsBeforeTheValidation(Moved):
    wanted, early = "epoch end", "validation begin"


@plant("A reset in a callback waits for the end of fit.", "LIFE-311")
class ResetsWaitForTheEnd(Moved):
    wanted, early = "epoch end", "training end"


@plant("A reset in a callback has no effect.", "LIFE-311 LIFE-540 LIFE-541 LIFE-542 LIFE-543")
class ResetsInCallbacksHaveNoEffect(NumpyModel):
    def happens(self, event):
        pass


@plant("An epoch begins after its first batch.", "LIFE-540")
class AnEpochBeginsAfterItsFirstBatch(NumpyModel):
    waiting = False

    def happens(self, event):
        if event == "epoch begin":
            self.waiting = True
        elif event == "batch end" and self.waiting:
            self.waiting = False
            super().happens("epoch begin")
        super().happens(event if event != "epoch begin" else "")


@plant("An epoch begins once, with the training.", "LIFE-540")
class AnEpochBeginsOnce(Moved):
    wanted, early = "epoch begin", "training begin"


@plant("What is done before a batch is done after it.", "LIFE-541")
class BatchesBeginWhenTheyEnd(Moved):
    wanted, early = "batch begin", "batch end"


@plant("What is done after a batch is done before it.", "LIFE-541")
class BatchesEndWhenTheyBegin(Moved):
    wanted, early = "batch end", "batch begin"


@plant("The batches of a validation are batches to the callbacks of the training.", "LIFE-541")
class BatchesOfAValidationCount(NumpyModel):
    def happens(self, event):
        super().happens(event)
        if event.startswith("validation batch"):
            super().happens(event.removeprefix("validation "))


@plant("What is done before a validation is done after it.", "LIFE-542")
class ValidationsBeginWhenTheyEnd(Moved):
    wanted, early = "validation begin", "validation end"


@plant("What is done after a validation is done before it.", "LIFE-542")
class ValidationsEndWhenTheyBegin(Moved):
    wanted, early = "validation end", "validation begin"


@plant("The callbacks of a validation are told of its first batch alone.", "LIFE-542")
class OnlyTheFirstBatchOfAValidation(NumpyModel):
    told = 0

    def happens(self, event):
        if event == "validation begin":
            self.told = 0
        if event.startswith("validation batch"):
            self.told += 1
        if not event.startswith("validation batch") or self.told <= 2:
            super().happens(event)


@plant("What is done as the training begins is done before every epoch.", "LIFE-543")
class TrainingBeginsWithEveryEpoch(NumpyModel):
    def happens(self, event):
        super().happens(event)
        if event == "epoch begin":
            super().happens("training begin")


@plant("What is done as the training ends is done before its last validation.", "LIFE-543")
class TrainingEndsBeforeTheLastValidation(Moved):
    wanted, early = "training end", "validation begin"


@plant("A validation of one batch ends and no callback is told.", "LIFE-542")
class ShortValidationsDoNotEnd(NumpyModel):
    measured = 0

    def tested_between(self, x, y):
        self.measured += 1
        return super().tested_between(x, y)

    def happens(self, event):
        if event == "validation begin":
            self.measured = 0
        if event != "validation end" or self.measured > 1:
            super().happens(event)
