"""Everything a model says when it is asked, as numbers by name, or that it was refused."""

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Capability, Refused, Unsupported
from lstm_spec.model import Embedding, loss_facts

ROWS, STEPS = 2, 4
TOLERANCE = {"float32": 2e-4, "float64": 1e-9}


def numbers_of(implementation, spec, capabilities):
    """What the implementation gives for the same weights and batches, using these capabilities.

    A method that raises gives the text "refused" in place of numbers; one that is Unsupported,
    as the gradients of a layer that only infers, gives nothing. A model that is Unsupported raises.
    """
    model = implementation.build(spec)  # not through what closes an engine from outside
    found = {}
    for name, weight in zip(spec.weight_names, model.get_weights(), strict=True):
        found[f"shape of {name}"] = np.array(np.shape(weight))
        if name.endswith("bias") and Capability.TRAIN in capabilities:
            found[f"fresh {name}"] = np.array(weight)
        if Capability.TRAIN in capabilities:
            constant = np.ptp(weight) == 0
            found[f"fresh {name} throughout"] = np.array(np.ravel(weight)[0] if constant else -1.0)
    model.set_weights(weights(spec))
    x, y = batch(spec)
    for call in ("first", "second"):
        found |= outcome(f"{call} call", lambda: called(model.call(x), capabilities))
    if Capability.GRADIENTS in capabilities:
        found |= outcome("gradients", lambda: differentiated(model.gradients(x, y)))
    for update in ("first", "second") if Capability.TRAIN in capabilities else ():
        found |= outcome(f"{update} update", lambda: model.train_on_batch(x, y))
        found |= outcome(f"{update} weights", lambda: by_number(model.get_weights()))
    return found


def weights(spec):
    """Random ones.

    What stands under a root is not below zero, and what comes out of a Dense layer is above one.
    With exponential gates, a cell state grows from step to step: the weights are smaller.
    """
    exponential = "recurrent_activation='exponential'" in str(spec)
    drawn = Trial("weights").weights(spec, scale=0.1 if exponential else 0.4)
    named = zip(spec.weight_names, drawn, strict=True)
    return [
        np.abs(one) if name.endswith("variance") else 4 * one if name.startswith("Dense") else one
        for name, one in named
    ]


def batch(spec):
    """x with steps of nothing but 0 and of nothing but 0.5, and targets that fit any loss.

    For an Embedding, whole numbers from 0 to 4.
    """
    trial = Trial("batch")
    x = trial.array(*spec.input_shape(ROWS, STEPS), dtype=spec.dtype)
    x[0, 1], x[1, 2] = 0.0, 0.5
    if isinstance(spec.layers[0], Embedding):
        x = np.abs(np.round(2 * x)).clip(0, 4)
    shape, targets = spec.output_shape(ROWS, STEPS), loss_facts(spec.loss).targets
    if targets == "labels":
        return x, trial.rng.integers(0, shape[-1], shape[:-1]).astype(spec.dtype)
    classes = "softmax" in str(spec.layers[-1]) or targets in ("classes", "bits")
    if classes:
        return x, trial.labels(*shape[:-1], width=shape[-1])
    return x, trial.array(*shape, dtype=spec.dtype)


def outcome(name, ask):
    try:
        return {f"{name}: {part}": np.array(one) for part, one in ask().items()}
    except Unsupported:
        return {}
    except (Refused, ValueError):
        return {name: "refused"}


def by_number(arrays):
    return dict(enumerate(arrays))


def called(result, capabilities):
    states = (result.states or []) if Capability.FINAL_STATE in capabilities else []
    return {"outputs": result.outputs} | by_number(part for pair in states for part in pair)


def differentiated(result):
    return {"loss": result.loss, "x": result.x} | by_number(result.weights)


def difference(one, other):
    """The largest difference of all numbers, relative to those above one.

    It is infinite where a shape differs, where only one is finite, or where nothing is left.
    """
    both = set(one) & set(other)
    if not any("call" in name for name in both):
        return np.inf
    return max(apart(one[name], other[name]) for name in both)


def apart(one, other):
    if isinstance(one, str) or isinstance(other, str):
        return 0.0 if isinstance(one, str) and isinstance(other, str) else np.inf
    if one.shape != other.shape:
        return np.inf
    one, other = one.astype(float), other.astype(float)
    if (np.isfinite(one) != np.isfinite(other)).any():
        return np.inf
    one, other = np.nan_to_num(one), np.nan_to_num(other)
    return float((np.abs(one - other) / np.maximum(1, np.abs(other))).max(initial=0.0))
