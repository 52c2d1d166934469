"""The ONNX folders of lstm-spec in the runner of the ONNX backend tests.

    lstm-spec vectors export vectors-onnx --format onnx
    python backend_tests.py vectors-onnx onnxruntime  # these if none is given; or: reference

runs every folder with onnx's own runner, and ends as unittest does: 0 if all pass. A backend of
your own takes the place of those two below: anything with the methods of ``onnx.backend.base``.
"""

from __future__ import annotations

import sys
import unittest
from typing import Any

import onnx.backend.base
from onnx.backend.test import loader, runner


class Reference(onnx.backend.base.Backend):
    """The reference evaluator of onnx as a backend."""

    @classmethod
    def prepare(cls, model: Any, device: str = "CPU", **options: Any) -> Any:
        """What runs the model."""
        from onnx.reference import ReferenceEvaluator

        evaluator = ReferenceEvaluator(model)

        class Prepared(onnx.backend.base.BackendRep):
            def run(self, inputs: Any, **options: Any) -> Any:
                return evaluator.run(None, dict(zip(evaluator.input_names, inputs, strict=True)))

        return Prepared()

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """The CPU alone."""
        return device == "CPU"


def backend(name: str) -> Any:
    """One of the backends by its name."""
    if name == "reference":
        return Reference
    import onnxruntime.backend

    return onnxruntime.backend


def tests(folder: str, name: str) -> Any:
    """The folders as tests, and nothing of what the runner has itself."""
    ours = loader.load_model_tests(folder, "onnx")
    runner.load_model_tests = lambda kind: ours if kind == "node" else []
    return runner.Runner(backend(name), __name__).test_cases["OnnxBackendNodeModelTest"]


if __name__ == "__main__":
    usual = ["vectors-onnx", "onnxruntime"]
    given = sys.argv[1:3]
    cases = tests(*given, *usual[len(given) :])
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(cases)
    ended = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(not ended.wasSuccessful())
