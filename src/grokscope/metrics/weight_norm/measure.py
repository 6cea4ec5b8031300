"""L2 norm of the parameters, in total and by layer (P1 Fig 5)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.tables import ALL_LAYERS, make_table
from grokscope.metrics.weight_norm.declaration import WeightNormSettings
from grokscope.models.network import Network


def build(settings: WeightNormSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure the norms in float64; biases and normalisation parameters count, a norm that is not finite is NaN."""

    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        layers = network.parameter_layers
        squares = torch.zeros(len(network.layers) + 1, len(context.seeds), dtype=torch.float64, device=context.device)
        for name, parameter in network.named_parameters():
            squares[layers[name]] += parameter.double().square().flatten(1).sum(dim=1)
        squares[ALL_LAYERS] = squares[ALL_LAYERS + 1 :].sum(dim=0)
        norms = squares.sqrt().tolist()
        rows: list[dict[str, Any]] = []
        for layer, of_seeds in enumerate(norms):
            for seed, norm in zip(context.seeds, of_seeds, strict=True):
                rows.append(
                    {"seed": seed, "step": step, "layer": layer, "norm": norm if math.isfinite(norm) else math.nan}
                )
        return make_table("weight_norm", rows)

    return measure
