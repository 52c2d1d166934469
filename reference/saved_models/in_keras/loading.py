"""Load files with the loader of the Keras that is at hand, and compare what the models compute.

    python -m reference.saved_models.in_keras.loading JOBS.json ANSWERS.jsonl

A job is what ``reference.saved_models.loads`` writes: a file, and the calls with the names of
arrays in ``ARRAYS.npz`` beside the jobs. An answer is written as soon as it is known, so that a
crash takes only its own file along; jobs that have an answer already are left out.
"""

import gc
import io
import json
import os
import sys

import numpy as np

from reference.saved_models.in_keras.library import Library, first_line


def main(jobs_file, answers_file):
    """Answer each job that has no answer yet, in order."""
    with io.open(jobs_file, encoding="utf-8") as file:
        jobs = json.load(file)
    arrays = np.load(os.path.join(os.path.dirname(jobs_file), "arrays.npz"))
    with io.open(answers_file, "rb") as file:
        done = len(file.readlines())
    library = Library()
    library.no_tracing()
    if hasattr(gc, "freeze"):
        gc.freeze()  # clear_session collects: three times as fast without what was imported
    for job in jobs[done:]:
        library.fresh("float32")
        line = json.dumps(answer(library, job, arrays)) + "\n"
        with open(answers_file, "ab") as file:
            file.write(line.encode("utf-8"))


def answer(library, job, arrays):
    """What came of one file.

    ``error`` is the first line of what the plain loader raised. ``difference`` is the largest
    difference from the writer's outputs in units of the largest output; it is of the model loaded
    plainly, or with ``compile=False`` where only that works. ``predict error`` stands where a
    loaded model could not be used.
    """
    found = {}
    try:
        model = load(library, job)
    except Exception as error:
        found["error"] = first_line(error)
        if job["architecture"]:
            return found
        library.fresh("float32")
        try:
            model = load(library, job, compile=False)
        except Exception:
            return found
    try:
        found["difference"] = difference(library, model, job, arrays)
    except Exception as error:
        found["predict error"] = first_line(error)
    return found


def load(library, job, **options):
    """The model of the file, or of the architecture and the file's weights."""
    if not job["architecture"]:
        return library.load(job["file"], **options)
    with io.open(job["architecture"], encoding="utf-8") as file:
        model = library.from_json(file.read())
    model.load_weights(job["file"])
    return model


def difference(library, model, job, arrays):
    """The largest difference over all calls; a string where the shapes differ."""
    library.run_eagerly(model)
    largest = 0.0
    for call in job["calls"]:
        if call["call"] == "reset":
            library.reset(model)
            continue
        x = [arrays[name] for name in call["inputs"]]
        outputs = library.predict(model, x if len(x) > 1 else x[0], job["batch size"])
        wanted = [arrays[name] for name in call["outputs"]]
        if [one.shape for one in outputs] != [one.shape for one in wanted]:
            return "outputs of another shape"
        for ours, theirs in zip(outputs, wanted):
            apart = np.abs(ours.astype("float64") - theirs).max() / np.abs(theirs).max()
            largest = max(largest, float(apart)) if np.isfinite(apart) else float("inf")
    return "not finite" if np.isinf(largest) else largest


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
