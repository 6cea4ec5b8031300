"""The measuring module of a made-up metric with arrays: the weights of the first layer, and which units are active on
the first test images, of which there are more the later the step is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.declared_arrays import ArraysSettings
from grokscope.metrics.tables import make_table
from grokscope.models.network import Network


def build(settings: ArraysSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    @torch.inference_mode()
    def measure(network: Network, step: int) -> pd.DataFrame:
        largest = network.first(context.test_inputs).abs().amax(dim=(1, 2)).double().tolist()
        by_seed = zip(context.seeds, largest, strict=True)
        rows = [{"seed": seed, "step": step, "largest": value} for seed, value in by_seed]
        return make_table("slices", rows)

    return measure


def build_arrays(
    settings: ArraysSettings, context: EvaluationContext
) -> Callable[[Network, int], dict[str, list[np.ndarray]]]:
    @torch.inference_mode()
    def measure(network: Network, step: int) -> dict[str, list[np.ndarray]]:
        weights = next(value for name, value in network.named_parameters() if network.parameter_layers[name] == 1)
        active = network.first(context.test_inputs[:, : 1 + step]) > 0
        return {"weights": list(weights.double().numpy()), "active": list(active.numpy())}

    return measure
