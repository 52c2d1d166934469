"""A loader's script as ``opening.py`` is one, which does what its request's file name says."""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

request = json.loads(sys.stdin.readline())
word = Path(request["file"]).stem
facts = {"module": "fake", "keras": "9.9", "backend": "none"}
print("libraries print what they like", file=sys.stderr)
if word == "crashes":
    os._exit(11)
if word == "hangs":
    time.sleep(600)
if word == "babbles":
    print("this is no answer", flush=True)
    sys.exit()
if word == "refuses":
    place = request["file"]
    text = f"Error when deserializing {place}\n\nException encountered: Unrecognized keyword "
    text += "arguments passed to LSTM: {'time_major': False}"
    answer = {"loads": "no", "error": "TypeError: Error when deserializing"}
    print(json.dumps({**facts, **answer, "error in full": text}), flush=True)
    sys.exit()
outputs, outcomes = {}, []
arrays = np.load(request["arrays"])
for number, one in enumerate(request["operations"]):
    if one["do"] == "reset":
        outcomes.append({})
    elif word == "raises":
        outcomes.append({"error": "ValueError: no", "error in full": "no"})
    else:
        name = f"operation.{number}"
        outputs[name] = np.full((len(arrays[one["x"]]), 2), 0.5 + number * (word == "random"))
        outcomes.append({"outputs": [name]})
np.savez(request["found"], **outputs)
answer = {"loads": "yes", "layers": [["dense_1", "Dense"]], "operations": outcomes}
print(json.dumps({**facts, **answer}), flush=True)
