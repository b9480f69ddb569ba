"""What a network is called: by its parts, how they are joined, and how many answer."""

from rockfall_desktop.domain.config import TrainingConfig

_PARTS = {
    "lstm": "LSTM",
    "gru": "GRU",
    "transformer": "Transformer",
    "cnn": "CNN",
    "resnet_light": "light ResNet",
    "resnet": "ResNet-18",
    "pointnet": "PointNet",
}
_FUSIONS = {"mlp": "MLP", "attention": "attention", "gated": "gated"}
_BAYESIAN = {"mc_dropout": "MC dropout", "laplace": "Laplace"}


def network_name(config: TrainingConfig, members: int) -> str:
    """By settings and the members that were trained, e.g. "GRU + CNN, gated, 5 members, MC dropout"."""
    chosen = (config.temporal_network, config.raster_network, config.cloud_network)
    parts = [_PARTS[part] for part in chosen if part != "none"]
    words = [" + ".join(parts)]
    if len(parts) > 1:
        words.append(_FUSIONS[config.fusion])
    if members > 1:
        words.append(f"{members} members")
    if config.uncertainty != "none":
        words.append(_BAYESIAN[config.uncertainty])
    return ", ".join(words)
