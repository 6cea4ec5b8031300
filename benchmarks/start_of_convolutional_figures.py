"""Which unstated settings of Always Grok's CNN and ResNet18 fit the first value of the authors' local complexity.

    python benchmarks/start_of_convolutional_figures.py

For each published curve of which the numbers are known it prints the authors' value at step 0, and ours for each
candidate: width, number of convolutions, radius, batch normalisation. Radii are in units of the normalised inputs, as
the paper states them. docs/differences.md says what it printed.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "src"))

from grokscope.analysis.reference import read_reference  # noqa: E402
from grokscope.config.layout import Layout  # noqa: E402
from grokscope.config.metric_settings import metric_settings  # noqa: E402
from grokscope.config.run_settings import RunSettings  # noqa: E402
from grokscope.config.start import load_plan  # noqa: E402
from grokscope.config.user import UserConfig  # noqa: E402
from grokscope.data.ensure import ensure_dataset  # noqa: E402
from grokscope.data.load import load_samples  # noqa: E402
from grokscope.data.samples import Samples  # noqa: E402
from grokscope.metrics.context import build_context  # noqa: E402
from grokscope.metrics.registry import METRICS, measured_on  # noqa: E402
from grokscope.models.build import network_of_run  # noqa: E402
from grokscope.models.initialise import initialise  # noqa: E402
from grokscope.training.arithmetic import arithmetic  # noqa: E402

SEEDS = [0, 1, 2]
POINTS = 48
SPLITS = ("train", "random")
UNIT = 0.2009
"""Pixel intensity of one unit of the normalised inputs, the mean of the deviations that the paper divides by."""
CANDIDATES: list[tuple[str, str, list[dict[str, Any]]]] = [
    (
        "fig06a_local_complexity",
        "always_grok_fig6_left",
        [{"width": 16}, {"width": 32}, {"width": 32, "depth": 6}, {"width": 48}],
    ),
    ("fig12_local_complexity", "always_grok_fig6_left", [{"width": 32, "batch_norm": True, "dense_batch_norm": False}]),
    ("fig30_lc_train_r0.001", "always_grok_fig6_left", [{"width": 32, "radius": 0.001}]),
    (
        "fig01_local_complexity",
        "always_grok_fig1",
        [{"width": 16}, {"width": 16, "radius": 0.01}, {"width": 32}],
    ),
]
"""File of reference/, the figure whose network is changed, and what is tried."""


def main() -> None:
    """Print all comparisons."""
    _, plan = load_plan({"scale": "paper", "figures": ["always_grok_fig6_left", "always_grok_fig1"]}, REPOSITORY)
    runs = {figure: plan.runs[plan.figures[figure].runs()[0]].settings for figure in plan.selected_figures}
    data = next(iter(runs.values())).data
    samples = load_samples(data, ensure_dataset(data.name, Path(Layout.of(UserConfig()).data_folder)))
    print("| figure | points | authors | tried | ours, range over seeds |\n|---|---|---|---|---|")
    for name, figure, candidates in CANDIDATES:
        table = read_reference(REPOSITORY / "reference" / f"always_grok_{name}.csv")
        first = table[table["step"] == table["step"].min()]
        for tried in candidates:
            ours = start(runs[figure], samples, tried)
            for split in SPLITS:
                theirs = first[first["split"] == split]["value"]
                if len(theirs):
                    words = ", ".join(f"{key} {value}" for key, value in tried.items())
                    found = f"{min(ours[split]):.1f} to {max(ours[split]):.1f}"
                    print(
                        f"| {table['figure'].iloc[0]} | {split} | {theirs.mean():.2f} | {words} | {found} |", flush=True
                    )


def start(run: RunSettings, samples: Samples, tried: dict[str, Any]) -> dict[str, list[float]]:
    """Local complexity of untrained networks at points of each kind, one number for each seed."""
    model = {key: value for key, value in tried.items() if key != "radius"}
    settings = run.model_copy(update={"model": run.model.model_copy(update=model)})
    metric = metric_settings(
        "local_complexity",
        {"radii": [UNIT * tried.get("radius", 0.005)], "points": {"train": POINTS, "test": 0, "random": POINTS}},
    )
    found: dict[str, list[float]] = {split: [] for split in SPLITS}
    with arithmetic(device="cpu", threads=1, flush_denormal=True):
        for seed in SEEDS:
            network = network_of_run(settings, 1, "cpu")
            initialise(network, [seed], settings.model.init_scale)
            network.eval()
            module = METRICS[measured_on(metric, settings.model.kind).metric].measure
            table = importlib.import_module(module).build(metric, build_context(settings, samples, [seed], "cpu"))(
                network, 0
            )
            for split in SPLITS:
                found[split].append(table[(table["split"] == split) & (table["layer"] == 0)]["value"].item())
    return found


if __name__ == "__main__":
    main()
