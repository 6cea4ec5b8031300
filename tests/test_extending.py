"""The worked examples of docs/extending.md, carried out in a copy of the repository, checked and run at smoke scale."""

from __future__ import annotations

import os
import re
import shlex
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
COMMANDS = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPIED = (
    "src",
    "tests",
    "benchmarks",
    "experiments",
    "reference",
    "report",
    "docs",
    "workflow",
    "envs",
    "profiles",
    "Snakefile",
    "config.yaml",
    "pyproject.toml",
)

PARTS = {
    "A figure of curves": {"my_experiments/depths.yaml"},
    "An architecture": {"src/grokscope/models/residual/network.py", "my_experiments/skips.yaml"},
    "A metric": {
        "src/grokscope/metrics/dead_units/measure.py",
        "tests/metrics/test_dead_units.py",
        "my_experiments/dead_units.yaml",
    },
    "A loss": {"src/grokscope/training/losses/absolute.py", "my_experiments/losses.yaml"},
    "A data set of your own": set(),
    "A task whose data are made": {"src/grokscope/data/parity/make.py", "my_experiments/parity.yaml"},
    "A claim": {"my_experiments/deeper_is_better.yaml"},
}
"""What can be added, by its heading, and files that the example there has."""

FIGURES = [f"mine_{name}" for name in ("depths", "skips", "dead_units", "losses", "parity")]
CLAIMS = ["mine_deeper_is_better", "mine_deeper_has_more_dead_units"]

TESTS_OF_PARTS = (
    "tests/test_documents.py",
    "tests/config/test_drawing.py",
    "tests/config/test_fitting.py",
    "tests/config/test_schema.py",
    "tests/data/test_dataset.py",
    "tests/data/test_tasks.py",
    "tests/metrics/test_dead_units.py",
    "tests/metrics/test_no_tf32.py",
    "tests/models/test_contract.py",
    "tests/results/test_identity.py",
    "tests/training/test_loss_optimiser.py::test_losses_are_torchs",
)
"""Tests that know what there is."""

NEW_ONES = "(test_contract and residual) or dead_units or not (test_contract or test_no_tf32)"
"""Of tests that try every architecture or metric in earnest, only the cases of the new ones."""

DATA = ("scale=smoke", "experiments=[my_experiments]", "data__source=folder", "data__folder=my_folder")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "GROKSCOPE_DATA": str(folder / "cache")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def commands(program: str) -> list[list[str]]:
    """The arguments of the commands with a program that the document gives, in their order."""
    lines = [shlex.split(line) for block in COMMANDS.findall(DOCUMENT) for line in block.splitlines()]
    return [words[1:] for words in lines if words[0] == program]


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
        assert not (folder / path).exists(), f"{path} would be overwritten"
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
    for arguments in sorted(commands("python"), key=lambda words: "grokscope.data.describe" not in words):
        done = run(folder, *arguments)
        assert done.returncode == 0, done.stderr
        if "grokscope.data.describe" in arguments:
            insert(folder / "src/grokscope/data/catalogue.py", "    for info in (", done.stdout)
    return folder


@pytest.mark.parametrize("part", PARTS)
def test_the_document_has_an_example_for_every_kind_of_part(part: str) -> None:
    """Under a heading of its own, and what can be drawn has a figure of its own."""
    (section,) = re.findall(rf"^## {part}$(.*?)(?=^## )", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert {path for path, _ in NEW_FILE.findall(section)} >= PARTS[part]
    assert NEW_FILE.findall(section) or INSERTION.findall(section) or COMMANDS.findall(section)


def test_every_registry_gets_its_line() -> None:
    assert {path for path, _, _ in INSERTION.findall(DOCUMENT) if path.endswith("registry.py")} == {
        f"src/grokscope/{part}/registry.py" for part in ("models", "metrics", "training", "data")
    }
    assert ["-m", "grokscope.data.describe", "my_digits", "my_folder"] in commands("python")


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_linter_and_formatter_find_nothing(extended: Path, command: str) -> None:
    done = run(extended, "-m", "ruff", *command.split(), "--no-cache", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_that_know_what_there_is_pass(extended: Path) -> None:
    done = run(extended, "-m", "pytest", "-q", *TESTS_OF_PARTS, "-k", NEW_ONES, "-p", "no:cacheprovider", "-rA")
    assert done.returncode == 0, done.stdout[-5000:]
    for part in ("test_contract.py.*residual", "test_documents.py.*dead_units", "test_dead_units.py", "test_identity"):
        assert re.search(rf"^PASSED .*{part}", done.stdout, re.MULTILINE), part


def workflow(folder: Path, figures: Sequence[str], *targets: str, options: Sequence[str] = ()) -> str:
    """What the workflow says; it has to succeed."""
    config = [*DATA, f"figures=[{', '.join(figures)}]"]
    done = run(folder, "-m", "snakemake", *options, "--cores", "2", "--config", *config, "--", *targets)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout + done.stderr


def test_they_run(extended: Path) -> None:
    (first,) = commands("snakemake")
    assert set(DATA) <= set(first)
    done = run(extended, "-m", "snakemake", *first)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    results = extended / "results/smoke"
    of_depths = {"my_digits-mlp-d2-w16-mse", "my_digits-mlp-d4-w16-mse"}
    assert {path.name for path in (results / "runs").iterdir()} == of_depths
    trained = {path: path.read_bytes() for path in results.glob("runs/*/*/training.json")}
    assert len(trained) >= 2
    workflow(extended, FIGURES, *FIGURES, "measurements", "claims")
    assert {path: path.read_bytes() for path in trained} == trained, "a new metric trains nothing again"
    others = {"my_digits-residual-d4-w16-mse", "my_digits-mlp-d4-w16-absolute", "parity-r1", "parity-r2"}
    assert {path.name for path in (results / "runs").iterdir()} == of_depths | others
    for figure in FIGURES:
        assert (results / f"figures/{figure}.svg").is_file()
    assert [path.name for path in (extended / "results/data").iterdir()] == ["my_digits.json"], "parity needs no file"
    assert read_json(results / "runs/parity-r2/settings.json")["data"]["signs"] == 8
    table = pd.read_parquet(results / "runs/my_digits-mlp-d4-w16-mse/tables/dead_units.parquet")
    assert list(table.columns) == ["run", "seed", "step", "layer", "share"]
    assert set(table["layer"]) == {1, 2, 3}
    assert table["share"].between(0, 1).all()
    assert table["share"].nunique() > 2
    for claim in CLAIMS:
        verdict = read_json(results / f"claims/{claim}.json")
        assert verdict["verdict"] in ("supported", "contradicted", "not seen", "inconclusive")
        assert verdict["test"] == "ordered"
    again = workflow(extended, FIGURES, *FIGURES, "measurements", "claims", options=["--dry-run"])
    assert "Nothing to be done" in again


def test_the_curve_of_the_new_metric_is_drawn_judged_and_shown(extended: Path) -> None:
    """Nothing but its declaration says so: the figure has a row of it, a claim is judged on it, and the report shows
    the values of its table on the page and the card of each run.
    """
    workflow(extended, ["mine_dead_units"], "all")
    results, run_id = extended / "results/smoke", "my_digits-mlp-d4-w16-mse"
    table = pd.read_parquet(results / f"runs/{run_id}/tables/dead_units.parquet")
    mean = table.groupby(["seed", "step"])["share"].mean()
    last = mean[mean.index.get_level_values("step") == table["step"].max()]
    figure = read_json(results / "figures/mine_dead_units.json")
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
