"""How the words of settings are said to people."""

_SPOKEN = {
    "lstm": "LSTM", "gru": "GRU", "transformer": "Transformer", "mlp": "MLP", "one_cycle": "one cycle", "cnn": "CNN",
    "resnet": "ResNet-18", "resnet_light": "ResNet, light", "pointnet": "PointNet", "mc_dropout": "Monte-Carlo dropout",
    "laplace": "Laplace, last layer", "cpu": "CPU", "cuda": "CUDA", "mps": "MPS", "lidar": "LiDAR",
    "turn_chips": "turn and flip rasters", "turn_points": "turn points about z", "gated": "gated cross-attention",
    "scaling": "stretching", "thread": "in this program", "process": "in a process of its own",
}  # fmt: skip


def spoken(choice: str) -> str:
    """A choice as people say it."""
    return _SPOKEN.get(choice, choice.replace("_", " "))
