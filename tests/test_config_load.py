"""Bad input gets one line that names file, key and value."""

from pathlib import Path

import pytest
import yaml

from grokscope.config.experiments import Experiments
from grokscope.config.load import load_user_config, read_yaml, validated
from grokscope.config.schema import SCHEMA_FOLDER, SCHEMAS, schema_text
from grokscope.config.start import load_plan
from grokscope.errors import UserError

REPOSITORY = Path(__file__).parents[1]
PAPER = "experiments/deep_grokking.yaml"

BAD_CONFIGS = [
    ({"sclae": "quick"}, ["config.yaml", "sclae", "unknown key"]),
    ({"scale": "huge"}, ["scale", "'huge'", "smoke"]),
    ({"seeds": 0}, ["seeds", "0"]),
    ({"seeds": [1, 1]}, ["seeds", "twice"]),
    ({"seeds": "many"}, ["seeds", "many"]),
    ({"threads": "two"}, ["threads", "'two'"]),
    ({"device": "tpu"}, ["device", "'tpu'"]),
    ({"data": {"source": "folder"}}, ["data", "folder"]),
    ({"data": {"sauce": "auto"}}, ["data.sauce", "unknown key"]),
    ({"figures": ["deep_grokking_fig99"]}, ["figures", "deep_grokking_fig99", "deep_grokking_fig1"]),
    ({"figures": ["always_grok_fig6_left"], "scale": "quick"}, ["always_grok_fig6_left", "quick"]),
    ({"experiments": ["experiments/nothing.yaml"]}, ["experiments", "experiments/nothing.yaml"]),
    ({"detectors": {"fit_accuracy": 2}}, ["detectors.fit_accuracy", "2"]),
]

BAD_EXPERIMENTS = [
    (["base", "training", "batch_size"], 6000, ["training.batch_size 6000", "data.train_size"]),
    (["base", "training", "optimizer"], "lion", ["training.optimizer", "'lion'", "adamw"]),
    (["base", "model", "depth"], "deep", ["model.depth", "'deep'"]),
    (["base", "model", "hight"], 3, ["model.hight", "unknown key", "3"]),
    (["base", "data", "name"], "imagenet", ["data.name", "'imagenet'"]),
    (["base", "metrics", "probes", "kinds"], ["quadratic"], ["probes.kinds", "'quadratic'"]),
    (["base", "metrics", "curvature"], {}, ["curvature", "unknown key"]),
    (["figures", "deep_grokking_fig2", "sweeps"], [], ["figures.deep_grokking_fig2", "names no run"]),
    (["figures", "deep_grokking_fig2", "sweeps"], ["widths"], ["figures.deep_grokking_fig2.sweeps", "widths"]),
    (["figures", "deep_grokking_fig2", "metrics"], ["adversarial"], ["deep_grokking_fig2.metrics", "adversarial"]),
    (["sweeps", "depths", "axes", "depth", "key"], "model.depht", ["model.depht", "unknown key"]),
    (["run_id"], "run-{model.kind}", ["run_id", "two different runs"]),
    (["run_id"], "run-{model.colour}", ["run_id", "{model.colour}"]),
    (["default_variant"], "corrected_twice", ["default_variant", "corrected_twice"]),
]


@pytest.mark.parametrize(("config", "words"), BAD_CONFIGS)
def test_a_bad_config_is_refused_in_one_line(config: dict, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        load_plan(config, REPOSITORY)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(("path", "value", "words"), BAD_EXPERIMENTS)
def test_a_bad_experiment_is_refused_in_one_line(path: list[str], value: object, words: list[str], tmp_path: Path) -> None:
    tree = read_yaml(REPOSITORY / PAPER)
    place = tree
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    file = tmp_path / "changed.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(UserError) as caught:
        load_plan({"scale": "paper", "experiments": [str(file)]}, REPOSITORY)
    message = str(caught.value)
    assert "\n" not in message
    assert "changed.yaml" in message
    for word in words:
        assert word in message


def test_a_metric_that_the_architecture_can_not_give_is_refused(tmp_path: Path) -> None:
    tree = read_yaml(REPOSITORY / PAPER)
    tree["base"]["model"] |= {"kind": "cnn", "depth": 3}
    tree["sweeps"]["depths"]["axes"]["depth"]["values"] = [2, 3, 4]
    file = tmp_path / "cnn.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(UserError, match=r"cnn\.yaml: metrics\.probes: cannot be measured on architecture cnn"):
        load_plan({"experiments": [str(file)]}, REPOSITORY)


@pytest.mark.parametrize(
    ("text", "words"),
    [("a: 1\na: 2\n", ["'a'", "twice"]), ("a: [1\n", ["not valid YAML"]), ("- 1\n", ["expected keys and values"]), ("", ["expected keys"])],
)
def test_malformed_yaml_is_refused_in_one_line(text: str, words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    with pytest.raises(UserError) as caught:
        validated(Experiments, read_yaml(file), str(file))
    assert "\n" not in str(caught.value)
    assert "broken.yaml" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_numbers_in_scientific_notation_are_numbers(tmp_path: Path) -> None:
    file = tmp_path / "numbers.yaml"
    file.write_text("[1e-3, 1.5e3, 2E+4, -1e2]")
    assert read_yaml(file) == [1e-3, 1500.0, 2e4, -100.0]


def test_the_config_that_is_shipped_is_the_default() -> None:
    shipped = load_user_config(read_yaml(REPOSITORY / "config.yaml"))
    assert shipped == load_user_config({})


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_exported_schema_is_up_to_date(name: str) -> None:
    assert (SCHEMA_FOLDER / name).read_text() == schema_text(name), "run: python -m grokscope.config.schema"
