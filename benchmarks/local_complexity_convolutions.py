"""How much faster local complexity of a convolutional network is than every vertex through the whole network, with the
very same counts.

P2's CNN on CIFAR-10: five convolutions of width 32, 25 directions, radii 0.001, 0.01 and 0.1 in the units of its
normalised inputs, at uniform noise, as its random points are, and at smooth images, which more neurons are near to. The
two ways take turns in one process; times are processor seconds of one thread.

Run with `python benchmarks/local_complexity_convolutions.py`: about a minute and 1 GB.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from grokscope.data.declared import Classes, Images
from grokscope.metrics.local_complexity.followed import cnn
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
POINTS, DIRECTIONS, RADII = 32, 25, tuple(UNIT * radius for radius in (0.001, 0.01, 0.1))
SHAPE = CIFAR.shape


def every_vertex(network: Network, points: Tensor, frame: Tensor) -> Tensor:
    """Cuts `(radii, 1, points, layers)`: the vertices of one point at a time, which was fastest."""
    directions = torch.cat([frame, -frame])[:, 0]
    counts = []
    for radius in RADII:
        for point in points[0]:
            layers = [z[0].flatten(1) for z in network.preactivations((point + radius * directions)[None])]
            counts.append(torch.stack([(z.amin(dim=0).sign() != z.amax(dim=0).sign()).sum() for z in layers]))
    return torch.stack(counts).view(len(RADII), 1, points.shape[1], -1).double()


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
            network = build_network(
                model_settings(kind="cnn", depth=5, width=32, normalize=True), CIFAR, Classes(10), 1, dtype=dtype
            ).eval()
            initialise(network, [0], 1.0)
            frame = shared_frame(SHAPE, DIRECTIONS).to(dtype)
            for kind, points in (("noise", random_points(POINTS, SHAPE)), ("smooth", smooth_images(POINTS))):
                table += _compared(network, points.to(dtype), frame, f"CNN, {str(dtype)[6:]}, {kind}", rounds)
    finally:
        torch.set_num_threads(threads)
    return table


def _compared(network: Network, points: Tensor, frame: Tensor, what: str, rounds: int) -> list[Row]:
    seconds, counts = fastest(
        {
            "followed": lambda: count_cuts(cnn.walk, network, points, frame, RADII),
            "every vertex": lambda: every_vertex(network, points, frame),
        },
        rounds,
    )
    wrong = int((counts["followed"] != counts["every vertex"]).sum())
    return [
        *(
            make_row(f"local complexity of a {what}, {way}, a point", of_way / points.shape[1] * 1e3, "ms")
            for way, of_way in seconds.items()
        ),
        make_row(
            f"local complexity of a {what}, every vertex over followed",
            seconds["every vertex"] / seconds["followed"],
            "times",
            ">= 4",
        ),
        make_row(
            f"local complexity of a {what}, counts that differ, of {counts['followed'].numel()}",
            wrong,
            "counts",
            "== 0" if points.dtype == torch.float64 else "",
        ),
    ]


if __name__ == "__main__":
    print_rows(rows())
