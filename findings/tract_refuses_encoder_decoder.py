"""tract fails to optimise a valid ONNX encoder-decoder.

Library: tract 0.23.9
Clauses: SEQ-31
Documented: no; ONNX Runtime runs the model

The final h of one LSTM is repeated as the input of a second one. Expected: its two outputs.
Instead, the optimiser fails in "running pass declutter".

Run: lstm-spec env run tract findings/tract_refuses_encoder_decoder.py
"""

import tempfile
from pathlib import Path

import numpy as np
import onnx.parser
import tract

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,1,1] x, float[1,1,1] h0, float[1,1,1] c0) => (float[2,1,1,1] y)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}, int64[3] twice = {2, 1, 1}>
{
  y1, h = LSTM <hidden_size = 1> (x, W, R, B, , h0, c0)
  repeated = Tile (h, twice)
  y = LSTM <hidden_size = 1> (repeated, W, R, B, , h0, c0)
}
"""
zero, said = np.zeros((1, 1, 1), np.float32), ""
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "lstm.onnx"
    path.write_bytes(onnx.parser.parse_model(MODEL).SerializeToString())
    try:
        model = tract.onnx().load(str(path)).into_model().into_runnable()
        model.run([np.ones((3, 1, 1), np.float32), zero, zero])
    except Exception as error:
        said = str(error)

print(f"expected two outputs; {'rejected: ' + ' '.join(said.split())[:300] if said else 'it runs'}")
print("shown: a valid model is rejected" if said else "gone")
raise SystemExit(bool(said))
