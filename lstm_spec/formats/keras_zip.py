"""``.keras``: a zip archive of a configuration, some facts, and the weights as HDF5."""

from __future__ import annotations

from pathlib import Path

from lstm_spec.formats import archive, hdf5
from lstm_spec.formats.keras_configuration import architecture
from lstm_spec.formats.keras_h5 import training_names
from lstm_spec.formats.keras_variables import layer_groups
from lstm_spec.formats.reader import Request
from lstm_spec.formats.stored import NotReadable, NotSpecified, Stored, StoredLayer

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


class KerasZip:
    """The reader of the ``.keras`` files of tf.keras 2.12 and later and of Keras 3."""

    name = "Keras archive"

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether it is a zip archive that is not NumPy's or PyTorch's."""
        if not head.startswith(archive.MAGIC):
            return False
        first = head[30:].split(b"\x00", 1)[0]
        return path.suffix == ".keras" or b"config.json" in first or b"metadata.json" in first

    def read(self, request: Request) -> Stored:
        """The model that the archive holds."""
        of = request.path.name
        if request.architecture is not None:
            raise NotReadable(f"{of} holds its own architecture: leave --architecture out")
        with archive.opened(request.path) as packed:
            config = archive.as_json(archive.content(packed, CONFIG, of), f"{CONFIG} in {of}")
            said = archive.as_json(archive.content(packed, METADATA, of), f"{METADATA} in {of}")
            if WEIGHTS not in packed.namelist() and "model.weights.json" in packed.namelist():
                raise NotSpecified(f"{of} is split into several files of weights (sharded)")
            weights = archive.content(packed, WEIGHTS, of)
        found = architecture(config)
        with hdf5.opened(weights, f"{WEIGHTS} in {of}") as root:
            layers = tuple(
                StoredLayer(one.kind, one.name, one.config, arrays, one.call)
                for one, arrays in layer_groups(root, found, of)
            )
        version = str(said.get("keras_version", ""))
        compiled = config.get("compile_config")
        compiled = compiled if isinstance(compiled, dict) else {}
        return Stored(
            file=request.path,
            format=self.name,
            library="tf.keras" if version.startswith("2.") else "keras",
            version=version,
            backend="tensorflow" if version.startswith("2.") else "",
            style=found.style,
            layers=layers,
            input_shape=found.input_shape,
            dtype=found.dtype,
            training=training_names(compiled, compiled.get("optimizer")),
            remarks=found.remarks,
        )
