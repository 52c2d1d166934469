"""Write the declared models in the Keras that is at hand, and what it predicts.

    python -m reference.saved_models.in_keras.writing FOLDER [MODEL ...]

FOLDER gets the files, ``predictions.npz`` and ``manifest.json``; what these say of other models
than the named ones is kept. A model that this Keras cannot make is named in the manifest with the
first line of what it raised.
"""

import json
import os
import sys
import traceback

import numpy as np

from reference.saved_models.in_keras import building, rows
from reference.saved_models.in_keras.declared import MODELS
from reference.saved_models.in_keras.library import Library, first_line
from reference.saved_models.in_keras.wording import NotHere

PREDICT_LIKE_CALL = 1e-5
"""Largest difference, in units of the largest output, that float32 explains."""


def main(folder, names):
    """Write the named models into the folder, or all."""
    library = Library()
    made, missing, predictions = written_before(folder)
    for name in names or sorted(MODELS):
        model = MODELS[name]
        forget(name, made, missing, predictions)
        library.fresh(model["float"])
        try:
            made[name], outputs = write(library, folder, name, model)
            predictions.update(outputs)
        except NotHere as reason:
            missing[name] = str(reason)
        except Exception as error:
            if os.environ.get("LSTM_SPEC_TRACEBACKS"):
                traceback.print_exc()
            missing[name] = first_line(error)
            for suffix in (".h5", ".keras", ".weights.h5", ".json"):
                remove(os.path.join(folder, name + suffix))
    np.savez_compressed(os.path.join(folder, "predictions.npz"), **predictions)
    manifest = dict(library.facts(), models=made, missing=missing)
    with open(os.path.join(folder, "manifest.json"), "wb") as file:
        file.write(json.dumps(manifest, sort_keys=True).encode("utf-8"))


def written_before(folder):
    """Entries of models, reasons of missing ones, and outputs, as an earlier run left them."""
    manifest, stored = (
        os.path.join(folder, "manifest.json"),
        os.path.join(folder, "predictions.npz"),
    )
    if not os.path.exists(manifest):
        return {}, {}, {}
    with open(manifest, "rb") as file:
        facts = json.loads(file.read().decode("utf-8"))
    arrays = np.load(stored)
    return facts["models"], facts["missing"], {key: arrays[key] for key in arrays.files}


def forget(name, made, missing, predictions):
    """Leave out what is known of a model."""
    made.pop(name, None)
    missing.pop(name, None)
    for key in [key for key in predictions if key.split(".")[0] == name]:
        del predictions[key]


def write(library, folder, name, model):
    """Make, train if declared, predict, save; the model's entry and its outputs."""
    built = building.build(library, name, model)
    given = rows.inputs(name, model)
    if model.get("train"):
        train(library, name, model, built, given["A"])
    files, refused = save(library, folder, name, model, built)
    asked = built
    if model.get("twin"):
        library.fresh(model["float"])
        asked = building.build(library, name, dict(model, layers=model["twin"]))
        asked.load_weights(os.path.join(folder, files[0]))
    calls, outputs = ask(library, name, model, asked, given)
    entry = {"calls": calls, "files": files}
    if refused:
        entry["not written"] = refused
    if model.get("weights only"):
        entry["architecture"] = name + ".json"
    if model["batch"]:
        entry["batch_size"] = model["batch"]
    if model["float"] != "float32":
        entry["float"] = model["float"]
    for fact in ("refused", "twin"):
        if model.get(fact):
            entry[fact] = True
    return entry, outputs


def train(library, name, model, built, x):
    """Compile and train for one step, so that the file holds what a user's file holds."""
    loss, optimizer = model["train"]
    metrics = ["accuracy"] if loss == "categorical_crossentropy" else []
    built.compile(loss=loss, optimizer=optimizer, metrics=metrics)
    shape = (len(x),) + tuple(built.output_shape[1:])
    built.train_on_batch(x, rows.targets(name, shape))


def ask(library, name, model, built, given):
    """The calls with the keys of their outputs, and the outputs."""
    calls, outputs = [], {}
    for call in model["calls"]:
        if call == "reset":
            library.reset(built)
            calls.append({"call": "reset"})
            continue
        letters = call.split()[1]
        x = rows.rows_of(given, letters).astype(model["float"])
        if model["style"] == "two inputs":
            x, letters = [x, given["B"]], ["A", "B"]
        keys = []
        for array in library.predict(built, x, model["batch"]):
            key = "%s.%d" % (name, len(outputs))
            outputs[key] = array
            keys.append(key)
        calls.append({"call": "predict", "input": letters, "outputs": keys})
        if "reset" not in model["calls"]:
            calls[-1].update(called(library, built, x, outputs, keys))
    return calls, outputs


def called(library, built, x, outputs, keys):
    """Where calling the model gives other numbers than ``predict``: by how much, and these numbers.

    ``predict`` may compute with less precision, or with operations that were fused wrongly.
    """
    direct = library.call(built, x)
    if direct is None:
        return {}
    expected = [outputs[key] for key in keys]
    apart = max(np.abs(a - b).max() / np.abs(b).max() for a, b in zip(expected, direct))
    if apart < PREDICT_LIKE_CALL:
        return {}
    others = [key + ".called" for key in keys]
    outputs.update(zip(others, direct))
    return {"apart": float("%.2g" % apart), "called": others}


def save(library, folder, name, model, built):
    """Save in every format that people used with this Keras.

    The names of the files, and what Keras raised for the formats that it could not write. Raises
    what it raised for the last one if it could write none.
    """
    path = os.path.join(folder, name)
    suffixes, write_to = [".h5"] + ([".keras"] if library.writes_zip else []), built.save
    if model.get("weights only"):
        suffixes = [".weights.h5" if library.generation[0] == 3 else ".h5"]
        write_to = built.save_weights
        with open(path + ".json", "wb") as file:
            file.write(built.to_json().encode("utf-8"))
    files, refused = [], {}
    for suffix in suffixes:
        try:
            write_to(path + suffix)
            files.append(name + suffix)
        except Exception as error:
            refused[suffix] = first_line(error)
            if len(refused) == len(suffixes):
                raise
            remove(path + suffix)
    return files, refused


def remove(path):
    """Delete what a failed attempt may have left."""
    if os.path.exists(path):
        os.remove(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
