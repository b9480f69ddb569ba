"""A model and fresh readings in, probabilities out: onnxruntime and numpy, nothing of the rooms that learn."""
