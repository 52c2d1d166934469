"""Subjects that end or take for ever while they are timed; everything else is the oracle's."""

import os
import time
from dataclasses import replace

from reference.numpy import NumpyModel
from reference.numpy import implementation as oracle


class Ending(NumpyModel):
    """Its process ends in the middle of a fit."""

    def fit(self, *arguments, **options):
        os._exit(7)


class Sleeping(NumpyModel):
    """No answer."""

    def fit(self, *arguments, **options):
        time.sleep(600)


ending = replace(oracle, name="ending", model_class=Ending)
sleeping = replace(oracle, name="sleeping", model_class=Sleeping)
