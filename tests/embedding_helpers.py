"""Small transformers on modular addition, and on a task with a class for each position, for tests of metrics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.config.run_settings import RunSettings
from grokscope.data.load import load_samples
from grokscope.metrics.compute import network_of
from grokscope.metrics.context import EvaluationContext, build_context
from grokscope.models.init_schemes.by_architecture import initialise_by_scheme
from grokscope.models.network import Network

SEEDS = [3, 8]
ADDITION = {"name": "modular_arithmetic", "modulus": 5, "train_size": 12}


def transformer_run(data: dict[str, object] | None = None, dtype: str = "float64", **model: object) -> RunSettings:
    """Two blocks of width 6; `data` is by default addition modulo 5."""
    return RunSettings.model_validate(
        {
            "data": data or ADDITION,
            "model": {"kind": "transformer", "blocks": 2, "width": 6, "heads": 2, "hidden": 7, **model},
            "training": {
                "steps": 6,
                "batch_size": 6,
                "loss": "cross_entropy",
                "optimizer": "adamw",
                "learning_rate": 1e-3,
                "dtype": dtype,
            },
            "checkpoints": {"grid": "log", "count": 4},
        }
    )


def transformer_of(run: RunSettings, seeds: list[int] = SEEDS) -> Network:
    """Initialised, in evaluation mode."""
    network = network_of(run, len(seeds))
    initialise_by_scheme(network, seeds, run.model.init_scale, run.model.scheme)
    return network


def context_of(run: RunSettings, seeds: list[int] = SEEDS) -> EvaluationContext:
    return build_context(run, load_samples(run.data), seeds)


def embed(network: Network, seed: int, tokens: Tensor) -> Tensor:
    """Tokens (N, positions) -> embedded sequences (N, positions, width) of the seed at this place, row by row."""
    table, places = network.get_parameter("token_embedding")[seed], network.get_parameter("position_embedding")[seed]
    rows = [torch.stack([table[token] + place for token, place in zip(row, places, strict=True)]) for row in tokens]
    return torch.stack(rows).detach()


def alone(network: Network, seed: int) -> Callable[[Tensor], list[Tensor]]:
    """What follows the embedding, of one seed: sequences (N, positions, width) -> all its layers without seeds."""

    def rest(sequences: Tensor) -> list[Tensor]:
        return [layer[seed] for layer in network.rest(sequences[None].expand(network.seeds, -1, -1, -1))]

    return rest


def cuts_by_hand(network: Network, seed: int, centre: Tensor, frame: Tensor, radius: float) -> NDArray[np.float64]:
    """Cut neurons by a loop over vertices and neurons around `centre` (positions, width), with `frame` (P, 1,
    positions, width): `(hidden layers, 2)`, those of all tokens and those of the last one.
    """
    rest, found = alone(network, seed), []
    with torch.no_grad():
        vertices = [rest((centre + side * radius * way[0])[None]) for way in frame for side in (1, -1)]
    for layer in range(1, len(network.layers) - 1, 2):
        values = np.stack([vertex[layer][0].numpy() for vertex in vertices])  # (vertices, positions, hidden)
        cut = np.array(
            [
                [
                    len({float(np.sign(one)) for one in values[:, place, neuron]}) > 1
                    for neuron in range(values.shape[2])
                ]
                for place in range(values.shape[1])
            ]
        )
        found.append([cut.sum(), cut[-1].sum()])
    return np.array(found, dtype=np.float64)


def spoil_embedding(network: Network, seed: int) -> None:
    """Give one seed an embedding that is not a number."""
    with torch.no_grad():
        network.get_parameter("token_embedding")[seed] = float("nan")
