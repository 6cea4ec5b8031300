"""Neural collapse at the training samples (Papyan, Han and Donoho 2020, "Prevalence of neural collapse during the
terminal phase of deep learning training").
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import each_chunk
from grokscope.metrics.neural_collapse.declaration import NeuralCollapseSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(
    settings: NeuralCollapseSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure `collapse` of the features of all training samples, in float64, each seed with its own labels, label
    noise included. A seed whose features or logits are not finite gets NaN. `chunk`: samples at a time.
    """
    inputs, targets = context.train_inputs.double(), context.targets("train")

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        precise = copy.deepcopy(network).double().eval()
        weights = precise.get_parameter(f"weight_{len(precise.layers)}").detach()
        parts = [(_features(precise, outputs), outputs[-1]) for _, outputs in each_chunk(precise, inputs, chunk)]
        features, logits = (torch.cat(of_parts, dim=1) for of_parts in zip(*parts, strict=True))
        rows: list[dict[str, Any]] = []
        for position, seed in enumerate(context.seeds):
            found = collapse(features[position], targets[position], logits[position], weights[position])
            rows.append({"seed": seed, "step": step, **found})
        return make_table("neural_collapse", rows)

    return measure


def _features(network: Network, outputs: list[Tensor]) -> Tensor:
    """What the output layer sees, (S, B, features), from the pre-activations of all layers."""
    last = outputs[-2]
    return (network.activate(last) if network.layers[-2].activated else last).flatten(2)


def collapse(features: Tensor, labels: Tensor, logits: Tensor, weights: Tensor) -> dict[str, float]:
    """The measures for features (n, F), labels (n,), logits (n, classes) and last-layer weights (F, classes), float64.

    With the mean of each class, their mean over classes m, and M the class means minus m:

    - `within_class` (NC1): trace of the covariance of features around the mean of their class, times the pseudo-inverse
      of the covariance of the class means, over the number of classes. 0 when every feature is its class mean.
    - `norms` (NC2): standard deviation of the norms of M over their mean.
    - `angles` (NC2): mean over pairs of |cosine + 1 / (classes - 1)| of M. Both are 0 for a simplex.
    - `duality` (NC3): squared Frobenius norm of W / |W| - M / |M|. 0 when the last weights are the class means.
    - `nearest_mean` (NC4): share of samples whose largest logit is not that of the nearest class mean.

    Classes without a sample are left out. A measure without a value (all class means alike, fewer than two classes,
    numbers that are not finite) is NaN.
    """
    names = ("within_class", "norms", "angles", "duality", "nearest_mean")
    present = labels.unique()
    classes = len(present)
    if classes < 2 or not all(bool(one.isfinite().all()) for one in (features, logits, weights)):
        return dict.fromkeys(names, math.nan)
    # scale does not matter to any of the measures, and without this squares may overflow or vanish
    features = features / features.abs().max().clamp_min(torch.finfo(features.dtype).tiny)
    member = (labels[:, None] == present).to(features)
    means = (member.T @ features) / member.sum(dim=0)[:, None]
    centred = means - means.mean(dim=0)
    nearest = present[torch.cdist(features, means, compute_mode="donot_use_mm_for_euclid_dist").argmin(dim=1)]
    found = dict.fromkeys(names, math.nan)
    found["nearest_mean"] = float((logits.argmax(dim=1) != nearest).double().mean())
    norms = centred.norm(dim=1)
    rounding = torch.finfo(features.dtype).eps * max(centred.shape) * float(means.norm())
    if float(centred.norm()) <= rounding:
        return found
    found["within_class"] = _within(features - member @ means, centred)
    found["norms"] = float(norms.std(correction=0) / norms.mean())
    of_present = weights.detach()[:, present].T
    if float(of_present.norm()) > 0:
        found["duality"] = float((of_present / of_present.norm() - centred / centred.norm()).square().sum())
    if float(norms.min()) > 0:
        unit = centred / norms[:, None]
        pairs = torch.triu_indices(classes, classes, 1)
        cosines = (unit @ unit.T)[pairs[0], pairs[1]]
        found["angles"] = float((cosines + 1 / (classes - 1)).abs().mean())
    return found


def _within(deviations: Tensor, centred: Tensor) -> float:
    """NC1 from the deviations (n, F) of features from the means of their classes and the centred means (classes, F)."""
    _, sizes, directions = torch.linalg.svd(centred, full_matrices=False)
    # the means of C classes span at most C - 1 directions
    kept = sizes > sizes[0] * torch.finfo(sizes.dtype).eps * max(centred.shape)
    variances = (deviations @ directions[kept].T).square().mean(dim=0)
    return float((variances / sizes[kept].square()).sum())
