"""A term of the loss that moves the rank of the features: an intervention on rank with everything else the same.

It sees the shape of the spectrum only. The weight norm is a rival explanation of grokking (P1 Fig 5), so the features
of a batch are centred and brought to one size first: the term has no gradient along the features themselves.

It acts on what the next layer sees, the output of the nonlinearity, unless told otherwise. P1 measures the rank of its
input, the pre-activations. Pressed on those, training gives a few units that are rarely or never active ever larger
weights (the loss hardly moves them, and Adam brings the weakest gradient to size): one direction outweighs all others,
the rank falls to one and the layer's weight norm doubles, while what the next layer sees keeps its rank.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from grokscope.config.run_settings import RankPenaltySettings
from grokscope.models.network import Network

DISTORTION = 0.01
"""log_det: directions count from about this share of the mean variance on, a coding rate's squared distortion."""

SINGULAR_FLOOR = 1e-4
"""nuclear_norm: below about this size, in root mean squares, singular values count by their square."""

ROUNDING = 100.0
"""Features whose deviation is below this many units of rounding of their size count as constant."""

RankPenalty = Callable[[Sequence[Tensor]], Tensor]


def rank_penalty(settings: RankPenaltySettings, activate: Callable[[Tensor], Tensor]) -> RankPenalty:
    """The function from all pre-activations (S, B, *layer), logits last, to each seed's addition to the loss (S,).

    `activate` is the network's nonlinearity, one that does not overwrite its input. The function is `settings.strength`
    times the `spectral_spread` of the chosen hidden layer, or of all of them on average. Who makes the loss small
    presses the rank down where the strength is positive and holds it up where it is negative. Seeds meet only when a
    caller sums over S.
    """

    def penalty(layers: Sequence[Tensor]) -> Tensor:
        chosen = layers[-2:-1] if settings.layer == "second_last" else layers[:-1]
        features = [samples(activate(layer) if settings.features == "activations" else layer) for layer in chosen]
        return settings.strength * torch.stack(
            [spectral_spread(settings.kind, of_layer) for of_layer in features]
        ).mean(dim=0)

    return penalty


def build(
    settings: RankPenaltySettings, network: Network, seeds: Sequence[int]
) -> Callable[[int, Tensor, list[Tensor]], Tensor]:
    """`rank_penalty` as a term of the loss of `network`."""
    penalty = rank_penalty(settings, network.activate)
    return lambda step, inputs, layers: penalty(layers)


def samples(layer: Tensor) -> Tensor:
    """A layer's output (S, B, *layer) as rows of features (S, n, F); every position of a convolution is a row."""
    return layer if layer.dim() == 3 else layer.flatten(3).transpose(2, 3).flatten(1, 2)


def spectral_spread(kind: str, features: Tensor) -> Tensor:
    """How evenly the variance of features (S, n, F) is spread: (S,), near 0 (one direction) to 1 (all alike).

    With v the eigenvalues of the covariance in units of their mean over r directions, so that neither scale nor shift
    of the features matters:

    - `nuclear_norm`: mean over r of sqrt(v), the sum of the singular values of the centred features over sqrt(r) times
      their Frobenius norm.
      Singular values s are smoothed to sqrt(s^2 + f^2) - f with f = `SINGULAR_FLOOR`; the value moves by less than f.
    - `log_det`: mean over r of log(1 + v / d) over log(1 + 1 / d), d = `DISTORTION`: the coding rate of Ma et al.
      (2007, "Segmentation of
      multivariate mixed data via lossy data coding and compression"), and the smooth stand-in for rank of Fazel, Hindi
      and Boyd (2003).

    Computed in float64 from the smaller Gram matrix, whose eigenvalues are the squares of the singular values: in
    float32 those below 2e-4 of the largest would be noise. Constant features (a dead network, a batch of one image) and
    features that are not finite give 0 and no gradient. Raises ValueError for another kind.
    """
    if kind not in _MEANS:
        raise ValueError(f"rank penalty {kind!r} is not one of {', '.join(_MEANS)}")
    spread: Tensor = _Spread.apply(features, kind)  # type: ignore[no-untyped-call]
    return spread


class _Spread(torch.autograd.Function):
    """`spectral_spread` with its gradient in closed form, which takes two thirds of the time of autograd."""

    @staticmethod
    def forward(context: Any, features: Tensor, kind: str) -> Tensor:
        precise = features.double()
        centred = precise - precise.mean(dim=1, keepdim=True)
        size, deviation = precise.square().sum(dim=(1, 2)), centred.square().sum(dim=(1, 2))
        limits = torch.finfo(features.dtype)
        # false for NaN and infinity too; such features become zeros of size 1, before anything is multiplied or divided
        varies = deviation > ((ROUNDING * limits.eps) ** 2 * size).clamp_min(limits.tiny**0.5)
        centred = torch.where(varies[:, None, None], centred, 0.0)
        count, width = features.shape[1:]
        directions = max(1, min(count - 1, width))
        unit = (torch.where(varies, deviation, 1.0) / directions)[:, None, None]
        of_samples = count <= width
        gram = (centred @ centred.mT if of_samples else centred.mT @ centred) / unit
        spread, slope = _MEANS[kind](gram, directions)
        # the size of the features is divided out: the part of the slope along them goes
        slope.diagonal(dim1=1, dim2=2).sub_((slope * gram).sum(dim=(1, 2))[:, None] / directions)
        slope.mul_(2 / unit)
        slope = slope @ centred if of_samples else centred @ slope
        # of mean 0 but for rounding, which Adam would bring to size in the bias of a unit that the loss does not see
        slope -= slope.mean(dim=1, keepdim=True)
        context.save_for_backward(slope.to(features.dtype))
        return spread.to(features.dtype)

    @staticmethod
    @once_differentiable
    def backward(context: Any, factor: Tensor) -> tuple[Tensor, None]:
        (slope,) = context.saved_tensors
        return factor[:, None, None] * slope, None


def _mean_logarithm(gram: Tensor, directions: int) -> tuple[Tensor, Tensor]:
    """Mean of log(1 + v / d) / log(1 + 1 / d) of the eigenvalues v of `gram` (S, m, m): (S,), and its gradient."""
    shifted = gram / DISTORTION
    shifted.diagonal(dim1=1, dim2=2).add_(1.0)
    factor = torch.linalg.cholesky_ex(shifted).L
    scale = 1 / (directions * math.log1p(1 / DISTORTION))
    return 2 * scale * factor.diagonal(dim1=1, dim2=2).log().sum(dim=1), torch.cholesky_inverse(factor) * (
        scale / DISTORTION
    )


def _mean_root(gram: Tensor, directions: int) -> tuple[Tensor, Tensor]:
    """Mean of sqrt(v), smoothed at 0, of the eigenvalues v of `gram` (S, m, m): (S,), and its gradient."""
    eigenvalues, vectors = torch.linalg.eigh(gram)
    roots = (eigenvalues.clamp_min(0.0) + SINGULAR_FLOOR**2).sqrt()
    scale = 1 / (directions * (math.sqrt(1 + SINGULAR_FLOOR**2) - SINGULAR_FLOOR))
    return scale * (roots - SINGULAR_FLOOR).sum(dim=1), (vectors * (scale / (2 * roots))[:, None]) @ vectors.mT


_MEANS = {"log_det": _mean_logarithm, "nuclear_norm": _mean_root}
