"""What the workflow would start: no more than a target, a change or a new seed needs. All by dry runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments_support import as_one_file
from workflow_support import PLAN, REPOSITORY, RUNS, Workplace, of_rule

FIGURE = "deep_grokking_fig2"
AFTER_TABLES = {"summary", "card", "figure", "deep_grokking_claims", "always_grok_claims", "report"}
EXPERIMENTS = [REPOSITORY / name for name in yaml.safe_load((REPOSITORY / "config.yaml").read_text())["experiments"]]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    return Workplace(tmp_path_factory.mktemp("empty"))


def changed_experiments(folder: Path, file: int, where: str, value: Any) -> str:
    """The experiments of the repository with the entry at a dotted path of one paper changed, as a value for
    --config.
    """
    content = as_one_file(EXPERIMENTS[file].name)
    *sections, last = where.split(".")
    entry = content
    for section in sections:
        entry = entry.setdefault(section, {})
    entry[last] = value
    (folder / "changed.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    files = list(EXPERIMENTS)
    files[file] = folder / "changed.yaml"
    return str([str(path) for path in files])


@pytest.mark.parametrize("target", [FIGURE, f"results/smoke/figures/{FIGURE}.svg"], ids=["name", "file"])
def test_one_figure_needs_its_runs_only(empty: Workplace, target: str) -> None:
    jobs = empty.plan(target)
    runs = sorted(PLAN.figures[FIGURE].runs())
    assert runs != sorted(RUNS)
    assert of_rule(jobs, "training", "run") == runs
    assert set(of_rule(jobs, "metric", "run")) == set(runs)
    assert set(of_rule(jobs, "metric", "metric")) == set(PLAN.figures[FIGURE].settings.metrics)
    assert of_rule(jobs, "figure", "figure") == [FIGURE]
    assert of_rule(jobs, "data", "dataset") == ["mnist"]
    assert {job.rule for job in jobs} <= {"data", "training", "metric", "figure", FIGURE}


def test_measurements_are_those_of_runs_in_grids_too(empty: Workplace) -> None:
    """Their tables are joined for no page, but they are trained and measured before what is drawn from them."""
    grid = "extensions_phase_map"
    jobs = empty.plan("measurements", figures=f"['{FIGURE}', '{grid}']")
    runs = {run for figure in (FIGURE, grid) for run in PLAN.figures[figure].runs()}
    assert set(of_rule(jobs, "training", "run")) == set(of_rule(jobs, "metric", "run")) == runs
    assert set(of_rule(jobs, "summary", "run")) == set(PLAN.figures[FIGURE].runs())


def test_figures_in_the_config_narrow_the_report(empty: Workplace) -> None:
    jobs = empty.plan(figures=f"['{FIGURE}']")
    assert of_rule(jobs, "figure", "figure") == [FIGURE]
    runs = PLAN.figures[FIGURE].runs()
    assert of_rule(jobs, "training", "run") == sorted(runs)
    judged = sorted(Path(file).stem for job in jobs if job.rule.endswith("_claims") for file in job.output)
    assert judged == sorted(name for name, claim in PLAN.claims.items() if set(claim.runs()) <= set(runs))
    assert "deep_grokking_deeper_generalises_later" in judged


def test_paper_scale_plans_the_published_settings(empty: Workplace) -> None:
    jobs = empty.plan("deep_grokking_fig1", scale="paper", seeds=7, block_size=3)
    runs = [f"mnist-mlp-d12-w400-n{size}-init8-wd0.01" for size in (2000, 5000, 7000)]
    assert of_rule(jobs, "training", "run") == sorted(3 * runs)
    assert set(of_rule(jobs, "training", "block")) == {"seeds_0-2", "seeds_3-5", "seeds_6"}


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"scale": "huge"}, "scale"),
        ({"figures": "['no_such_figure']"}, "no_such_figure"),
        ({"data": "{source: folder}"}, "data.folder"),
        ({"data__source": "folder"}, "data.folder"),
        ({"detectors__fit_acuracy": "0.9"}, "detectors.fit_acuracy"),
        ({"experiments": "[nowhere.yaml]"}, "nowhere.yaml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_config_is_one_line_and_starts_nothing(tmp_path: Path, config: dict[str, Any], named: str) -> None:
    """One of each kind of value; tests/config/test_refused_configs.py has many more."""
    workplace = Workplace(tmp_path)
    outcome = workplace.call(**config)
    assert outcome.code != 0
    lines = [
        line
        for line in outcome.errors.splitlines()
        if not line.startswith(("Using workflow specific profile", "Config file "))
    ]
    assert len(lines) == 1, outcome.errors
    assert lines[0].startswith("error: config.yaml or --config: ")
    assert named in lines[0]
    assert outcome.output == ""
    assert not (tmp_path / "results").exists()
    assert not (tmp_path / "logs").exists()


def test_a_wrong_experiments_file_is_one_line(tmp_path: Path) -> None:
    outcome = Workplace(tmp_path).call(experiments=changed_experiments(tmp_path, 0, "base.training.learning_rate", -1))
    assert outcome.code != 0
    (line,) = [line for line in outcome.errors.splitlines() if line.startswith("error: ")]
    assert "changed.yaml" in line
    assert "learning_rate" in line
    assert "Traceback" not in outcome.text
    assert not (tmp_path / "results").exists()


@pytest.mark.slow
class TestAfterABuild:
    """Dry runs in the folder where everything is built already."""

    def test_one_more_seed(self, smoke: Workplace) -> None:
        jobs = smoke.plan(seeds=3)
        assert of_rule(jobs, "training", "run") == sorted(RUNS)
        assert set(of_rule(jobs, "training", "block")) == {"seeds_2"}
        assert set(of_rule(jobs, "metric", "block")) == {"seeds_2"}
        assert of_rule(jobs, "data", "dataset") == []

    def test_fewer_seeds(self, smoke: Workplace) -> None:
        assert {job.rule for job in smoke.plan(seeds=1)} <= {*AFTER_TABLES, "all"}

    def test_another_block_size(self, smoke: Workplace) -> None:
        assert {job.rule for job in smoke.plan(block_size=1)} <= {"report", "all"}

    def test_another_source_of_the_same_data(self, smoke: Workplace) -> None:
        assert smoke.plan(data="{source: auto}") == []

    def test_another_scale_and_source_after_it(self, smoke: Workplace) -> None:
        jobs = smoke.plan(scale="quick", data="{source: auto}")
        assert of_rule(jobs, "data", "dataset") == []
        assert {"training", "metric", "report"} <= {job.rule for job in jobs}

    def test_a_detector(self, smoke: Workplace) -> None:
        jobs = smoke.plan(detectors="{fit_accuracy: 0.9}")
        assert {job.rule for job in jobs} == {*AFTER_TABLES, "all"}
        assert of_rule(jobs, "summary", "run") == sorted(RUNS)

    def test_a_metric_of_one_paper(self, smoke: Workplace, tmp_path: Path) -> None:
        jobs = smoke.plan(
            experiments=changed_experiments(tmp_path, 0, "base.metrics.probes.kinds", ["ridge", "logistic"])
        )
        mine = sorted(run for run in RUNS if "probes" in PLAN.runs[run].metrics)
        assert of_rule(jobs, "training", "run") == []
        assert of_rule(jobs, "metric", "run") == mine
        assert set(of_rule(jobs, "metric", "metric")) == {"probes"}
        assert of_rule(jobs, "summary", "run") == mine
        assert of_rule(jobs, "figure", "figure") == ["deep_grokking_fig1"]

    def test_a_setting_of_one_training(self, smoke: Workplace, tmp_path: Path) -> None:
        (run,) = PLAN.figures["always_grok_fig2"].runs()
        jobs = smoke.plan(
            experiments=changed_experiments(
                tmp_path, 1, "sweeps.default_init.scales.smoke.training", {"learning_rate": 2e-3}
            )
        )
        assert of_rule(jobs, "training", "run") == [run]
        assert set(of_rule(jobs, "metric", "run")) == {run}
        assert of_rule(jobs, "summary", "run") == [run]
        assert of_rule(jobs, "figure", "figure") == ["always_grok_fig2"]
