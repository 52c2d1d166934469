"""PyTorch runs an LSTM on a batch without rows, and trains it on targets of one row for three.

Library: torch 2.13.0+cpu
Clauses: SEQ-102, GRAD-101, TRAIN-103
Documented: mse_loss warns that it broadcasts; of the batch without rows, nothing

Expected: an error. An input without steps is rejected.

Run: lstm-spec env run torch findings/torch_takes_no_rows_and_broadcasts.py
"""

import warnings

import torch

warnings.simplefilter("ignore")
lstm = torch.nn.LSTM(5, 6, batch_first=True)
outputs, _ = lstm(torch.ones(0, 4, 5))
print(f"an input of 0 rows: outputs of shape {tuple(outputs.shape)}")

outputs, _ = lstm(torch.ones(3, 4, 5))
loss = torch.nn.functional.mse_loss(outputs, torch.ones(1, 4, 6))
loss.backward()
moved = lstm.weight_ih_l0.grad is not None
print(f"targets of 1 row for 3: the loss is {float(loss):.3f}, with gradients: {moved}")
print("shown" if moved else "gone")
raise SystemExit(bool(moved))
