"""Fifty updates with every option of every optimiser, and every loss with every kind of weights.

    python -m lstm_spec.selftest.fifty_updates keras-3-tensorflow

trains the subject beside its oracle, that of ``numpy`` being ``scalar``, and writes how far it was
from it at most, in losses and weights, into ``docs/data/fifty-updates``. The rows follow from the
dataclasses: a new option is one row more.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from lstm_spec.checking.choices import NEEDED, OPTIMIZERS_TO_TRY, owner_of, values_of
from lstm_spec.checking.lockstep import random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import (
    Capability,
    Implementation,
    Refused,
    Unsupported,
    backend_of,
    build,
)
from lstm_spec.model import (
    LSTM,
    OPTIMIZERS,
    SGD,
    Activation,
    AnyLoss,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CosineDecay,
    Dense,
    ExponentialDecay,
    Huber,
    ModelSpec,
    Optimizer,
    PiecewiseConstant,
    Reduction,
    SparseCategoricalCrossentropy,
    loss_facts,
)
from lstm_spec.model.fields import described_fields
from lstm_spec.model.schedules import AnySchedule
from lstm_spec.output import targets
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import oracle_for
from lstm_spec.subjects.remote import RemoteImplementation

FOLDER = "docs/data/fifty-updates"
UPDATES, ROWS, STEPS, FEATURES, UNITS = 50, 2, 3, 3, 4
SCHEDULES: tuple[AnySchedule, ...] = (
    ExponentialDecay(0.0625, 8, 0.5),
    PiecewiseConstant((10, 30), (0.0625, 0.03125, 0.015625)),
    CosineDecay(0.0625, 40, 0.25),
)
FORMS: tuple[tuple[AnyLoss, Activation], ...] = (
    ("mse", "linear"),
    ("mae", "tanh"),
    ("huber", "linear"),
    (Huber(0.5), "linear"),
    ("categorical_crossentropy", "softmax"),
    (CategoricalCrossentropy(label_smoothing=0.25), "softmax"),
    (CategoricalCrossentropy(from_logits=True), "linear"),
    ("sparse_categorical_crossentropy", "softmax"),
    (SparseCategoricalCrossentropy(from_logits=True), "linear"),
    (SparseCategoricalCrossentropy(ignore_class=1), "softmax"),
    ("binary_crossentropy", "sigmoid"),
    (BinaryCrossentropy(from_logits=True, label_smoothing=0.25), "linear"),
)
"""Every loss in each of its forms, with the last activation that goes with it."""


@dataclass(frozen=True)
class Row:
    """One run: a model, and what ``train_on_batch`` is given besides x and y."""

    what: str
    spec: ModelSpec
    weighed: str = "not"
    """``not``, by ``rows``, by ``steps`` or by ``classes``."""

    def counting(self, trial: Trial) -> list[dict[str, Any]]:
        """The weights of each update in turn."""
        if self.weighed == "classes":
            return [{"class_weight": {0: 0.5, 2: 3.0}}]
        if self.weighed == "not":
            return [{}]
        shape = (ROWS, STEPS)[: 1 if self.weighed == "rows" else 2]
        numbers = [trial.rng.uniform(0.25, 2, shape) for _ in range(UPDATES)]
        return [{"sample_weight": one.astype(np.float32)} for one in numbers]


def optimizers() -> Iterator[tuple[str, Optimizer]]:
    """Every optimiser, and each of its options at another value than its own."""
    for kind in OPTIMIZERS:
        plain = OPTIMIZERS_TO_TRY[kind]
        yield kind.__name__, plain
        for field in described_fields(kind):
            owner = owner_of(kind, field)
            beside = {}
            if (owner, field.name) in NEEDED:
                name, values = NEEDED[owner, field.name]
                beside = {name.partition(".")[2]: values[0]}
            others = [one for one in values_of(owner, field) if one != getattr(plain, field.name)]
            for value in (*others, *(SCHEDULES if field.name == "learning_rate" else ())):
                told = f"{kind.__name__}, {field.name} = {value!r}"
                yield told, replace(plain, **beside, **{field.name: value})


def rows() -> Iterator[Row]:
    """All runs, each without states and with them."""
    for stateful in (False, True):
        for what, optimizer in optimizers():
            layers = (LSTM(UNITS, stateful=stateful),)
            size = ROWS if stateful else None
            yield Row(what, ModelSpec(layers, FEATURES, batch_size=size, optimizer=optimizer))  # type: ignore[arg-type]
        for loss, activation in FORMS:
            for weighed in ("not", "rows", "steps", "classes"):
                kind = loss_facts(loss).targets
                if weighed == "classes" and kind not in ("classes", "labels"):
                    continue
                lstm = LSTM(UNITS, return_sequences=weighed == "steps", stateful=stateful)
                spec = ModelSpec(
                    (lstm, Dense(3, activation)),
                    FEATURES,
                    batch_size=ROWS if stateful else None,
                    loss=loss,
                    optimizer=SGD(0.125),
                )
                reductions = get_args(Reduction) if weighed in ("not", "rows") else ("mean",)
                for reduction in reductions:
                    told = f"{loss} after {activation}, {reduction}"
                    yield Row(told, replace(spec, reduction=reduction), weighed)


def apart(row: Row, subject: Implementation, oracle: Implementation) -> float:
    """How far the subject is from the oracle at most, in any loss or weight of fifty updates.

    States are reset before the 20th. A sum over positions is compared after a division by them.
    Raises Unsupported or Refused where the subject does not train so.
    """
    if row.weighed != "not" and Capability.WEIGHTED not in subject.capabilities:
        raise Unsupported(f"{subject.name} takes no weights of rows, steps or classes")
    trial = Trial("fifty updates", 0)
    run = random_run(trial, row.spec, UPDATES, ROWS, STEPS)
    counting = row.counting(trial)
    models = [build(one, row.spec) for one in (subject, oracle)]
    for model in models:
        model.set_weights(run.weights)
    share = 1 / ROWS if row.spec.reduction == "sum" else 1.0
    largest = 0.0
    for number, (x, y) in enumerate(run.batches, 1):
        if row.spec.stateful and number == 20:
            for model in models:
                model.reset_states()
        given = counting[(number - 1) % len(counting)]
        got, expected = (model.train_on_batch(x, y, **given)["loss"] for model in models)
        found = [abs(got - expected) * share]
        pairs = zip(*(model.get_weights() for model in models), strict=True)
        found += [float(np.abs(ours - theirs).max()) for ours, theirs in pairs]
        largest = max(largest, float(np.max(found)))
    return largest


def measured(row: Row, subject: Implementation, oracle: Implementation) -> dict[str, Any]:
    """How far the subject was from the oracle, or why it was not trained."""
    told: dict[str, Any] = {"what": row.what, "weighed": row.weighed, "stateful": row.spec.stateful}
    try:
        told["apart"] = float(f"{apart(row, subject, oracle):.2e}")
    except (Unsupported, Refused) as error:
        told["unsupported" if isinstance(error, Unsupported) else "refused"] = str(error)
    return told


def measure(
    name: str, subject: Implementation, again: str = "", before: Sequence[Mapping[str, Any]] = ()
) -> Mapping[str, Any]:
    """The data of one subject.

    With ``again``, only the rows in whose description these words occur are measured; the others
    are those that were measured ``before``. Raises ValueError if there is one that was not.
    """
    oracle = oracle_for(subject, None)
    kept = {(one["what"], one["weighed"], one["stateful"]): one for one in before}
    found = []
    for row in rows():
        key = row.what, row.weighed, row.spec.stateful
        if again and again not in row.what:
            if key not in kept:
                raise ValueError(f"{row.what} has never been measured: leave --again out")
            found.append(kept[key])
        else:
            found.append(measured(row, subject, oracle))
    return {
        "command": f"python -m lstm_spec.selftest.fifty_updates {name}",
        "subject": name,
        "version": subject.version,
        "backend": backend_of(subject),
        "oracle": oracle.name,
        "rows": found,
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure the subject that is named and write its file."""
    parser = argparse.ArgumentParser(description="Fifty updates beside the oracle.")
    parser.add_argument("name", help="an implementation, or a recipe whose environment is ready")
    parser.add_argument(
        "--again", default="", help="measure only the runs with these words; keep the others"
    )
    given = parser.parse_args(arguments)
    name, file = given.name, Path(FOLDER) / f"{given.name}.json"
    before = json.loads(file.read_text("utf-8"))["rows"] if given.again else ()
    with ExitStack() as scope:
        subject = Address(name).open()
        if isinstance(subject, RemoteImplementation):
            scope.enter_context(subject)
        data = measure(name, subject, given.again, before)
    text = json.dumps(data, indent=1) + "\n"
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    targets.write(text, file)


if __name__ == "__main__":
    main()
