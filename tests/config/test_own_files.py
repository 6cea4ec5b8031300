"""Figures whose images come in no package: left out unless they are asked for, are here, or have a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grokscope.config.experiment_files import load_experiments
from grokscope.config.layout import Layout
from grokscope.config.own_files import left_out_words, source_complaint, waits_for_files
from grokscope.config.plan import Plan, build_plan
from grokscope.config.targets import figure_list
from grokscope.config.user import UserConfig
from grokscope.data.catalogue import DATASETS

FIGURE, OTHER_FIGURE = "always_grok_fig6_middle", "always_grok_fig6_right"
REPOSITORY = Path(__file__).parents[2]
OTHERS = ("mnist", "fashion_mnist", "cifar10", "regression_toy", "modular_arithmetic", "king_james_characters")


def config(tmp_path: Path, **choices: Any) -> UserConfig:
    given = {"scale": "smoke", "figures": "all", "results_folder": str(tmp_path / "results")} | choices
    given["data"] = {"cache": str(tmp_path / "cache")} | given.get("data", {})
    return UserConfig.model_validate(given)


def plan(chosen: UserConfig) -> Plan:
    return build_plan(chosen, [load_experiments(REPOSITORY / "experiments/always_grok", "always_grok")])


def own(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(b"1")
    return folder


def test_a_figure_without_its_images_is_left_out_and_named(tmp_path: Path) -> None:
    left = plan(config(tmp_path))
    assert left.without_data == {FIGURE: "cifar100", OTHER_FIGURE: "imagenette_224"}
    assert FIGURE not in left.selected_figures
    assert len(left.selected_figures) > 20
    words = left_out_words(left.without_data)
    assert FIGURE in words
    assert "cifar100" in words
    assert "\n" not in words
    listed = figure_list(left, Layout.of(config(tmp_path)), lambda _: False)
    (line,) = (line for line in listed.splitlines() if FIGURE in line)
    assert line.startswith("  ")
    assert "needs the files of cifar100" in line


def test_its_runs_are_planned_all_the_same(tmp_path: Path) -> None:
    left, asked = plan(config(tmp_path)), plan(config(tmp_path, figures=[FIGURE]))
    assert left.figures[FIGURE].runs() == asked.figures[FIGURE].runs() == ["cifar100-cnn-d5-w4-n60-init1-wd0"]
    assert asked.selected_figures == [FIGURE]
    assert asked.without_data == {}


@pytest.mark.parametrize("source", ["auto", "package", "torchvision", "folder"])
@pytest.mark.parametrize("there", ["nothing", "cache", "record", "archive", "files"])
def test_what_makes_a_figure_one_of_all(source: str, there: str, tmp_path: Path) -> None:
    if there == "cache":
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache/cifar100.safetensors").write_bytes(b"1")
    if there == "record":
        (tmp_path / "results/data").mkdir(parents=True)
        (tmp_path / "results/data/cifar100.json").write_bytes(b"1")
    names = {"archive": ["cifar-100-python.tar.gz"], "files": ["train.bin", "test.bin"]}.get(there, [])
    data = {"source": source, "folder": str(own(tmp_path, *names))}
    here = there in ("cache", "record") or source == "torchvision" or (source == "folder" and bool(names))
    chosen = config(tmp_path, data=data)
    assert waits_for_files("cifar100", chosen) is not here
    assert (FIGURE in plan(chosen).selected_figures) is here


@pytest.mark.parametrize("source", ["auto", "package", "torchvision", "folder"])
@pytest.mark.parametrize("there", ["nothing", "file"])
def test_a_text_waits_like_images(source: str, there: str, tmp_path: Path) -> None:
    """Another text never takes its place."""
    names = {"file": ["tinyshakespeare.txt"]}.get(there, [])
    chosen = config(tmp_path, data={"source": source, "folder": str(own(tmp_path, *names))})
    here = source == "torchvision" or (source == "folder" and bool(names))
    assert waits_for_files("shakespeare_characters", chosen) is not here
    complaint = source_complaint("shakespeare_characters", chosen)
    if source == "package" or (source == "folder" and not names):
        assert complaint is not None
        assert "input.txt or tinyshakespeare.txt (published as https://" in complaint
        assert "\n" not in complaint
    else:
        assert complaint is None


@pytest.mark.parametrize("name", OTHERS)
def test_what_comes_in_a_package_waits_for_nothing(name: str, tmp_path: Path) -> None:
    assert not waits_for_files(name, config(tmp_path))


def test_every_set_without_a_package_says_what_it_needs(tmp_path: Path) -> None:
    for name, info in DATASETS.items():
        for source in ("folder", "package"):
            data = {"source": source, "folder": str(tmp_path / "nowhere")}
            complaint = source_complaint(name, config(tmp_path, data=data))
            if source == "package" and info.package:
                assert complaint is None
            elif info.releases:
                assert complaint is not None
                assert info.releases[0].archives[0] in complaint
                assert info.releases[0].address in complaint


def test_no_figure_of_the_default_choice_waits(tmp_path: Path) -> None:
    for scale in ("smoke", "quick", "paper"):
        assert plan(config(tmp_path, scale=scale, figures="headline")).without_data == {}
