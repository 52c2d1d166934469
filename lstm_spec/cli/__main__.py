"""``python -m lstm_spec.cli``: the same as ``lstm-spec``."""

from lstm_spec.cli import main

main()
