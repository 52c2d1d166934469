"""Prints the arguments of interfaces of a library, as JSON; a program for any Python from 3.10 on.

    python read_arguments.py < request.json

It runs in the library's own interpreter, without lstm-spec. The request names the distribution, and
for every interface how to read it and of what:

    signature      the parameters of a class (of its constructor) or of a function, and what it
                   takes out of its ``**kwargs`` under a name of its own
    attributes     what an object of the class has after its construction without arguments
    onnx attributes, onnx inputs, onnx outputs      those of an operator's schema

The last line of its output is the answer: the version, and for every interface its arguments in
order, and whether it takes any others as well (``rest``). An interface that is missing is null.
"""

import importlib
import inspect
import json
import re
import sys
from importlib.metadata import version
from typing import Any

OPEN = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
Arguments = dict[str, Any]

TAKEN_OUT = re.compile(r"""kwargs\.pop\(\s*["'](\w+)["']""")


def found(path: str) -> Any:
    """The object of a dotted path: a module, then attributes. Raises AttributeError."""
    words = path.split(".")
    for count in range(len(words), 0, -1):
        try:
            value = importlib.import_module(".".join(words[:count]))
        except ImportError:
            continue
        for word in words[count:]:
            value = getattr(value, word)
        return value
    raise AttributeError("no module of " + path)


def signature(path: str) -> Arguments:
    """The parameters by name, without the object itself."""
    value = found(path)
    if inspect.isclass(value):
        value = value.__init__
    parameters = list(inspect.signature(value).parameters.values())
    named = [one.name for one in parameters if one.kind not in OPEN]
    if named[:1] == ["self"]:
        named = named[1:]
    rest = any(one.kind in OPEN for one in parameters)
    if rest:
        named += [one for one in TAKEN_OUT.findall(inspect.getsource(value)) if one not in named]
    return {"arguments": named, "rest": rest}


def attributes(path: str) -> Arguments:
    """What a fresh object has."""
    return {"arguments": list(vars(found(path)())), "rest": False}


def of_onnx(path: str, part: str) -> Arguments:
    """A part of the schema of an operator, in its newest version."""
    schema = importlib.import_module("onnx.defs").get_schema(path)
    entries = getattr(schema, part)
    if part == "attributes":
        return {"arguments": sorted(entries), "rest": False}
    return {"arguments": [one.name for one in entries], "rest": False}


def read(how: str, path: str) -> Arguments | None:
    """One interface, or None if the library has none of that name."""
    try:
        if how.startswith("onnx "):
            return of_onnx(path, how[len("onnx ") :])
        return attributes(path) if how == "attributes" else signature(path)
    except AttributeError:
        return None


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    told = {name: read(how, path) for name, (how, path) in request["interfaces"].items()}
    answer = {"version": version(request["distribution"]), "interfaces": told}
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
