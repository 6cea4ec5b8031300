"""Eigenvalues of the covariance of every layer's pre-activations, from which feature ranks follow (P1)."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.layer_outputs import as_samples, each_chunk
from grokscope.metrics.moments import Moments
from grokscope.metrics.spectra.declaration import SpectraSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(
    settings: SpectraSettings, context: EvaluationContext, chunk: int | None = None
) -> Callable[[Network, int], pd.DataFrame]:
    """Measure the spectra of `settings.points` samples, evenly spaced, of the chosen splits (P1's code: all 10 000 test
    images).

    The forward pass runs on a float64 copy of the network, because P1's rank tolerance lies at the rounding noise of
    float64. `points` counts rows of features: in a convolution every position of an image is one. Column `eigenvalues`:
    all of them, descending, not clipped, so rounding may leave tiny negative ones; NaN where a layer of a seed is not
    finite. `chunk`: samples at a time.
    """
    inputs = {split: _precise(context.points(split, settings.points)[0]) for split in settings.splits}

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        precise = copy.deepcopy(network).double().eval()
        rows: list[dict[str, Any]] = []
        for split in settings.splits:
            for layer, moments in enumerate(layer_moments(precise, inputs[split], chunk), start=1):
                for seed, eigenvalues in zip(context.seeds, descending_eigenvalues(moments.covariance()), strict=True):
                    rows.append({"seed": seed, "step": step, "split": split, "layer": layer})
                    rows[-1] |= {"points": moments.count, "eigenvalues": eigenvalues.cpu().numpy()}
        return make_table("spectra", rows)

    return measure


def layer_moments(network: Network, inputs: Tensor, chunk: int | None = None) -> list[Moments]:
    """Moments of every layer's pre-activations, all seeds at once."""
    moments = [Moments() for _ in network.layers]
    for _, outputs in each_chunk(network, inputs, chunk):
        for moment, output, layer in zip(moments, outputs, network.layers, strict=True):
            moment.add(as_samples(output, layer))
    return moments


def _precise(inputs: Tensor) -> Tensor:
    """Inputs in float64; tokens stay what they are."""
    return inputs.double() if inputs.is_floating_point() else inputs


def descending_eigenvalues(covariance: Tensor) -> Tensor:
    """Eigenvalues `(S, F)` of symmetric matrices `(S, F, F)`, descending; NaN for a matrix that is not finite."""
    finite = covariance.isfinite().all(dim=2).all(dim=1)
    values = torch.linalg.eigvalsh(torch.where(finite[:, None, None], covariance, 0.0)).flip(1)
    return torch.where(finite[:, None], values, math.nan)
