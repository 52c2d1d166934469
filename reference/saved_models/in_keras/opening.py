"""Load one file with the loader of the Keras that is at hand, and run what it loaded.

    python opening.py < REQUEST

``lstm-spec model FILE --on NAME`` starts this in the environment of NAME. A request is a line of
JSON: ``file``, ``architecture`` (empty, or the JSON beside weights alone), ``arrays`` (an ``.npz``
file with the inputs), ``found`` (an ``.npz`` file to write), ``float`` and ``operations``. An
operation is ``{"do": "reset"}``, or ``{"do": "predict", "x": KEY, "batch": ROWS}``, whose outputs
are put under ``operation.NUMBER``, or the same with ``{"do": "layers"}``, whose outputs, one array
for each layer, are put under ``operation.NUMBER.LAYER``. The answer is a line of JSON.

It runs as a script, so that it finds ``library.py`` beside it whatever else is installed.
"""

import io
import json
import os
import sys

import numpy as np
from library import Library, first_line, is_many

del sys.path[0]  # a neighbour may be called like a library

LONGEST = 20000
"""So many characters of a message are told, its last ones: newer Kerases repeat the whole
configuration in it before they come to the reason."""


def answer(request):
    """What the loader says, and what came of each operation."""
    library = Library()
    library.fresh(request["float"])
    found = dict(library.facts(), loads="no")
    if not request["architecture"] and not request["file"].endswith((".h5", ".hdf5", ".keras")):
        return dict(found, loads="not its format")
    try:
        model = load(library, request)
        found["loads"] = "yes"
    except Exception as error:
        found.update(told("error", error))
        if request["architecture"]:
            return found
        library.fresh(request["float"])
        try:
            model = load(library, request, compile=False)
        except Exception as second:
            return dict(found, **told("error without compiling", second))
        found["loads"] = "without compiling"
    found["layers"] = [[layer.name, type(layer).__name__] for layer in model.layers]
    found["operations"], outputs = operate(library, model, request)
    np.savez(request["found"], **outputs)
    return found


def told(key, error):
    """The first line of an error, and the whole message, where newer Kerases hide the reason."""
    return {key: first_line(error), key + " in full": str(error)[-LONGEST:]}


def load(library, request, **options):
    """The model of the file, or of the architecture and the file's weights."""
    if not request["architecture"]:
        return library.load(request["file"], **options)
    with io.open(request["architecture"], encoding="utf-8") as file:
        text = json.load(file)
    if isinstance(text, dict):
        text = json.dumps(text)
    model = library.from_json(text)
    model.load_weights(request["file"])
    return model


def operate(library, model, request):
    """The outcome of each operation, and the arrays that came out."""
    arrays, outcomes, outputs = np.load(request["arrays"]), [], {}
    library.run_eagerly(model)
    for number, operation in enumerate(request["operations"]):
        try:
            if operation["do"] == "reset":
                library.reset(model)
            else:
                x, names = arrays[operation["x"]], []
                for place, one in enumerate(asked(library, model, operation, x)):
                    names.append("operation.%d.%d" % (number, place))
                    outputs[names[-1]] = one
                outcomes.append({"outputs": names})
                continue
            outcomes.append({})
        except Exception as error:
            outcomes.append(told("error", error))
    return outcomes, outputs


def asked(library, model, operation, x):
    """The outputs of the model, or of all of its layers."""
    if operation["do"] == "predict":
        return library.predict(model, x, operation["batch"])
    try:
        every = with_every_output(library, model)
    except Exception:
        if library.generation[0] < 3:
            raise
        return one_by_one(library, model, x)  # a Sequential that was told no shape has no output
    return library.predict(every, x, operation["batch"])


def one_by_one(library, model, x):
    """What each layer of a chain gives for what the one before it gave; masks go along."""
    outputs = []
    for layer in model.layers:
        x = layer(x)
        outputs.append(library.keras.ops.convert_to_numpy(x))
    return outputs


def with_every_output(library, model):
    """A model of the same layers that gives out what each of them does."""
    outputs = [layer.output for layer in model.layers]
    plain = [one[0] if is_many(one) else one for one in outputs]
    made = library.keras.models.Model(model.input, plain)
    library.run_eagerly(made)
    return made


def main():
    """Answer the one request; libraries print what they like, but not in between."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    line = sys.stdin.readline()
    if sys.version_info[0] == 2:
        line = line.decode("utf-8")
    replies.write((json.dumps(answer(json.loads(line))) + "\n").encode("utf-8"))
    replies.flush()


if __name__ == "__main__":
    main()
