"""P1's own linear probe: a head trained for 30 epochs with Adam, here for many problems at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grokscope.metrics.probes.ridge import Head

TRAINING_SHARE = 0.8
LEARNING_RATE = 1e-3
BATCH_SIZE = 512
EPOCHS = 30
NORM_PENALTY = 1e-3


def published_head(features: Tensor, labels: Tensor, classes: int, seeds: Sequence[int]) -> Head:
    """P1's recipe (its code, `tunnel_methods.py`): the weights after the last epoch, whatever the validation accuracy.

    `features` is `(P, n, F)` of P independent problems, `labels` `(P, n)` int64, `seeds` one for each problem. A random
    80 % of the images, PyTorch's default initialisation, Adam with learning rate 1e-3, batches of 512, 30 epochs, mean
    cross-entropy + 1e-3 * |weight| (not squared). The head has as many outputs as classes; the released code makes one
    an image, which leaves the task the same. Split, batches and initialisation are functions of a problem's seed alone.
    Features that are not finite give a head of NaN.
    """
    problems, count, width = features.shape
    draws = [_draw(seed, count, width, classes) for seed in seeds]
    weight, bias = (torch.stack(parts).to(features).requires_grad_() for parts in list(zip(*draws, strict=True))[:2])
    orders = torch.stack([order for _, _, order in draws]).to(features.device)  # (P, epochs, training images)
    every = torch.arange(problems, device=features.device)[:, None]
    optimiser = torch.optim.Adam([weight, bias], lr=LEARNING_RATE)
    with torch.enable_grad():
        for epoch in range(EPOCHS):
            for chosen in orders[:, epoch].split(BATCH_SIZE, dim=1):
                scores = torch.baddbmm(bias, features[every, chosen], weight)
                entropy = torch.nn.functional.cross_entropy(
                    scores.flatten(0, 1), labels[every, chosen].flatten(), reduction="sum"
                )
                # A sum over problems: Adam works entry by entry, so they do not meet.
                loss = entropy / chosen.shape[1] + NORM_PENALTY * torch.linalg.vector_norm(weight, dim=(1, 2)).sum()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
    finite = features.isfinite().flatten(1).all(dim=1)[:, None, None]
    return Head(
        weight=torch.where(finite, weight.detach().double(), torch.nan),
        bias=torch.where(finite, bias.detach().double(), torch.nan),
    )


def _draw(seed: int, count: int, width: int, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Initial weight (width, classes), bias (1, classes) and the order of samples in every epoch (epochs, n)."""
    generator = torch.Generator().manual_seed(seed)
    training = torch.randperm(count, generator=generator)[: max(1, int(TRAINING_SHARE * count))]
    orders = torch.stack([training[torch.randperm(len(training), generator=generator)] for _ in range(EPOCHS)])
    bound = width**-0.5
    weight = torch.empty(width, classes, dtype=torch.float64).uniform_(-bound, bound, generator=generator)
    bias = torch.empty(1, classes, dtype=torch.float64).uniform_(-bound, bound, generator=generator)
    return weight, bias, orders
