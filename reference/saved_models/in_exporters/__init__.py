"""What runs in the environments of PyTorch and of the exporters to ONNX, without ``lstm_spec``."""
