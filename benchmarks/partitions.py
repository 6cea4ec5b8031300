"""Speed and memory of exact partitions, beside regioncam (Rust, float32) on the very same squares.

    python benchmarks/partitions.py

Two networks are trained for a thousand steps on MNIST: that of Deep Networks Always Grok Fig 2 (784-200-200-200-10) for
one large square of the plane through three training images, and that of Fig 10 at depth 4, whose initial parameters are
multiplied by 8, for many small squares around training images. How cost grows is measured on a network with random
weights, since trained ones of this size have no million regions. Each measurement has a process of its own with one
thread, and its time is that of the processor; memory is the most that the process held. Two to four minutes.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import platform
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "src")]

from grokscope.partitions.network import DenseLayer, PiecewiseLinearNetwork  # noqa: E402
from grokscope.partitions.plane import Plane, square  # noqa: E402
from grokscope.partitions.squares import count_regions  # noqa: E402
from grokscope.partitions.subdivide import partition  # noqa: E402
from rows import Row, make_row, print_rows  # noqa: E402

STEPS = 1000
LARGE, SMALL, POINTS = 16.0, 0.05, 200
"""Half-widths, in pixels, and how many small squares."""

GROWTH_SIZES = (2, 300, 300, 300, 300, 300, 300, 10)
GROWTH = (0.165, 0.58, 4.0)
"""Half-widths at which the network of these sizes has about 10,000, 100,000 and 1,000,000 regions."""

Job = dict[str, Any]


def trained(figure: str, depth: int) -> tuple[PiecewiseLinearNetwork, np.ndarray]:
    """A network of a figure after `STEPS` steps, and the images (N, 784) that it was trained on."""
    from grokscope.config.layout import Layout
    from grokscope.config.start import load_plan
    from grokscope.config.user import UserConfig
    from grokscope.data.ensure import ensure_dataset
    from grokscope.data.load import load_samples
    from grokscope.data.subset import training_subset
    from grokscope.metrics.compute import network_of
    from grokscope.metrics.piecewise_network import piecewise_network
    from grokscope.training.checkpoints import CheckpointStore
    from grokscope.training.train import train_block

    _, plan = load_plan({"scale": "quick"}, REPOSITORY)
    runs = [plan.runs[run].settings for run in plan.figures[figure].runs()]
    run = next(settings for settings in runs if settings.model.depth == depth)
    changed = run.training.model_copy(update={"steps": STEPS})
    run = run.model_copy(update={"training": changed, "checkpoints": type(run.checkpoints)(grid="log", count=2)})
    file = ensure_dataset(run.data.name, Path(Layout.of(UserConfig()).data_folder))
    samples = load_samples(run.data, file)
    network = network_of(run, 1)
    with tempfile.TemporaryDirectory() as folder:
        train_block(run, samples, [0], folder, stream=io.StringIO())
        network.load_state_dict(CheckpointStore(folder).load(STEPS))
    chosen, _ = training_subset(
        samples.train_targets, run.data.train_size, run.data.subset, run.data.label_noise, 0, 10
    )
    return piecewise_network(network, 0), samples.train_inputs[chosen].reshape(len(chosen), -1) / 255.0


def random_network() -> PiecewiseLinearNetwork:
    """Normal weights and biases of the size that keeps values about one."""
    random = np.random.default_rng(0)
    return PiecewiseLinearNetwork(
        tuple(
            DenseLayer(random.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs), random.standard_normal(outputs))
            for inputs, outputs in pairwise(GROWTH_SIZES)
        )
    )


def with_regioncam(network: PiecewiseLinearNetwork, plane: Plane, half_width: float) -> int:
    """Regions that regioncam finds on the square of the plane."""
    import regioncam

    found = regioncam.Regioncam(size=half_width)
    first = network.layers[0]
    layers = [(plane.axes @ first.weight, first.values(plane.origin[None])[0])]
    layers += [(layer.weight, layer.bias) for layer in network.layers[1:]]
    for number, (weight, bias) in enumerate(layers):
        if number > 0:
            found.add(regioncam.ReLU())
        found.add(regioncam.Linear(weight.astype(np.float32), bias.astype(np.float32)))
    return int(found.num_faces)


def measure(job: Job) -> dict[str, float]:
    """Regions, seconds of the processor, the best of `times`, and bytes of one job, in this process."""
    seconds, dropped = np.inf, 0
    for _ in range(job["times"]):
        began = time.process_time()
        if job["what"] == "squares":
            regions = int(count_regions(job["network"], job["planes"], job["half_width"]).sum())
        elif job["what"] == "regioncam":
            regions = with_regioncam(job["network"], job["planes"][0], job["half_width"])
        else:
            found = partition(job["network"], job["planes"][0], square(job["half_width"]))
            regions, dropped = found.regions, found.dropped.total()
        seconds = min(seconds, time.process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"regions": regions, "seconds": seconds, "bytes": peak, "dropped": dropped}


def apart(what: str, network: PiecewiseLinearNetwork, planes: list[Plane], half_width: float, times: int = 3) -> Job:
    """`measure` in a process of its own."""
    job = pickle.dumps({"what": what, "network": network, "planes": planes, "half_width": half_width, "times": times})
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, __file__, "--job"], input=job, env=environment, check=True, stdout=subprocess.PIPE
    )
    return dict(json.loads(done.stdout))


def rows() -> list[Row]:
    """All measurements."""
    network, images = trained("always_grok_fig2", 4)
    planes = [Plane.through(images[:3])]
    ours = apart("partition", network, planes, LARGE)
    name = f"partition of a trained network, {ours['regions']} regions"
    found = [
        make_row(f"{name}: seconds for 100,000", 1e5 * ours["seconds"] / ours["regions"], "s", "<= 8"),
        make_row(f"{name}: most memory of the process", ours["bytes"] / 2**30, "GiB", "<= 2"),
        make_row(f"{name}: regions a second", ours["regions"] / ours["seconds"], "1/s"),
    ]
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):
        other = apart("regioncam", network, planes, LARGE)
        found += [
            make_row(
                f"regioncam there, {other['regions']} regions: regions a second",
                other["regions"] / other["seconds"],
                "1/s",
            ),
            make_row(
                "regions found there over those that regioncam finds", ours["regions"] / other["regions"], "ratio"
            ),
        ]
    network, images = trained("always_grok_fig10", 4)
    random = np.random.default_rng(0)
    counted = apart("squares", network, [Plane.random(image, random) for image in images[:POINTS]], SMALL)
    found.append(
        make_row(
            f"{POINTS} squares of half-width {SMALL}, {counted['regions'] / POINTS:.0f} regions each: regions a second",
            counted["regions"] / counted["seconds"],
            "1/s",
            ">= 20000",
        )
    )
    return found + growth()


def growth() -> list[Row]:
    """Cost of a region from ten thousand to a million of them."""
    network = random_network()
    parts = [apart("partition", network, [Plane.whole()], half_width, times=1) for half_width in GROWTH]
    costs = [part["seconds"] / part["regions"] for part in parts]
    name = f"partition of a random network {'-'.join(map(str, GROWTH_SIZES))}"
    return [
        *(
            make_row(f"{name}, {part['regions']} regions: microseconds a region", 1e6 * cost, "us")
            for part, cost in zip(parts, costs, strict=True)
        ),
        make_row(
            f"{name}, {parts[-1]['regions']} regions: most memory of the process", parts[-1]["bytes"] / 2**30, "GiB"
        ),
        make_row(
            f"{name}: cost of a region among the most over that among the fewest", costs[-1] / costs[0], "ratio", "<= 2"
        ),
    ]


if __name__ == "__main__":
    if "--job" in sys.argv:
        print(json.dumps(measure(pickle.load(sys.stdin.buffer))))
    else:
        print_rows(rows())
