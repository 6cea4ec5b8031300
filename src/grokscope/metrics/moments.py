"""Means and centred Gram matrices of samples that arrive in chunks."""

from __future__ import annotations

import torch
from torch import Tensor


class Moments:
    """Running mean `(S, 1, F)` and centred Gram matrix `(S, F, F)` in float64 of samples `(S, n, F)`.

    Every chunk is centred on its own mean before its Gram matrix is formed and is then merged (the pairwise update of
    Chan, Golub and LeVeque 1983), so that no large squares cancel, whatever the mean and however the chunks are cut.
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean = self.gram = torch.empty(0)

    def add(self, samples: Tensor) -> None:
        """Take in a chunk of samples `(S, n, F)` of any floating type."""
        count = samples.shape[1]
        samples = samples.to(torch.float64)
        mean = samples.mean(dim=1, keepdim=True)
        centred = samples - mean
        gram = centred.transpose(1, 2) @ centred
        if self.count == 0:
            self.count, self.mean, self.gram = count, mean, gram
            return
        total = self.count + count
        shift = mean - self.mean
        self.gram += gram
        self.gram += shift.transpose(1, 2) @ shift * (self.count * count / total)
        self.mean = self.mean + shift * (count / total)
        self.count = total

    def covariance(self) -> Tensor:
        """Covariance `(S, F, F)` with divisor count - 1."""
        return self.gram / (self.count - 1)
