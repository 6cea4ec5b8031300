"""How much faster local complexity of networks with convolutions is than every vertex through the whole network, with
the very same counts.

P2's CNN on CIFAR-10 (five convolutions of width 32) and its residual network (ResNet18 of width 16) with 25 directions
and three radii, at uniform noise, as P2's random points are, and at smooth images, which more neurons are near to. At
the larger radii of the CNN hundreds of neurons flip around a point. The two ways take turns in one process; times are
processor seconds of one thread.

Run with `python benchmarks/local_complexity_convolutions.py`: about two minutes and 1 GB.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from grokscope.data.declared import Classes, Images
from grokscope.metrics.local_complexity.followed import cnn, resnet
from grokscope.metrics.local_complexity.followed.measure import count_cuts
from grokscope.metrics.local_complexity.frames import random_points, shared_frame
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import model_settings

sys.path[:0] = [str(Path(__file__).parent)]

from local_complexity import fastest  # noqa: E402
from rows import Row, make_row, print_rows  # noqa: E402

CIFAR = Images((3, 32, 32), (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))
UNIT = 0.2009
"""A unit of the normalised inputs in pixels: the mean of the deviations."""
DIRECTIONS = 25
Radii = tuple[float, ...]
WIDE, NARROW = (0.001, 0.01, 0.1), (0.001, 0.005, 0.01)
"""Radii in units of the normalised inputs: those of Fig 30, and those around the one of Figs 1 and 6."""
CNN, RESNET = {"kind": "cnn", "depth": 5, "width": 32}, {"kind": "resnet", "width": 16}
CASES: tuple[tuple[str, dict[str, Any], ModuleType, int, Radii, str], ...] = (
    ("CNN", CNN, cnn, 24, WIDE, ">= 4"),
    ("CNN", CNN, cnn, 24, NARROW, ">= 4"),
    ("ResNet18", RESNET, resnet, 6, NARROW, ">= 2"),
)
SHAPE = CIFAR.shape


def every_vertex(network: Network, points: Tensor, frame: Tensor, radii: Radii) -> Tensor:
    """Cuts `(radii, 1, points, layers)`: the vertices of one point at a time, which was fastest."""
    directions = torch.cat([frame, -frame])[:, 0]
    counts = []
    for radius in radii:
        for point in points[0]:
            layers = [z[0].flatten(1) for z in network.preactivations((point + radius * directions)[None])]
            counts.append(torch.stack([(z.amin(dim=0).sign() != z.amax(dim=0).sign()).sum() for z in layers]))
    return torch.stack(counts).view(len(radii), 1, points.shape[1], -1).double()


def smooth_images(count: int) -> Tensor:
    """Noise on a coarse grid, enlarged to images, `(1, count, *shape)` in [0, 1]."""
    coarse = random_points(count, (SHAPE[0], 6, 6))[0]
    return functional.interpolate(coarse, SHAPE[1:], mode="bilinear")[None]


@torch.inference_mode()
def rows(rounds: int = 3) -> list[Row]:
    """Times of both ways, their ratio, and in how many counts they differ."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    table: list[Row] = []
    try:
        for dtype in (torch.float32, torch.float64):
            frame = shared_frame(SHAPE, DIRECTIONS).to(dtype)
            for name, model, way, number, radii, target in CASES:
                settings = model_settings(**model, normalize=True)
                network = build_network(settings, CIFAR, Classes(10), 1, dtype=dtype).eval()
                initialise(network, [0], 1.0)
                pixels = tuple(UNIT * radius for radius in radii)
                for kind, points in (("noise", random_points(number, SHAPE)), ("smooth images", smooth_images(number))):
                    ways = {
                        "followed": partial(
                            count_cuts, way.walk, network, points.to(dtype), frame, pixels, flips=way.FLIPS
                        ),
                        "every vertex": partial(every_vertex, network, points.to(dtype), frame, pixels),
                    }
                    what = f"{name}, radii to {radii[-1]}, {str(dtype).removeprefix('torch.')}, {kind}"
                    table += _compared(ways, number, what, target, exact=dtype == torch.float64, rounds=rounds)
    finally:
        torch.set_num_threads(threads)
    return table


def _compared(
    ways: dict[str, Callable[[], Tensor]], points: int, what: str, target: str, *, exact: bool, rounds: int
) -> list[Row]:
    seconds, counts = fastest(ways, rounds)
    one, other = counts["followed"], counts["every vertex"]
    place = f"complexity of a {what}"
    return [
        *(make_row(f"{place}, {way}, one point", spent / points * 1e3, "ms") for way, spent in seconds.items()),
        make_row(
            f"{place}, every vertex over followed", seconds["every vertex"] / seconds["followed"], "times", target
        ),
        # in float32 a neuron that just touches a neighbourhood may fall on either side, by the order of the additions
        make_row(f"{place}, counts that differ, of {one.numel()}", int((one != other).sum()), "counts", "== 0" * exact),
    ]


if __name__ == "__main__":
    print_rows(rows())
