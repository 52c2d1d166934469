"""What a project writes beside the pytest module: here an implementation named in a variable."""

import os

from lstm_spec.contract import build as build_model
from lstm_spec.model.json_form import from_json
from lstm_spec.subjects.find import find
from lstm_spec.vectors import cases, replay

ENGINE = find(os.environ.get("ENGINE_UNDER_TEST", "numpy"))
FIELDS = {need for case in cases() for need in case.needs if "=" in need}
CAPABILITIES = set(ENGINE.capabilities) | FIELDS


class Engine:
    def __init__(self, model, weights):
        self.spec = from_json({key: one for key, one in model.items() if key != "weight_names"})
        self.model = build_model(ENGINE, self.spec)
        self.set_weights(weights=weights)

    def __getattr__(self, op):
        def operate(**given):
            got = replay._operate(self.model, op, replay.arguments(given, self.spec.dtype))
            return tuple(got.values()) if op == "call" else got

        return operate


build = Engine
