import pytest

from lstm_spec.vectors import checking, exporting


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The exported cases, without ONNX."""
    made = tmp_path_factory.mktemp("vectors") / "exported"
    exporting.export(made, with_onnx=False)
    return made


@pytest.fixture(scope="session")
def exported(folder):
    """Manifest and cases, as a reader gets them."""
    return checking.read_folder(folder)
