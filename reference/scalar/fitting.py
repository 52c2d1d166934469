"""fit in plain Python: epochs of batches, validations, and the events between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lstm_spec.contract import Array, History, Metrics
from lstm_spec.model.fit_events import FitEvent
from lstm_spec.model.fit_options import check_options
from reference.scalar import lists_and_arrays
from reference.scalar.lists_and_arrays import Nested

if TYPE_CHECKING:
    from reference.scalar.model import ScalarModel

Step = Callable[[Nested, Nested], Metrics]
"""What is done with the x and y of a batch."""


def through(step: Step, x: Nested, y: Nested, batch_size: int) -> Metrics:
    """The figures of all batches: sums over rows divided by the number of rows."""
    sums: Metrics = {}
    for start in range(0, len(x), batch_size):
        batch, targets = x[start : start + batch_size], y[start : start + batch_size]
        for name, figure in step(batch, targets).items():
            sums[name] = sums.get(name, 0.0) + len(batch) * figure
    return {name: total / len(x) for name, total in sums.items()}


def fit(
    model: ScalarModel,
    x: Array,
    y: Array,
    *,
    batch_size: int,
    epochs: int,
    shuffle: bool,
    validation_data: tuple[Array, ...] | None = None,
    sample_weight: Array | None = None,
    class_weight: Mapping[int, float] | None = None,
    validation_split: float = 0.0,
    validation_batch_size: int | None = None,
    validation_freq: int = 1,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    reset_at: FitEvent | None = None,
    patience: int | None = None,
) -> History:
    """``epochs`` passes over consecutive batches; validation follows each, through the state.

    With ``shuffle`` the rows are permuted before every pass.
    """
    check_options(
        {
            "epochs": epochs,
            "validation_split": validation_split,
            "validation_batch_size": validation_batch_size,
            "validation_freq": validation_freq,
            "initial_epoch": initial_epoch,
            "steps_per_epoch": steps_per_epoch,
            "validation_steps": validation_steps,
            "reset_at": reset_at,
            "patience": patience,
        }
    )
    given: list[Any] = [x, y, sample_weight]
    if validation_split and validation_data is None:
        count = int(len(x) * (1.0 - validation_split))
        lists_and_arrays.refuse(not 0 < count < len(x), "validation_split leaves no row")
        held: Any = tuple(one if one is None else one[count:] for one in given)
        validation_data = held
        given = [one if one is None else one[:count] for one in given]
    rows, targets = model.checked(given[0], given[1], "", given[2], class_weight)
    lists_and_arrays.check_batches(model.spec, len(rows), batch_size)
    validation, size = None, validation_batch_size or batch_size
    if validation_data is not None:
        of_x, of_y, *weights = validation_data
        validation = model.checked(of_x, of_y, "validation ", *weights)
        lists_and_arrays.check_batches(model.spec, len(validation[0]), size, "validation x")
        if validation_steps:
            validation = tuple(part[: size * validation_steps] for part in validation)

    def now(event: FitEvent) -> None:
        """A callback may reset the states at one event."""
        if event == reset_at:
            model.reset_states()

    def train(batch: Nested, wanted: Nested) -> Metrics:
        now("batch begin")
        figures = model.train_batch(batch, wanted)
        now("batch end")
        return figures

    def test(batch: Nested, wanted: Nested) -> Metrics:
        now("validation batch begin")
        figures = model.test_batch(batch, wanted)
        now("validation batch end")
        return figures

    history: History = {}
    waiting: list[int] = []  # of the pass that has begun
    best: list[Any] = []
    now("training begin")
    for epoch in range(initial_epoch, epochs):
        if not waiting:
            waiting = list(range(len(rows)))
            if shuffle:
                model.shuffler.shuffle(waiting)
        most = batch_size * steps_per_epoch if steps_per_epoch else len(rows)
        taken, waiting = waiting[:most], waiting[most:]
        now("epoch begin")
        ordered = [rows[k] for k in taken], [targets[k] for k in taken]
        figures = through(train, *ordered, batch_size)
        if validation is not None and (epoch + 1) % validation_freq == 0:
            now("validation begin")
            seen = through(test, *validation, size)
            figures |= {f"val_{name}": figure for name, figure in seen.items()}
            now("validation end")
        for name, figure in figures.items():
            history.setdefault(name, []).append(figure)
        now("epoch end")
        if patience is not None and "val_loss" in figures:
            seen_losses = history["val_loss"]
            waited = len(seen_losses) - 1 - seen_losses.index(min(seen_losses))
            if waited == 0:
                best = model.get_weights()
            elif waited >= patience:
                break
    averages = model.optimizer.finished(lists_and_arrays.flat(model.weights))
    model.weights = model.where_moved(averages)
    if best:
        model.set_weights(best)
    now("training end")
    return history
