"""Networks as ONNX graphs: written, quantised, held against PyTorch, and run without it."""
