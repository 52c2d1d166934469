"""In PyTorch, a sigmoid that is certain and wrong learns nothing, and no label is a loss of NaN.

Library: torch 2.13.0+cpu
Clauses: GRAD-353, TRAIN-537
Documented: no

Expected: binary cross-entropy after a sigmoid has the gradient p - y, a full step for an answer
that is certain and wrong; the mean over no labels is zero, as it is in Keras, and moves no weight.

Run: lstm-spec env run torch findings/torch_sigmoid_and_ignored_labels.py
"""

import torch
from torch.nn import functional

logit = torch.tensor([200.0], requires_grad=True)
functional.binary_cross_entropy(torch.sigmoid(logit), torch.zeros(1)).backward()
slope = float(logit.grad)
print(f"a logit of 200 where no is right: a gradient of {slope:g}")

logits = torch.zeros(2, 3, requires_grad=True)
loss = functional.cross_entropy(logits, torch.tensor([1, 1]), ignore_index=1)
loss.backward()
lost = bool(logits.grad.isnan().any()) or bool(loss.isnan())
print(f"two labels, both to be ignored: a loss of {loss.item():g}")

wrong = slope == 0 or lost
print("shown" if wrong else "gone")
raise SystemExit(bool(wrong))
