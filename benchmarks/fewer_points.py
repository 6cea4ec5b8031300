"""What it changes to measure at fewer points than the paper did, on one trained network of Always Grok Fig 2.

    python benchmarks/fewer_points.py results/checkpoints/paper/<run>/seeds_0

Local complexity at 1000 test and random points beside 10 000 of each, and the attack on 1000 test images beside 5000,
at some checkpoints of the block of one seed that is named. docs/differences.md says what it printed.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "src"))

from grokscope.config.blocks import block_seeds  # noqa: E402
from grokscope.config.layout import Layout  # noqa: E402
from grokscope.config.metric_settings import metric_settings  # noqa: E402
from grokscope.config.start import load_plan  # noqa: E402
from grokscope.config.user import UserConfig  # noqa: E402
from grokscope.data.ensure import ensure_dataset  # noqa: E402
from grokscope.data.load import load_samples  # noqa: E402
from grokscope.metrics.compute import network_of  # noqa: E402
from grokscope.metrics.context import build_context  # noqa: E402
from grokscope.metrics.registry import METRICS  # noqa: E402
from grokscope.training.arithmetic import arithmetic  # noqa: E402
from grokscope.training.checkpoints import CheckpointStore  # noqa: E402

COMPLEXITY_AT = (0, 10, 100, 1000, 5000, 10_000, 20_000, 40_000, 80_000)
ATTACKED_AT = (100, 20_000, 80_000)


def main(folder: str) -> None:
    """Print both comparisons."""
    store = CheckpointStore(folder)
    _, plan = load_plan({"scale": "paper"}, REPOSITORY)
    run = plan.runs[plan.figures["always_grok_fig2"].runs()[0]]
    file = ensure_dataset(run.settings.data.name, Path(Layout.of(UserConfig()).data_folder))
    samples = load_samples(run.settings.data, file)
    with arithmetic(device="cpu", threads=1, flush_denormal=run.settings.training.flush_denormal):
        context = build_context(run.settings, samples, block_seeds(Path(folder).name), "cpu")
        network = network_of(run.settings, 1, "cpu")

        def measured(name: str, step: int, **changes: Any) -> Any:
            chosen = metric_settings(name, {**run.metrics[name].model_dump(mode="json"), **changes})
            network.load_state_dict(store.load(step, "cpu"))
            return importlib.import_module(METRICS[name].measure).build(chosen, context)(network, step)

        for step in nearest(store, COMPLEXITY_AT):
            few = measured("local_complexity", step)
            many = measured("local_complexity", step, points={"train": 1000, "test": 10_000, "random": 10_000})
            for split in ("test", "random"):
                values = [t[(t["split"] == split) & (t["layer"] == 0)]["value"].item() for t in (few, many)]
                print(f"local complexity, step {step}, {split}: {values[0]:.3f} and {values[1]:.3f}", flush=True)
        for step in nearest(store, ATTACKED_AT):
            few = measured("adversarial", step, starts=["none"])
            many = measured("adversarial", step, starts=["none"], points=5000)
            for epsilon, one, other in zip(few["epsilon"], few["accuracy"], many["accuracy"], strict=True):
                print(f"attack, step {step}, epsilon {epsilon:g}: {one:.3f} and {other:.3f}", flush=True)


def nearest(store: CheckpointStore, wanted: tuple[int, ...]) -> list[int]:
    """The stored step next to each of these."""
    return [min(store.steps(), key=lambda step: abs(step - one)) for one in wanted]


if __name__ == "__main__":
    main(sys.argv[1])
