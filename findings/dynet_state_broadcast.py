"""DyNet's VanillaLSTMBuilder accepts an initial state of one row for a batch of three.

Library: DyNet 2.2 (dynet38)
Clauses: STATE-80
Documented: in general: an expression without a batch is used for every row of one

Expected: an error, as for a state of two rows. Every row starts from the one state.

Run: lstm-spec env run dynet findings/dynet_state_broadcast.py
"""

import dynet
import numpy as np

parameters = dynet.ParameterCollection()
lstm = dynet.VanillaLSTMBuilder(1, 1, 1, parameters)


def accepted(rows: int) -> bool:
    """Whether a state of so many rows is taken for the batch of three."""
    dynet.renew_cg()
    state = [dynet.inputTensor(np.ones((1, rows)), batched=True) for _ in "ch"]
    try:
        step = dynet.inputTensor(np.ones((1, 3)), batched=True)
        return lstm.initial_state(state).add_input(step).output().dim()[1] == 3
    except Exception:
        return False


print(f"a state of 1 row for 3 rows:  {'accepted' if accepted(1) else 'rejected'}")
print(f"a state of 2 rows for 3 rows: {'accepted' if accepted(2) else 'rejected'}")
shown = accepted(1)
print("shown: a missing row axis goes unnoticed" if shown else "gone")
raise SystemExit(bool(shown))
