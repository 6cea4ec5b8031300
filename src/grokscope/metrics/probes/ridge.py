"""Ridge regression on one-hot labels in closed form, for all seeds of a layer at once."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Head:
    """A linear classifier of every seed's features: scores = features @ weight + bias.

    `weight` is `(S, F, classes)`, `bias` `(S, 1, classes)`, both float64.
    """

    weight: Tensor
    bias: Tensor

    def scores(self, features: Tensor) -> Tensor:
        """Class scores `(S, n, classes)` of features `(S, n, F)` of any floating type."""
        return torch.baddbmm(self.bias, features.to(self.weight.dtype), self.weight)


def ridge_head(mean: Tensor, gram: Tensor, classes: int, penalty: float) -> Head:
    """Least squares with an L2 penalty from the moments of features and one-hot labels side by side.

    `mean` is `(S, 1, F + classes)`, `gram` the centred Gram matrix `(S, F + classes, F + classes)`, both float64, the
    labels last. The penalty of a seed is `penalty` times the mean eigenvalue of its features' Gram matrix, so it does
    not depend on their scale; the intercept is not penalised. Constant features give weights of zero; moments that are
    not finite give a head of NaN.
    """
    features = gram.shape[-1] - classes
    own, cross = gram[:, :features, :features], gram[:, :features, features:]
    diagonal = own.diagonal(dim1=1, dim2=2)
    scale = diagonal.mean(dim=1)
    strength = torch.where(scale > 0, penalty * scale, 1.0)
    penalised = own.clone()
    penalised.diagonal(dim1=1, dim2=2).copy_(diagonal + strength[:, None])
    finite = gram.isfinite().flatten(1).all(dim=1)[:, None, None]
    identity = torch.eye(features, dtype=gram.dtype, device=gram.device)
    factor, failed = torch.linalg.cholesky_ex(torch.where(finite, penalised, identity))
    weight = torch.cholesky_solve(cross, factor)
    weight = torch.where(finite & (failed == 0)[:, None, None], weight, torch.nan)
    return Head(weight=weight, bias=mean[:, :, features:] - mean[:, :, :features] @ weight)
