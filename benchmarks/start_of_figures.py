"""Which unstated settings of Always Grok's MLP figures fit the first value of the authors' local complexity.

    python benchmarks/start_of_figures.py

For every published curve that is known as numbers it prints the authors' first value, and the range over five seeds of
ours for each candidate: initialisation, number of directions, radius. Then it prints how the authors' own curves move
in the first thirty steps, which tells initialisations apart. docs/differences.md says what it printed.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
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
from grokscope.metrics.registry import METRICS  # noqa: E402
from grokscope.models.build import network_of_run  # noqa: E402
from grokscope.models.initialise import initialise  # noqa: E402
from grokscope.training.arithmetic import arithmetic  # noqa: E402

SEEDS = list(range(5))
SPLITS = ("train", "test", "random")
CANDIDATES: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    ("fig27_local_complexity", [{"depth": depth} for depth in (2, 4, 5, 6)], [{"radius": 0.05}, {"radius": 0.005}]),
    ("fig14_lc_train", [{"width": width} for width in (20, 100, 500, 1000)], [{"radius": 0.05}, {"radius": 0.1}]),
    ("fig31_lc_train", [{"n_train": 1000}], [{"radius": 0.05}, {"radius": 0.05, "depth": 3}]),
    (
        "fig36_d4_lc_r0.05",
        [{"depth": 4}],
        [{"directions": count} for count in (25, 50, 100, 125)] + [{"init_scale": 8}],
    ),
    ("fig29_d4_r1", [{"depth": 4}], [{"init_scale": 8, "radius": 1.0}]),
]
"""File of reference/, the curves of it, and what is tried for each of them."""
EARLY: list[tuple[str, dict[str, Any]]] = [
    ("fig36_d4_lc_r0.05", {}),
    ("fig10_lc_train", {"depth": 4}),
    ("fig10_lc_test", {"depth": 4}),
    ("fig10_lc_random", {"depth": 4}),
    ("fig31_lc_train", {"n_train": 1000}),
    ("fig31_lc_test", {"n_train": 1000}),
]
"""Random labels of unknown initialisation; the initialisation times 8; random labels and the default initialisation."""


def main() -> None:
    """Print all comparisons."""
    base = load_plan({"scale": "paper"}, REPOSITORY)[1]
    run = base.runs[base.figures["always_grok_fig2"].runs()[0]].settings
    file = ensure_dataset(run.data.name, Path(Layout.of(UserConfig()).data_folder))
    samples = load_samples(run.data, file)
    print("| figure | curve | points | authors | tried | ours, range over seeds |\n|---|---|---|---|---|---|")
    for name, curves, candidates in CANDIDATES:
        table = read_reference(REPOSITORY / "reference" / f"always_grok_{name}.csv")
        for curve in curves:
            for tried in candidates:
                places = {**({"depth": 3} if "width" in curve else {}), **curve, **tried}
                ours = start(run, samples, places)
                for split, theirs in _starts(table, curve):
                    found = ours[split]
                    words = ", ".join(f"{key} {value:g}" for key, value in tried.items())
                    place = ", ".join(f"{key} {value:g}" for key, value in curve.items())
                    print(
                        f"| {table['figure'].iloc[0]} | {place} | {split} | {theirs:.2f} | {words} |"
                        f" {min(found):.2f} to {max(found):.2f} |",
                        flush=True,
                    )
    print("\n| authors' curve at depth 4 | points | step 0 | step 30 |\n|---|---|---|---|")
    for name, where in EARLY:
        table = read_reference(REPOSITORY / "reference" / f"always_grok_{name}.csv")
        for column, value in where.items():
            table = table[table[column] == value]
        for split, rows in table.groupby("split", sort=False):
            first, later = (rows[rows["step"] == step]["value"] for step in (0, 30))
            if len(first) and len(later):
                print(f"| {rows['figure'].iloc[0]} | {split} | {first.item():.3f} | {later.item():.3f} |")


def _starts(table: Any, curve: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """The authors' value at step 0 for each kind of points, where they drew it."""
    rows = table[table["step"] == 0]
    for column, value in curve.items():
        rows = rows[rows[column] == value]
    for split in SPLITS:
        for found in rows[rows["split"] == split]["value"]:
            yield split, float(found)


def start(run: RunSettings, samples: Samples, tried: dict[str, Any]) -> dict[str, Sequence[float]]:
    """Local complexity of untrained networks at points of each kind, one number for each seed."""
    model = {key: tried[key] for key in ("depth", "width", "init_scale") if key in tried}
    settings = run.model_copy(update={"model": run.model.model_copy(update=model)})
    metric = metric_settings(
        "local_complexity",
        {
            "radii": [tried.get("radius", 0.05)],
            "directions": tried.get("directions", 25),
            "points": dict.fromkeys(SPLITS, 1000),
        },
    )
    found: dict[str, list[float]] = {split: [] for split in SPLITS}
    with arithmetic(device="cpu", threads=1, flush_denormal=True):
        for seed in SEEDS:
            context = build_context(settings, samples, [seed], "cpu")
            network = network_of_run(settings, 1, "cpu")
            initialise(network, [seed], settings.model.init_scale)
            network.eval()
            table = importlib.import_module(METRICS["local_complexity"].measure).build(metric, context)(network, 0)
            for split in SPLITS:
                found[split].append(table[(table["split"] == split) & (table["layer"] == 0)]["value"].item())
    return found


if __name__ == "__main__":
    main()
