"""The workflow with --use-conda: every rule runs in the environment that it names.

With GROKSCOPE_TRUE_CONDA set and a conda on PATH that one makes the real environments from the real channel (minutes,
gigabytes); otherwise a stand-in does from a local channel, see conda_stand_in.py.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import conda_stand_in
from workflow_support import PLAN, REPOSITORY, Outcome, Workplace

FIGURE = "always_grok_fig2"
(RUN,) = PLAN.figures[FIGURE].runs()
TARGETS = [f"results/smoke/figures/{FIGURE}.svg", f"results/smoke/runs/{RUN}/card.html"]
ENVIRONMENTS = [REPOSITORY / "envs" / f"{name}.yaml" for name in ("analysis", "report", "training")]
TRUE_CONDA = bool(os.environ.get("GROKSCOPE_TRUE_CONDA")) and shutil.which("conda") is not None


def stand_in(folder: Path, packages: dict[str, str]) -> dict[str, str]:
    """Environment variables under which `conda` is the stand-in with a channel of `packages`."""
    pytest.importorskip(
        "rattler", reason="there is no conda, and py-rattler, which the stand-in for it needs, is not installed"
    )
    conda_stand_in.make_channel(folder / "channel", packages)
    return conda_stand_in.install_stand_in(folder / "conda", folder / "channel")


def all_packages() -> dict[str, str]:
    return {
        name: version
        for environment in ENVIRONMENTS
        for name, version in conda_stand_in.packages_of(environment).items()
    }


@dataclass
class Built:
    """A workplace after a call with --use-conda."""

    workplace: Workplace
    environment: dict[str, str]
    outcome: Outcome

    def environments(self) -> dict[str, Path]:
        """Folder of every environment by the name of its file, as snakemake lists them."""
        listed = self.workplace.make("--use-conda", "--list-conda-envs", *TARGETS, environment=self.environment).output
        rows = [line.split("\t") for line in listed.splitlines() if ".yaml" in line]
        return {Path(row[0]).name: self.workplace.folder / row[-1] for row in rows}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("conda")
    environment = {} if TRUE_CONDA else stand_in(folder, all_packages())
    workplace = Workplace(folder / "workplace")
    return Built(workplace, environment, workplace.make("--use-conda", *TARGETS, environment=environment))


@pytest.mark.slow
class TestWithEnvironments:
    """A figure and a run card at smoke scale."""

    def test_the_targets_are_made(self, built: Built) -> None:
        for target in TARGETS:
            assert (built.workplace.folder / target).is_file(), target

    def test_every_environment_was_made_from_its_file(self, built: Built) -> None:
        found = built.environments()
        assert set(found) == {environment.name for environment in ENVIRONMENTS}
        for environment in ENVIRONMENTS:
            installed = {
                path.stem.rsplit("-", 2)[0] for path in (found[environment.name] / "conda-meta").glob("*.json")
            }
            assert set(conda_stand_in.packages_of(environment)) <= installed, environment.name

    @pytest.mark.skipif(TRUE_CONDA, reason="only the stand-in's python leaves traces")
    def test_jobs_ran_inside_their_environments(self, built: Built) -> None:
        for name, prefix in built.environments().items():
            active = set((prefix / conda_stand_in.STARTED).read_text().split())
            assert {Path(path).resolve() for path in active} == {prefix.resolve()}, name

    def test_again_nothing_to_be_done(self, built: Built) -> None:
        assert "Nothing to be done" in built.workplace.make("--use-conda", *TARGETS, environment=built.environment).text


@pytest.mark.skipif(TRUE_CONDA, reason="the real channel lacks nothing")
def test_a_package_that_is_not_to_be_had_stops_the_workflow(tmp_path: Path) -> None:
    environment = stand_in(tmp_path, {**all_packages(), "pytorch": "1.0.0"})
    workplace = Workplace(tmp_path / "workplace")
    outcome = workplace.call("--use-conda", *TARGETS, environment=environment)
    assert outcome.code != 0
    assert "Could not create conda environment" in outcome.text
    assert not (workplace.folder / "results" / "smoke").exists()


def test_container_definition_holds_every_environment(tmp_path: Path) -> None:
    environment = {} if TRUE_CONDA else stand_in(tmp_path, all_packages())
    definition = Workplace(tmp_path / "workplace").make("--containerize", environment=environment).output
    assert definition.startswith("FROM ")
    assert re.search(r'LABEL io\.github\.snakemake\.conda_env_hash="[0-9a-f]{64}"', definition)
    for environment in ENVIRONMENTS:
        assert re.search(rf"COPY .*envs/{environment.name} ", definition), environment.name
        assert len(re.findall(rf"#   source: .*envs/{environment.name}$", definition, re.MULTILINE)) == 1
        for entry in yaml.safe_load(environment.read_text())["dependencies"]:
            assert f"#     - {entry}" in definition, entry
    assert definition.count("conda env create --prefix") == len(ENVIRONMENTS)
