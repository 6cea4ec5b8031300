"""Adding a part leaves every result of other parts as it is: the identities of the whole paper scale, before and after
each addition.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DUMP = """
import json, sys
from pathlib import Path
from grokscope.results.wanted import load_wanted

wanted = load_wanted({"scale": "paper", "figures": "all"}, Path.cwd())
plan = wanted.plan
blocks_of_runs = [(run, block) for run, blocks in wanted.blocks.items() for block in blocks]
found = {f"training {run} {block}": wanted.training_identity(run, block) for run, block in blocks_of_runs}
for run, block in blocks_of_runs:
    for name in plan.runs[run].metrics.names():
        found[f"{name} {run} {block}"] = wanted.metric_identity(run, block, name)
for run in wanted.blocks:
    found[f"summary {run}"] = wanted.summary_identity(run)
    found[f"card {run}"] = wanted.card_identity(run)
found |= {f"figure {name}": wanted.figure_identity(name) for name in plan.selected_figures}
found |= {f"claim {name}": wanted.claim_identity(name) for name in plan.claims}
json.dump(found, sys.stdout)
"""


def identities(repository: Path) -> dict[str, object]:
    """Of everything at paper scale, planned in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(repository / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", DUMP], cwd=repository, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


def copied(folder: Path) -> Path:
    for name in ("src", "experiments", "reference", "report", "docs", "workflow"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "config.yaml", folder)
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copied(tmp_path / "repository")


@pytest.fixture(scope="module")
def before() -> dict[str, object]:
    found = identities(REPOSITORY)
    assert len(found) > 500
    return found


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) >= 1, f"{path.name}: {old}"
    path.write_text(text.replace(old, new, 1))


def add_model(package: Path) -> None:
    shutil.copytree(package / "models/mlp", package / "models/plain")
    change(package / "models/plain/declaration.py", 'Literal["mlp"]', 'Literal["plain"]')
    change(package / "models/plain/declaration.py", 'MLP = ModelDeclaration("mlp"', 'PLAIN = ModelDeclaration("plain"')
    change(package / "models/registry.py", "        CNN,\n", "        CNN,\n        PLAIN,\n")
    change(
        package / "models/registry.py", "\nMODELS", "\nfrom grokscope.models.plain.declaration import PLAIN\n\nMODELS"
    )


def add_data_set(package: Path) -> None:
    entry = (
        'DatasetInfo("mine", (1, 8, 8), 4, 500, 100, (0.5,), (0.2,), (0.2,), {"train_images": "a", "train_labels":'
        ' "b"}, "idx", 100),'
    )
    change(package / "data/catalogue.py", "    for info in (\n", f"    for info in (\n        {entry}\n")


def add_task(package: Path) -> None:
    """One whose data are made, with a setting of its own."""
    shutil.copytree(package / "data/regression_toy", package / "data/waves")
    for module in ("declaration", "make"):
        path = package / "data/waves" / f"{module}.py"
        path.write_text(path.read_text().replace("regression_toy", "waves").replace("REGRESSION_TOY", "WAVES"))
    change(package / "data/waves/declaration.py", "    draw: int", "    waves: int = 3\n    draw: int")
    change(package / "data/registry.py", "        REGRESSION_TOY,\n", "        REGRESSION_TOY,\n        WAVES,\n")
    change(
        package / "data/registry.py",
        "from grokscope.errors",
        "from grokscope.data.waves.declaration import WAVES\nfrom grokscope.errors",
    )


def add_training_part(package: Path, folder: str, copied: str, name: str) -> None:
    shutil.copy(package / f"training/{folder}/{copied}.py", package / f"training/{folder}/{name}.py")
    table = f"{folder.upper()} = {{\n"
    module = f"grokscope.training.{folder}.{name}"
    entry = f'Loss("{module}")' if folder == "losses" else f'"{module}"'
    line = f'    "{name}": {entry},\n'
    change(package / "training/registry.py", table, table + line)


def add_metric(package: Path) -> None:
    shutil.copytree(package / "metrics/weight_norm", package / "metrics/sharpness")
    change(
        package / "metrics/sharpness/declaration.py",
        'Literal["weight_norm"] = "weight_norm"',
        'Literal["sharpness"] = "sharpness"',
    )
    for _ in range(3):  # of the metric, its curve and its chart
        change(package / "metrics/sharpness/declaration.py", 'name="weight_norm"', 'name="sharpness"')
    change(package / "metrics/sharpness/declaration.py", "WEIGHT_NORM = ", "SHARPNESS = ")
    change(package / "metrics/registry.py", "        ADVERSARIAL,\n", "        ADVERSARIAL,\n        SHARPNESS,\n")
    change(
        package / "metrics/registry.py",
        "\nMETRICS",
        "\nfrom grokscope.metrics.sharpness.declaration import SHARPNESS\n\nMETRICS",
    )


def setting_of(path: str, before: str) -> Callable[[Path], None]:
    """A setting with a default, before an existing line of a settings class."""

    def add(package: Path) -> None:
        change(package / path, before, f"    added: float = 0.5\n{before}")

    return add


def add_detector(package: Path) -> None:
    change(
        package / "analysis/sensitivity.py",
        '    "onset_share"',
        '    # another threshold may stand here\n    "onset_share"',
    )
    setting_of("config/detector_settings.py", "    smoothing_decades: float")(package)


def add_estimand(package: Path) -> None:
    shutil.copy(package / "analysis/estimands/event_lag.py", package / "analysis/estimands/event_lead.py")


def add_figure_kind(package: Path) -> None:
    shutil.copytree(package / "figures/kinds/tunnels", package / "figures/kinds/mosaics")
    kind = "    mosaics: Tunnels | None = Field(default=None, exclude_if=lambda value: value is None)\n"
    change(package / "config/drawing.py", "    tunnels: Tunnels | None", f"{kind}    tunnels: Tunnels | None")


def add_run_setting(package: Path) -> None:
    change(package / "config/user.py", "    device: Literal", "    patience: int = 3\n    device: Literal")


ADDITIONS: dict[str, Callable[[Path], None]] = {
    "model": add_model,
    "data set": add_data_set,
    "task": add_task,
    "setting of data": setting_of("data/declared.py", "    test_size: Positive | None"),
    "loss": partial(add_training_part, folder="losses", copied="mse", name="hinge"),
    "optimiser": partial(add_training_part, folder="optimisers", copied="sgd", name="lion"),
    "metric": add_metric,
    "setting of a model": setting_of("models/mlp/declaration.py", "    depth: int"),
    "setting of a training": setting_of("config/run_settings.py", "    momentum: float"),
    "setting of a metric": setting_of("metrics/local_complexity/declaration.py", "    directions: int"),
    "setting of all metrics": setting_of("metrics/declared.py", "    every: int"),
    "detector": add_detector,
    "setting of a figure kind": setting_of("config/drawing.py", "    steps: Literal"),
    "estimand": add_estimand,
    "figure kind": add_figure_kind,
    "key of config.yaml": add_run_setting,
}


def outdated(before: dict[str, object], after: dict[str, object]) -> set[str]:
    return {name for name, identity in before.items() if after.get(name) != identity}


@pytest.fixture(scope="module")
def after_all(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The identities where everything is added at once."""
    folder = copied(tmp_path_factory.mktemp("all") / "repository")
    for add in ADDITIONS.values():
        add(folder / "src/grokscope")
    return identities(folder)


def test_all_additions_together_leave_all_results_up_to_date(
    before: dict[str, object], after_all: dict[str, object]
) -> None:
    assert outdated(before, after_all) == set()


@pytest.mark.parametrize("kind", ADDITIONS)
def test_an_addition_leaves_all_results_up_to_date(
    request: pytest.FixtureRequest, before: dict[str, object], after_all: dict[str, object], kind: str
) -> None:
    """What all additions together leave as it is, each of them leaves as it is; only where they do not is it asked
    which one it was.
    """
    if outdated(before, after_all):
        copy = request.getfixturevalue("copy")
        ADDITIONS[kind](copy / "src/grokscope")
        assert outdated(before, identities(copy)) == set()


CHANGES: dict[str, tuple[str, str, str, set[str]]] = {
    "loss": ("training/losses/mse.py", "square()", "abs()", {"mlp"}),
    "network": ("models/cnn/network.py", "self.activate_in_place", "self.activate", {"cnn"}),
    "metric": ("metrics/weight_norm/measure.py", "squares.sqrt()", "squares", set()),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_concerns_what_uses_the_part_and_nothing_else(
    copy: Path, before: dict[str, object], kind: str
) -> None:
    path, old, new, trained = CHANGES[kind]
    change(copy / "src/grokscope" / path, old, new)
    after = identities(copy)
    changed = outdated(before, after)
    trainings = {name for name in before if name.startswith("training ")}
    assert changed & trainings == {name for name in trainings if any(f"-{model}-" in name for model in trained)}
    if kind == "metric":
        measured = {
            name for name in changed if name.split()[0] not in ("training", "summary", "card", "figure", "claim")
        }
        assert measured == {name for name in before if name.startswith("weight_norm ")}
