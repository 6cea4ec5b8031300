"""The worked examples of docs/extending.md, carried out in a copy of the repository and run at smoke scale."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_helpers import idx_files
from grokscope.data.dataset import ImageDataset
from grokscope.files import read_json
from grokscope.report.wording import number
from report_support import explored

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[1]
DOCUMENT = (REPOSITORY / "docs" / "extending.md").read_text()
NEW_FILE = re.compile(r"^`([^`\n]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INSERTION = re.compile(r"^In `([^`\n]+)`, after `([^`\n]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = (
    "src",
    "experiments",
    "reference",
    "report",
    "docs",
    "workflow",
    "envs",
    "profiles",
    "Snakefile",
    "config.yaml",
)

CONFIG = (
    "scale=smoke",
    "experiments=[my_experiments.yaml]",
    "figures=[mine_depths, mine_parity]",
    "data__source=folder",
    "data__folder=my_folder",
)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "GROKSCOPE_DATA": str(folder / "cache")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def insert(path: Path, after: str, lines: str) -> None:
    text = path.read_text()
    assert text.count(f"{after}\n") == 1, f"{path.name}: {after!r} stands there {text.count(after)} times"
    path.write_text(text.replace(f"{after}\n", f"{after}\n{lines}"))


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which everything is done that the document says."""
    folder = tmp_path_factory.mktemp("extended")
    for name in COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    for path, text in NEW_FILE.findall(DOCUMENT):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for path, after, lines in INSERTION.findall(DOCUMENT):
        insert(folder / path, after, lines)
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (130, 1, 9, 7), dtype=np.uint8), np.arange(130) % 4
    for name, content in idx_files(
        ImageDataset("my_digits", images[:90], labels[:90], images[90:], labels[90:])
    ).items():
        (folder / "my_folder").mkdir(exist_ok=True)
        (folder / "my_folder" / name).write_bytes(content)
    described = run(folder, "-m", "grokscope.data.describe", "my_digits", "my_folder")
    assert described.returncode == 0, described.stderr
    insert(folder / "src/grokscope/data/catalogue.py", "    for info in (", described.stdout)
    return folder


def test_the_document_has_an_example_for_every_kind_of_part() -> None:
    files = " ".join(path for path, _ in NEW_FILE.findall(DOCUMENT))
    for part in ("models/", "metrics/", "losses/", "data/parity/", "my_experiments.yaml"):
        assert part in files
    assert {path.split("/")[2] for path, _, _ in INSERTION.findall(DOCUMENT)} == {
        "models",
        "metrics",
        "training",
        "data",
    }


def workflow(folder: Path, *targets: str, options: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    return run(folder, "-m", "snakemake", *options, "--cores", "2", "--config", *CONFIG, "--", *targets)


def test_they_run(extended: Path) -> None:
    done = workflow(extended, "mine_depths", "mine_parity", "measurements", "claims")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    runs = extended / "results/smoke/runs"
    assert (extended / "results/smoke/figures/mine_depths.svg").is_file()
    digits, signs = ["my_digits-residual-d2-w16", "my_digits-residual-d4-w16"], ["parity-r1", "parity-r2"]
    assert sorted(path.name for path in runs.iterdir()) == [*digits, *signs]
    assert [path.name for path in (extended / "results/data").iterdir()] == ["my_digits.json"], "parity needs no file"
    assert (extended / "results/smoke/figures/mine_parity.svg").is_file()
    assert read_json(runs / "parity-r2/settings.json")["data"]["signs"] == 8
    table = pd.read_parquet(runs / "my_digits-residual-d4-w16/tables/dead_units.parquet")
    assert list(table.columns) == ["run", "seed", "step", "layer", "share"]
    assert set(table["layer"]) == {1, 2, 3}
    assert table["share"].between(0, 1).all()
    assert table["share"].nunique() > 2
    verdict = read_json(extended / "results/smoke/claims/mine_deeper_is_better.json")
    assert verdict["verdict"] in ("supported", "contradicted", "not seen", "inconclusive")
    assert verdict["test"] == "ordered"
    again = workflow(extended, "mine_depths", "mine_parity", "measurements", "claims", options=["--dry-run"])
    assert "Nothing to be done" in again.stdout + again.stderr


def test_the_curve_of_the_new_metric_is_drawn_judged_and_shown(extended: Path) -> None:
    """Nothing but its declaration says so: the figure has a row of it, a claim is judged on it, and the report shows
    the values of its table on the page and the card of each run.
    """
    done = workflow(extended, "all")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    results, run_id = extended / "results/smoke", "my_digits-residual-d4-w16"
    table = pd.read_parquet(results / f"runs/{run_id}/tables/dead_units.parquet")
    mean = table.groupby(["seed", "step"])["share"].mean()
    last = mean[mean.index.get_level_values("step") == table["step"].max()]
    figure = read_json(results / "figures/mine_depths.json")
    shallow, deep = re.findall(r"dead units [^;]*? at the start, ([\d.]+) %[^;]*? at the end", figure["measured"])
    assert float(deep) == pytest.approx(100 * last.median(), abs=0.051)
    assert shallow
    verdict = read_json(results / "claims/mine_deeper_has_more_dead_units.json")
    assert verdict["unit"] == "final dead units (fraction) per layer"
    judged = {one["seed"]: one["value"] for one in verdict["per_seed"] if one["run"] == run_id}
    assert judged.keys() == set(table["seed"])
    pages = results / "report/runs"
    page = explored(pages / f"{run_id}.html")
    (panel,) = (panel for panel in page["panels"] if panel["id"] == "dead_units")
    assert panel["percent"]
    assert panel["steps"] == sorted(table["step"].unique())
    np.testing.assert_allclose([values[-1] for values in panel["series"][0]["values"]], last, rtol=1e-3)
    card = (results / f"runs/{run_id}/card.html").read_text()
    assert f"dead units ends at {number(float(last.mean()))}" in card
    with zipfile.ZipFile(pages / f"{run_id}.zip") as archive:
        assert "share_seed_0" in archive.read("dead_units.csv").decode()


def test_the_architecture_passes_the_contract(extended: Path) -> None:
    shutil.copytree(REPOSITORY / "tests", extended / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", extended)
    done = run(
        extended, "-m", "pytest", "-q", "tests/models/test_contract.py", "-k", "residual", "-p", "no:cacheprovider"
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"[1-9]\d* passed|^\.+", done.stdout, re.MULTILINE)
