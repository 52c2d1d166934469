"""What a saved model is run on: the user's own arrays, or rows that are drawn; it says which."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.meaning.saved_model import SavedModel
from lstm_spec.model import BatchNormalization, Masking
from lstm_spec.saved_models.masks import masked

Array = NDArray[Any]

ROWS, STEPS = 4, 12
"""Where the model leaves them open."""

X_NAMES, Y_NAMES = ("x", "X", "inputs", "input"), ("y", "Y", "targets", "target", "labels")


@dataclass(frozen=True)
class Data:
    """Rows in the model's own shape, targets if there are any, and where both come from."""

    x: Array
    y: Array | None
    source: str

    def of_specification(self, saved: SavedModel) -> Array:
        """The rows as (batch, time, features)."""
        return saved.input.of_specification(self.x)


def drawn(saved: SavedModel, seed: int = 0) -> Data:
    """Rows that fit the model, the same for the same seed.

    Tokens are drawn below the size of the table. Numbers are drawn from the statistics of a
    BatchNormalization at the input, which are those of the training data, and else from 0 to 1,
    where most data are scaled to. Where the model masks steps, some are.
    """
    rng = np.random.default_rng(seed)
    given = saved.input
    rows, steps = given.batch_size or ROWS, given.time_steps or STEPS
    first = next((one for one in saved.spec.layers if not isinstance(one, Masking)), None)
    shape = (rows, steps, given.features)
    x: Array
    if given.kind == "tokens":
        tokens = given.tokens or 2
        x = rng.integers(1 if tokens > 1 else 0, tokens, shape)
        source = f"drawn: whole numbers from 0 to {tokens - 1}, seed {seed}"
        x[0, : max(1, steps // 3)] = 0
    elif isinstance(first, BatchNormalization):
        mean, variance = _statistics(saved, first)
        x = rng.normal(mean, np.sqrt(variance), shape)
        source = (
            "drawn: normal numbers with the means and variances of the BatchNormalization at the "
            f"input, seed {seed}"
        )
    else:
        x = rng.uniform(0.0, 1.0, shape)
        source = f"drawn: numbers from 0 to 1, seed {seed}; give your own with --data"
    if isinstance(saved.spec.layers[0], Masking) or (given.kind == "tokens" and any_mask(saved)):
        x = with_steps_left_out(x, saved)
        source += "; some steps are masked"
    x = x if given.kind == "tokens" else x.astype(np.float32)
    return Data(given.of_model(x), None, source)


def any_mask(saved: SavedModel) -> bool:
    """Whether a mask reaches any layer."""
    return any(masked(saved.spec))


def _statistics(saved: SavedModel, first: BatchNormalization) -> tuple[Array, Array]:
    """Mean and variance of the first layer with weights."""
    place = int(first.scale) + int(first.center)
    return saved.weights[place], saved.weights[place + 1]


def with_steps_left_out(x: Array, saved: SavedModel) -> Array:
    """The end of the first row masked, the beginning of the second, a step inside the third."""
    layer = saved.spec.layers[0]
    value = layer.mask_value if isinstance(layer, Masking) else 0
    steps = x.shape[1]
    x[0] = np.where(x[0] == 0, 1, x[0]) if saved.input.kind == "tokens" else x[0]
    x[0, steps - steps // 3 :] = value
    if len(x) > 1:
        x[1, : steps // 4] = value
    if len(x) > 2 and steps > 2:
        x[2, steps // 2] = value
    return x


def from_file(path: Path, saved: SavedModel) -> Data:
    """The arrays of an ``.npy`` or ``.npz`` file: inputs, and targets if there are any.

    Raises ValueError for a file that is none, and for arrays that do not fit the model.
    """
    try:
        loaded = np.load(path, allow_pickle=False)
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise ValueError(f"--data {path} cannot be read as .npy or .npz: {error}") from error
    x, y = (loaded, None) if isinstance(loaded, np.ndarray) else _of_archive(loaded, path)
    if x.dtype.kind not in "fiub":
        raise ValueError(f"--data {path} holds {x.dtype}, not numbers")
    data = Data(x, y, f"from {path.name}: {len(x)} rows")
    batch = saved.input.batch_size
    if batch is not None and (len(x) < batch or len(x) % batch):
        raise ValueError(
            f"--data {path} holds {len(x)} rows, but the model takes {batch} at a time: give a "
            f"multiple of {batch}"
        )
    if not np.isfinite(np.asarray(x, np.float64)).all():
        raise ValueError(f"--data {path} contains NaN or infinity: no outputs can be compared")
    wanted = saved.spec.output_shape(*data.of_specification(saved).shape[:2])
    if y is not None and saved.of_model(np.zeros(wanted)).shape != y.shape:
        raise ValueError(
            f"--data {path} holds targets of shape {y.shape}, but the model gives {wanted}"
        )
    return data


def _of_archive(loaded: Any, path: Path) -> tuple[Array, Array | None]:
    """The inputs under their usual name, or the only array; targets under theirs."""
    with loaded:
        names = loaded.files
        x = next((one for one in X_NAMES if one in names), None)
        y = next((one for one in Y_NAMES if one in names), None)
        if x is None:
            others = [one for one in names if one != y]
            if len(others) != 1:
                raise ValueError(
                    f"--data {path} holds {', '.join(names) or 'nothing'}: call the inputs x, and "
                    "the targets y"
                )
            x = others[0]
        try:
            return loaded[x], None if y is None else loaded[y]
        except (ValueError, OSError, zipfile.BadZipFile, EOFError) as error:
            raise ValueError(f"--data {path} cannot be read: {error}") from error
