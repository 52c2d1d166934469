"""For all tests: Hypothesis profiles, and quiet frameworks."""

import os

from lstm_spec.trial import draw_from_the_seed_alone

draw_from_the_seed_alone()  # before anything of Hypothesis is loaded

from hypothesis import HealthCheck, settings  # noqa: E402

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
