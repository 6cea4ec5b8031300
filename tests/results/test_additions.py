"""Adding a part leaves every result of other parts as it is: the identities of the whole paper scale, before and after
each addition.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from additions import ADDITIONS, KNOWN, change

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
LOOK = """
import json, sys
from importlib import import_module

known = json.loads(sys.argv[1])
found = {kind: bool(eval(true, dict(vars(import_module(module))))) for kind, (module, true) in known.items()}
json.dump(found, sys.stdout)
"""


def said(repository: Path, program: str, *arguments: str) -> dict[str, object]:
    """What a program writes as JSON, in a process of its own that uses the code of `repository`."""
    environment = {**os.environ, "PYTHONPATH": str(repository / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


def identities(repository: Path) -> dict[str, object]:
    """Of everything at paper scale."""
    return said(repository, DUMP)


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


def outdated(before: dict[str, object], after: dict[str, object]) -> set[str]:
    return {name for name, identity in before.items() if after.get(name) != identity}


@pytest.fixture(scope="module")
def with_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which everything is added at once."""
    folder = copied(tmp_path_factory.mktemp("all") / "repository")
    for add in ADDITIONS.values():
        add(folder / "src/grokscope")
    return folder


@pytest.fixture(scope="module")
def after_all(with_all: Path) -> dict[str, object]:
    return identities(with_all)


def test_what_is_added_is_known_there(with_all: Path) -> None:
    """An addition that nothing knows would leave all results as they are whatever the identities depend on."""
    assert KNOWN.keys() == ADDITIONS.keys()
    assert said(with_all, LOOK, json.dumps(KNOWN)) == dict.fromkeys(KNOWN, True)


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
