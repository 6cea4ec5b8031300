"""Experiments in folders: one file for each figure, and messages that name the file in which a key stands."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments_support import REPOSITORY, as_one_file, refusal, written
from grokscope.config.experiment_files import load_experiments
from grokscope.config.load import read_yaml
from grokscope.config.plan import build_plan
from grokscope.config.start import load_plan
from grokscope.config.user import UserConfig
from grokscope.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the experiments of Deep Grokking."""
    return Path(shutil.copytree(REPOSITORY / "experiments/deep_grokking", tmp_path / "copied"))


def change(file: Path, path: list[str], value: Any) -> None:
    tree = read_yaml(file)
    place = tree
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    file.write_text(yaml.safe_dump(tree, sort_keys=False))


def refusal_of(folder: Path) -> str:
    message = refusal({"scale": "paper", "experiments": [str(folder)], "figures": "all"})
    return message.removeprefix(f"{folder}/")


@pytest.mark.parametrize("scale", ["smoke", "paper"])
def test_one_file_says_the_same_as_a_folder(scale: Any, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(yaml.safe_dump(as_one_file("deep_grokking"), sort_keys=False))
    config = UserConfig(scale=scale, figures="all", variants=["as_code", "as_text", "corrected"])
    whole, parts = (
        build_plan(config, [load_experiments(path)]) for path in (file, REPOSITORY / "experiments/deep_grokking")
    )
    assert len(whole.figures) == 7 * 3
    assert whole == parts
    assert [list(part) for part in (whole.runs, whole.figures, whole.claims)] == [
        list(part) for part in (parts.runs, parts.figures, parts.claims)
    ]


def test_a_figure_is_named_after_its_file_and_shows_its_claims(folder: Path) -> None:
    (folder / "fig3.yaml").rename(folder / "fig12_tunnels.yaml")
    _, found = load_experiments(folder)
    assert list(found.figures) == [
        f"deep_grokking_{name}" for name in ("fig1", "fig2", "fig4", "fig5", "fig6", "fig7", "fig12_tunnels")
    ]
    assert found.claims["tunnel_grows_with_depth"].figure == "deep_grokking_fig12_tunnels"
    assert found.claims["rank_dates_generalisation_better"].figure == "deep_grokking_fig1"


def test_ids_of_runs_with_a_warm_up_have_the_optimiser_that_is_named(folder: Path) -> None:
    file = folder / "fig1.yaml"
    change(file, ["sweeps", "sizes", "settings"], {"training": {"warm_up": 10}})
    change(file, ["sweeps", "sizes", "run_id"], "run-{training.optimizer}")
    assert "the id run-adamw stands for two different runs (they differ in data.train_size" in refusal_of(folder)
    change(file, ["sweeps", "sizes", "axes", "train_size", "key"], "training.optimizer")
    change(file, ["sweeps", "sizes", "axes", "train_size", "values"], ["adamw", "sgd", "rmsprop"])
    change(file, ["sweeps", "sizes", "run_id"], "run")
    assert "(they differ in training.optimizer: 'adamw' or 'sgd')" in refusal_of(folder)


def test_what_the_order_does_not_name_comes_after(folder: Path) -> None:
    change(
        folder / "paper.yaml",
        ["order"],
        {"sweeps": ["weight_decays"], "figures": ["fig5", "fig2"], "claims": ["middle_decay_groks"]},
    )
    _, found = load_experiments(folder)
    assert list(found.sweeps) == ["weight_decays", "depths", "sizes"]
    assert [name[-1] for name in found.figures] == list("5213467")
    assert next(iter(found.claims)) == "middle_decay_groks"


@pytest.mark.parametrize(
    ("file", "path", "value", "message"),
    [
        # what a run is made of: the file of the layer that says it
        ("paper.yaml", ["base", "training", "optimizer"], "lion", "paper.yaml: base.training.optimizer: should be"),
        ("paper.yaml", ["base", "model", "hight"], 3, "paper.yaml: base.model.hight: unknown key"),
        (
            "paper.yaml",
            ["base", "training", "betas"],
            [0.9, 1.5],
            "paper.yaml: base: run mnist-mlp-d12-w400-n2000-init8-wd0.01: training.betas",
        ),
        (
            "paper.yaml",
            ["base", "metrics", "probes", "kinds"],
            ["cubic"],
            "paper.yaml: base.metrics.probes.kinds.0: should be",
        ),
        (
            "paper.yaml",
            ["scales", "smoke", "training", "steps"],
            0,
            "paper.yaml: scales.smoke.training.steps: should be greater",
        ),
        (
            "paper.yaml",
            ["variants", "as_text", "settings", "training", "loss"],
            1,
            "paper.yaml: variants.as_text.settings.training.loss: should",
        ),
        (
            "fig1.yaml",
            ["sweeps", "sizes", "settings"],
            {"model": {"depth": 0}},
            "fig1.yaml: sweeps.sizes.settings.model.depth: should be greater",
        ),
        (
            "fig1.yaml",
            ["sweeps", "sizes", "scales", "quick", "model", "depth"],
            "x",
            "fig1.yaml: sweeps.sizes.scales.quick.model.depth: should",
        ),
        (
            "fig1.yaml",
            ["sweeps", "sizes", "axes", "train_size", "values"],
            [70_000],
            "fig1.yaml: sweeps.sizes.axes.train_size: run mnist-mlp",
        ),
        (
            "fig1.yaml",
            ["sweeps", "sizes", "axes", "train_size", "key"],
            "data.size",
            "fig1.yaml: sweeps.sizes.axes.train_size: data.size: unknown",
        ),
        (
            "paper.yaml",
            ["sweeps", "depths", "axes", "depth", "values"],
            [0],
            "paper.yaml: sweeps.depths.axes.depth: model.depth: should",
        ),
        (
            "fig1.yaml",
            ["sweeps", "sizes", "run_id"],
            "run",
            "fig1.yaml: sweeps.sizes.run_id: the id run stands for two different runs",
        ),
        ("paper.yaml", ["run_id"], "run", "paper.yaml: run_id: the id run stands for two different runs"),
        (
            "fig1.yaml",
            ["sweeps", "sizes", "of"],
            "nobody",
            "fig1.yaml: sweeps.sizes.of: no experiments have the id 'nobody'",
        ),
        # what figures and claims name
        ("fig2.yaml", ["figure", "metrics"], ["adversarial"], "fig2.yaml: figure.metrics: adversarial is not measured"),
        (
            "fig2.yaml",
            ["figure", "sweeps"],
            ["widths"],
            "fig2.yaml: figure.sweeps: widths is not among sweeps; known are sizes, depths",
        ),
        ("fig2.yaml", ["figure", "at"], {"depth": 9}, "fig2.yaml: figure.at: no run at"),
        ("fig2.yaml", ["figure", "reference"], ["no.csv"], "fig2.yaml: figure.reference: there is no file no.csv"),
        ("fig2.yaml", ["figure", "titel"], "x", "fig2.yaml: figure.titel: unknown key"),
        (
            "fig2.yaml",
            ["claims", "deeper_fits_later", "test"],
            "guess",
            "fig2.yaml: claims.deeper_fits_later.test: 'guess' is unknown",
        ),
        (
            "fig2.yaml",
            ["claims", "deeper_fits_later", "figure"],
            "fig99",
            "fig2.yaml: claims.deeper_fits_later.figure: 'fig99' is unknown",
        ),
        # names over files
        (
            "fig2.yaml",
            ["claims", "middle_decay_groks"],
            None,
            "fig6.yaml: claims.middle_decay_groks: is defined in {folder}/fig2.yaml too",
        ),
        ("fig2.yaml", ["sweeps", "depths"], {}, "fig2.yaml: sweeps.depths: is defined in {folder}/paper.yaml too"),
        (
            "paper.yaml",
            ["order", "claims"],
            ["no_such"],
            "paper.yaml: order.claims: no_such is not defined in this folder",
        ),
        ("paper.yaml", ["order", "sweeps"], ["sizes", "sizes"], "paper.yaml: order.sweeps: sizes is named twice"),
    ],
)
def test_a_message_names_the_file_in_which_the_key_stands(
    folder: Path, file: str, path: list[str], value: Any, message: str
) -> None:
    if value is None:
        value = read_yaml(folder / "fig6.yaml")["claims"][path[-1]]
    change(folder / file, path, value)
    assert refusal_of(folder).startswith(message.format(folder=folder))


def test_a_sweep_without_anything_to_start_from_is_refused(folder: Path) -> None:
    tree = read_yaml(folder / "paper.yaml")
    del tree["base"]
    (folder / "paper.yaml").write_text(yaml.safe_dump(tree))
    assert refusal_of(folder).startswith("fig1.yaml: sweeps.sizes: ")


def test_two_papers_of_one_id_are_refused(folder: Path) -> None:
    config = {"experiments": ["experiments/deep_grokking", str(folder)]}
    with pytest.raises(
        UserError, match=r"copied/paper\.yaml: id: deep_grokking is the id of experiments/deep_grokking/paper\.yaml too"
    ):
        load_plan(config, REPOSITORY)


def test_two_papers_may_not_give_one_name_to_two_figures(folder: Path, tmp_path: Path) -> None:
    other = as_one_file("deep_grokking") | {"id": "deep", "claims": {}, "figures": {}}
    other["figures"]["grokking_fig2"] = as_one_file("deep_grokking")["figures"]["deep_grokking_fig2"]
    file = written(other, tmp_path / "other.yaml")
    with pytest.raises(
        UserError,
        match=r"other\.yaml: figures\.grokking_fig2: deep_grokking_fig2 is defined in .*copied/fig2\.yaml too",
    ):
        load_plan({"experiments": [str(folder), file]}, REPOSITORY)


def test_files_that_would_be_passed_over_are_refused(folder: Path) -> None:
    (folder / "fig2.yaml").rename(folder / "fig2.yml")
    assert refusal_of(folder).startswith("fig2.yml: the name of a file of experiments ends in .yaml")
    (folder / "fig2.yml").rename(folder / "Fig 2.yaml")
    assert refusal_of(folder).startswith("Fig 2.yaml: a figure is named after its file")
    (folder / "paper.yaml").unlink()
    assert "there is no paper.yaml in this folder" in refusal_of(folder)
