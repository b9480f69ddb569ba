"""What moves the weights."""

import torch

from rockfall_desktop.domain.config import TrainingConfig


def make_optimiser(network: torch.nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019) as configured; one call for all weights, not a dozen for each."""
    return torch.optim.AdamW(network.parameters(), config.step_rate, weight_decay=config.weight_decay, fused=True)
