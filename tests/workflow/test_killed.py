"""The workflow is killed in the middle of a training; called again, it ends with the same files, byte for byte, as if
nothing had happened.
"""

from __future__ import annotations

import io
import json
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from experiments_support import as_one_file
from grokscope.config.run_settings import RunSettings
from grokscope.training.train import train_block
from training_support import small_dataset
from workflow_support import Workplace, started

pytestmark = pytest.mark.slow

FIGURE = "deep_grokking_fig2"
TRAIN_SIZE, DEPTH, WIDTH, BATCH_SIZE = 100, 3, 32, 20
STATE_SECONDS = 3
TRAINING_SECONDS = 10
"""The state of a training is saved after STATE_SECONDS for the first time; the rest is for machines that are faster now
than a moment ago.
"""


def steps_of_a_training(folder: Path) -> int:
    """So many steps that the training takes about TRAINING_SECONDS here."""
    probe = RunSettings.model_validate(
        {
            "data": {"name": "mnist", "train_size": TRAIN_SIZE},
            "model": {"kind": "mlp", "depth": DEPTH, "width": WIDTH},
            "training": {
                "steps": 2000,
                "batch_size": BATCH_SIZE,
                "loss": "mse",
                "optimizer": "adamw",
                "learning_rate": 1e-3,
                "weight_decay": 0.01,
            },
            "checkpoints": {"grid": "log", "count": 2},
        }
    )
    record = train_block(probe, small_dataset(), [0, 1], folder, stream=io.StringIO())
    return round(TRAINING_SECONDS * record["steps_per_second"])


def one_run(folder: Path, steps: int) -> str:
    """A file of experiments with one run, as a value for --config."""
    paper = as_one_file("deep_grokking")
    paper["base"]["training"]["batch_size"] = (
        BATCH_SIZE  # no scale may be impossible, also those that are not asked for
    )
    paper["scales"] = {
        "smoke": {
            "data": {"test_size": 200},
            "model": {"width": WIDTH},
            "training": {"steps": steps},
            "checkpoints": {"grid": "log", "count": 40},
        }
    }
    paper["base"]["metrics"] = {"accuracy": {}, "weight_norm": {}}
    axes = {
        "train_size": {"key": "data.train_size", "values": [TRAIN_SIZE]},
        "depth": {"key": "model.depth", "values": [DEPTH]},
    }
    paper["sweeps"] = {"depths": {"axes": axes}}
    paper["figures"] = {FIGURE: paper["figures"][FIGURE]}
    paper["claims"] = {}
    (folder / "one_run.yaml").write_text(yaml.safe_dump(paper, sort_keys=False))
    return f"['{folder / 'one_run.yaml'}']"


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while not path.exists():
        assert process.poll() is None, "the workflow ended before it could be killed"
        assert time.monotonic() < deadline, f"no {path.name} after five minutes"
        time.sleep(0.05)


def contents(workplace: Workplace) -> dict[str, bytes]:
    """All checkpoints, tables and figures."""
    results = workplace.folder / "results"
    kinds = ("step_*.safetensors", "*.parquet", f"{FIGURE}.*")
    return {path.relative_to(results).as_posix(): path.read_bytes() for kind in kinds for path in results.rglob(kind)}


def test_killed_in_the_middle_of_a_training(tmp_path: Path) -> None:
    experiments = one_run(tmp_path, steps_of_a_training(tmp_path / "probe"))
    whole, killed = Workplace(tmp_path / "whole"), Workplace(tmp_path / "killed")
    run = f"mnist-mlp-d{DEPTH}-w{WIDTH}-n{TRAIN_SIZE}-init8-wd0.01"
    checkpoints = killed.folder / "results/checkpoints/smoke" / run / "seeds_0-1"
    training = Path("results/smoke/runs") / run / "seeds_0-1/training.json"
    arguments = (FIGURE, "measurements", "--cores", "1")
    config = {"experiments": experiments, "state_seconds": STATE_SECONDS}
    with started(whole, *arguments, **config) as undisturbed:
        with started(killed, *arguments, **config) as victim:
            wait_for(checkpoints / "state.safetensors", victim)
        assert not (checkpoints / "record.json").exists()
        assert not (killed.folder / training).exists()
        # snakemake cannot know that the one who held the lock is dead; it says so
        refused = killed.call(*arguments, **config)
        assert refused.code != 0
        assert "--unlock" in refused.text
        killed.make("--unlock", **config)
        killed.make(*arguments, **config)
        assert undisturbed.wait(timeout=600) == 0, (whole.folder / "printed").read_text()[-4000:]
    first, second = json.loads((killed.folder / training).read_text())["parts"]
    assert 0 < first["to_step"] == second["from_step"]
    assert len(json.loads((whole.folder / training).read_text())["parts"]) == 1
    wanted, found = contents(whole), contents(killed)
    assert set(found) == set(wanted)
    assert len(wanted) > 40
    assert [name for name, content in found.items() if content != wanted[name]] == []
