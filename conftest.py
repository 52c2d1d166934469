"""For all tests: Hypothesis profiles, and quiet frameworks."""

import os
import signal

from lstm_spec.checking.trial import draw_from_the_seed_alone

draw_from_the_seed_alone()  # before anything of Hypothesis is loaded

from hypothesis import HealthCheck, settings  # noqa: E402

# A shell that starts a run in the background has it ignore Ctrl-C, and so would every child of the
# tests that send one.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Some two hundred processes are started; each would compile the whole package for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The cores are shared by the tests that run side by side; matrices here are small.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

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


def pytest_addoption(parser):
    parser.addoption(
        "--long",
        action="store_true",
        help="run the documentation's commands that take minutes, too",
    )
