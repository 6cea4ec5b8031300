"""How much faster local complexity is than pushing every vertex through the whole network, with the very same counts.

P2's MNIST setting: an MLP of depth 4 and width 200 on 784 inputs, 1000 points, 25 directions, radii 0.05, 0.1, 0.5, 1
and 5. Two other ways are timed in the same process, the three taking turns:

- plain: the vertices of a few points at a time through the same network, same dtype, same test of signs;
- released: as P2's code is described (float64, one pass a radius with all vertices of all points, each layer's output
  kept by a hook,
  the sign of every output compared with that at the first vertex).

Times are processor seconds of one thread, which other work on the machine disturbs less than wall time.
Run with `python benchmarks/local_complexity.py`: about a minute and 3 GB.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from grokscope.data.declared import Classes, Images
from grokscope.metrics.local_complexity.frames import random_points, shared_frame
from grokscope.metrics.local_complexity.measure import count_cuts
from grokscope.models.build import build_network
from grokscope.models.initialise import initialise
from grokscope.models.network import Network
from grokscope.models.registry import model_settings
from rows import Row, make_row, print_rows

IMAGE_SHAPE = (1, 28, 28)
POINTS, DIRECTIONS, RADII = 1000, 25, (0.05, 0.1, 0.5, 1.0, 5.0)
PLAIN_POINTS = 20
"""Points that go through the network together in the plain way; 5 to 20 were the fastest of 5 to 100, in both dtypes.
"""


def plain(network: Network, points: Tensor, frame: Tensor) -> Tensor:
    """Cuts `(radii, 1, points, layers)`: every vertex through the whole network."""
    directions = torch.cat([frame, -frame])  # (2P, 1, C, H, W)
    counts = []
    for radius in RADII:
        parts = []
        for some in points.split(PLAIN_POINTS, dim=1):
            vertices = (some + radius * directions).flatten(0, 1)[None]
            layers = [layer.unflatten(1, (2 * DIRECTIONS, -1)) for layer in network.preactivations(vertices)]
            parts.append(
                torch.stack(
                    [(layer.amin(dim=1).sign() != layer.amax(dim=1).sign()).sum(dim=2) for layer in layers], dim=2
                )
            )
        counts.append(torch.cat(parts, dim=1))
    return torch.stack(counts)


def released(modules: nn.Sequential, points: Tensor, frame: Tensor) -> Tensor:
    """Cuts `(radii, 1, points, layers)` the way P2's code is described, on an ordinary network of one seed."""
    directions = torch.cat([frame, -frame])[:, 0]
    outputs: list[Tensor] = []
    hooks = [
        module.register_forward_hook(lambda _, __, output: outputs.append(output))
        for module in modules
        if isinstance(module, nn.Linear)
    ]
    counts = []
    for radius in RADII:
        outputs.clear()
        modules((points[0, :, None] + radius * directions).flatten(0, 1))
        signs = [output.sign().unflatten(0, (-1, len(directions))) for output in outputs]
        counts.append(torch.stack([(sign != sign[:, :1]).any(dim=1).sum(dim=1) for sign in signs], dim=1))
    for hook in hooks:
        hook.remove()
    return torch.stack(counts)[:, None]


def as_modules(network: Network) -> nn.Sequential:
    """The first seed of an MLP as torch's own layers."""
    state = network.state_dict()
    depth = len(network.layer_kinds)
    sizes = [state["weight_1"].shape[1], *[state[f"bias_{layer}"].shape[-1] for layer in range(1, depth + 1)]]
    modules: list[nn.Module] = [nn.Flatten()]
    for layer, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        linear = nn.Linear(inputs, outputs, dtype=state["weight_1"].dtype)
        linear.load_state_dict({"weight": state[f"weight_{layer}"][0].T, "bias": state[f"bias_{layer}"][0, 0]})
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


def fastest(ways: dict[str, Callable[[], Tensor]], rounds: int) -> tuple[dict[str, float], dict[str, Tensor]]:
    """Least processor seconds of `rounds` runs of each way, and what each returned; the ways take turns."""
    seconds = dict.fromkeys(ways, float("inf"))
    results = {}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.process_time()
            results[name] = way()
            seconds[name] = min(seconds[name], time.process_time() - began)
    return seconds, results


@torch.inference_mode()
def compare(dtype: torch.dtype, rounds: int) -> tuple[dict[str, float], dict[str, Tensor]]:
    """Seconds and counts of all ways; the released one is in float64 only."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    network = build_network(
        model_settings(kind="mlp", depth=4, width=200), Images(IMAGE_SHAPE), Classes(10), 1, dtype=dtype
    ).eval()
    initialise(network, [0], 1.0)
    points = random_points(POINTS, IMAGE_SHAPE).to(dtype)
    frame = shared_frame(IMAGE_SHAPE, DIRECTIONS).to(dtype)
    ways: dict[str, Callable[[], Tensor]] = {
        "ours": lambda: count_cuts(network, points, frame, RADII),
        "plain": lambda: plain(network, points, frame),
    }
    if dtype == torch.float64:
        modules = as_modules(network)
        ways["released"] = lambda: released(modules, points, frame)
    try:
        return fastest(ways, rounds)
    finally:
        torch.set_num_threads(threads)


def rows(rounds: int = 3) -> list[Row]:
    """Times of the ways, their ratios, and in how many counts they differ."""
    table: list[Row] = []
    for dtype in (torch.float64, torch.float32):
        kind = str(dtype).removeprefix("torch.")
        seconds, counts = compare(dtype, rounds)
        table.append(make_row(f"local complexity, {kind}, ours", seconds["ours"], "s"))
        for way, target in (("plain", ">= 3"), ("released", ">= 6")):
            if way in seconds:
                wrong = int((counts[way] != counts["ours"]).sum())
                # in float32 a neuron that just touches the neighbourhood may fall on either side, by the order of the
                # additions
                none_wrong = "== 0" if dtype == torch.float64 else ""
                table += [
                    make_row(f"local complexity, {kind}, {way} way", seconds[way], "s"),
                    make_row(
                        f"local complexity, {kind}, {way} way over ours",
                        seconds[way] / seconds["ours"],
                        "times",
                        target,
                    ),
                    make_row(
                        f"local complexity, {kind}, counts unlike the {way} way's, of {counts[way].numel()}",
                        wrong,
                        "counts",
                        none_wrong,
                    ),
                ]
    return table


if __name__ == "__main__":
    print_rows(rows())
