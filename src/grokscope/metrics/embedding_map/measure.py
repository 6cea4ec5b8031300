"""Maps of local complexity in the space of a transformer's embeddings (P2 Figs 11, 19 and 20).

Each map is a square grid on the plane through three embedded training sequences, and shows for every point how many
neurons inside one block cut its neighbourhood, those of all tokens together or those of the last one. Table and arrays
come from the same maps, which take minutes: those that the table was made from are remembered for the arrays.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from grokscope.data.subset import evenly_spaced
from grokscope.errors import UserError
from grokscope.metrics.compute import network_of
from grokscope.metrics.compute_arrays import array_seeds
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.embedded_sequences import mean_norm
from grokscope.metrics.embedding_complexity.counted import count_in_blocks, in_multiples
from grokscope.metrics.embedding_map.declaration import EmbeddingMapSettings
from grokscope.metrics.embedding_map.near import near_samples
from grokscope.metrics.embedding_map.square import MapSquare
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.local_complexity.measure import counted_layers
from grokscope.metrics.tables import ALL_LAYERS, make_table
from grokscope.models.network import Network
from grokscope.training.schedule import checkpoint_steps, selected_steps

Numbers = npt.NDArray[np.int32 | np.float64]

UNKNOWN = -1
"""What a map holds where a pre-activation is NaN."""

_REMEMBERED: dict[str, Maps] = {}
"""The maps of tables whose arrays may follow, by what they were made from; they are small beside the time they take."""
REMEMBERED_BYTES = 2**30


@dataclass(frozen=True)
class Maps:
    """The maps of one seed at one step: cuts `(layers, rows, columns)` float64, NaN where a pre-activation is."""

    cuts: npt.NDArray[np.float64]
    radius: float
    half_width: float
    samples: npt.NDArray[np.float64]


def build(settings: EmbeddingMapSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Mean and highest number of cut neurons on the grid, and their mean near the three sequences, of each layer inside
    a block and, as layer 0, of all of them; NaN in a seed with a NaN at a vertex. There are rows at the steps of maps.
    """
    steps = _steps(settings, context)

    def measure(network: Network, step: int) -> pd.DataFrame:
        rows = []
        for seed in context.seeds if step in steps else []:
            maps = _remembered(settings, context, network, seed, again=True)
            near = near_samples(maps.samples, maps.half_width, settings.grid)
            for layer, cut in zip(_layers(network), [maps.cuts.sum(axis=0), *maps.cuts], strict=True):
                values = {"value": cut.mean(), "highest": cut.max(), "near": cut[near].mean()}
                rows.append({"seed": seed, "step": step, "layer": layer, **values})
        return make_table("embedding_map", rows)

    return measure


def build_arrays(
    settings: EmbeddingMapSettings, context: EvaluationContext
) -> Callable[[Network, int], Mapping[str, Sequence[Numbers]]]:
    """The maps themselves, of the seeds of which arrays are kept; at steps without maps, and for other seeds, all
    arrays are empty.
    """
    steps, seeds = _steps(settings, context), array_seeds(settings, context.seeds)

    def measure(network: Network, step: int) -> Mapping[str, Sequence[Numbers]]:
        layers = np.array(_layers(network)[1:], dtype=np.int32)
        by_seed = [
            _packed(layers, _remembered(settings, context, network, seed))
            if step in steps and seed in seeds
            else _empty()
            for seed in context.seeds
        ]
        return {name: [arrays[name] for arrays in by_seed] for name in _empty()}

    return measure


def _packed(layers: npt.NDArray[np.int32], maps: Maps) -> dict[str, Numbers]:
    return {
        "layers": layers,
        "maps": np.nan_to_num(maps.cuts, nan=UNKNOWN).astype(np.int32),
        "radius": np.array([maps.radius]),
        "half_width": np.array([maps.half_width]),
        "samples": maps.samples,
    }


def _empty() -> dict[str, Numbers]:
    return {
        "layers": np.zeros(0, dtype=np.int32),
        "maps": np.zeros((0, 0, 0), dtype=np.int32),
        "radius": np.zeros(0),
        "half_width": np.zeros(0),
        "samples": np.zeros((0, 2)),
    }


def _layers(network: Network) -> list[int]:
    """Layer 0 and the numbers of the layers that have maps."""
    return [ALL_LAYERS, *counted_layers(network.layers)]


def _steps(settings: EmbeddingMapSettings, context: EvaluationContext) -> set[int]:
    """The steps at which maps are made: the metric's, or those nearest to the wanted ones."""
    run = context.run
    steps = selected_steps(settings, checkpoint_steps(run.checkpoints, run.training.steps))
    if not settings.maps_at:
        return set(steps)
    return {min(steps, key=lambda step: abs(step - wanted)) for wanted in settings.maps_at}


def _remembered(
    settings: EmbeddingMapSettings, context: EvaluationContext, network: Network, seed: int, again: bool = False
) -> Maps:
    """The maps of a seed; those that were made before, unless they are to be made `again`."""
    place = context.seeds.index(seed)
    alone, tokens = one_seed(context, network, place), context.train_inputs
    tokens = tokens[place : place + 1] if len(tokens) > 1 else tokens
    key = _digest(settings, context, alone, tokens)
    if again or key not in _REMEMBERED:
        _REMEMBERED.pop(key, None)  # the newest is the last
        _REMEMBERED[key] = made(settings, alone, tokens)
        while sum(maps.cuts.nbytes for maps in _REMEMBERED.values()) > REMEMBERED_BYTES and len(_REMEMBERED) > 1:
            del _REMEMBERED[next(iter(_REMEMBERED))]
    return _REMEMBERED[key]


@torch.inference_mode()
def made(settings: EmbeddingMapSettings, network: Network, tokens: Tensor) -> Maps:
    """The maps of a network of one seed in evaluation mode, whose training sequences are `tokens` (1, N, positions)."""
    like = next(network.parameters())
    chosen = settings.samples or evenly_spaced(3, tokens.shape[1]).tolist()
    if not all(parameter.isfinite().all() for parameter in network.parameters()):
        cuts = np.full((len(_layers(network)) - 1, settings.grid, settings.grid), np.nan)
        return Maps(cuts, math.nan, math.nan, np.full((3, 2), np.nan))
    try:
        square = MapSquare.through(network.first(tokens[:, chosen])[0], settings.size)
    except UserError as error:
        raise UserError(f"embedding_map.samples {chosen}: {error}") from error
    scale = mean_norm(network, tokens).to(like) if settings.measured == "relative" else None
    frame, which = shared_frame(square.shape, settings.directions).to(like), [settings.positions]
    parts = [
        count_in_blocks(network, in_multiples(points, scale), frame, [settings.radius], which, scale)[0, 0, :, 0]
        for points in square.points(settings.grid, like)
    ]
    maps = torch.cat(parts).unflatten(0, (settings.grid, settings.grid)).movedim(2, 0)
    radius = settings.radius if scale is None else settings.radius * scale.item()
    return Maps(maps.numpy(), radius, square.half_width, square.samples)


def one_seed(context: EvaluationContext, network: Network, place: int) -> Network:
    """The network of one of the stacked seeds."""
    alone = network_of(context.run, 1, context.device)
    alone.load_state_dict({name: values[place : place + 1] for name, values in network.state_dict().items()})
    return alone


def _digest(settings: EmbeddingMapSettings, context: EvaluationContext, network: Network, tokens: Tensor) -> str:
    """What maps are made from: settings, network, weights and training sequences."""
    own = settings.model_dump_json(exclude={"every", "at_most", "arrays_at_most", "arrays_of_seeds", "maps_at"})
    found = hashlib.sha256(f"{own} {context.run.model.model_dump_json()}".encode())
    for values in (tokens, *network.state_dict().values()):
        found.update(str(values.dtype).encode())
        found.update(values.contiguous().cpu().numpy().tobytes())
    return found.hexdigest()
