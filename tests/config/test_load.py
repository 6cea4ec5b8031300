"""Bad input gets one line that names file, key and value."""

from pathlib import Path

import pytest
import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from experiments_support import as_one_file
from grokscope.config.experiments import Experiments
from grokscope.config.load import load_user_config, read_yaml, validated
from grokscope.config.schema import SCHEMA_FOLDER, SCHEMAS, schema_text
from grokscope.config.start import load_plan
from grokscope.errors import UserError

REPOSITORY = Path(__file__).parents[2]
PAPER = "deep_grokking"

BAD_CONFIGS = [
    ({"sclae": "quick"}, ["config.yaml", "sclae", "unknown key"]),
    ({"scale": "huge"}, ["scale", "'huge'", "smoke"]),
    ({"seeds": 0}, ["seeds", "0"]),
    ({"seeds": 20_000_000}, ["seeds", "10000"]),
    ({"seeds": [1, 1]}, ["seeds", "twice"]),
    ({"seeds": "many"}, ["seeds", "many"]),
    ({"threads": "two"}, ["threads", "'two'"]),
    ({"device": "tpu"}, ["device", "'tpu'"]),
    ({"data": {"source": "folder"}}, ["data", "folder"]),
    ({"data": {"sauce": "auto"}}, ["data.sauce", "unknown key"]),
    ({"figures": ["deep_grokking_fig99"]}, ["figures", "deep_grokking_fig99", "deep_grokking_fig1"]),
    ({"figures": ["always_grok_fig6_left"], "scale": "quick"}, ["always_grok_fig6_left", "quick"]),
    ({"experiments": ["experiments/nothing.yaml"]}, ["experiments", "experiments/nothing.yaml"]),
    (
        {"experiments": ["experiments/deep_grokking.yaml"]},
        ["experiments/deep_grokking.yaml", "there is a folder experiments/deep_grokking"],
    ),
    ({"detectors": {"fit_accuracy": 2}}, ["detectors.fit_accuracy", "2"]),
    ({"detectors": {"noise_multiple": float("inf")}}, ["detectors.noise_multiple", "finite", "inf"]),
    ({"seeds": [0, -1]}, ["seeds.1", "-1", "greater than or equal to 0"]),
    ({"seeds": True}, ["seeds", "a number", "True"]),
    ({"variants": ["as_wished"]}, ["variants.0", "'as_wished'", "as_text"]),
    ({"variants": []}, ["variants", "at least 1"]),
    ({"figures": []}, ["figures", "at least 1"]),
    ({"figures": ["deep_grokking_fig1", "deep_grokking_fig1"]}, ["figures", "twice"]),
    ({"results_folder": ""}, ["results_folder", "at least 1"]),
]

BAD_EXPERIMENTS = [
    (["base", "training", "batch_size"], 6000, ["training.batch_size 6000", "data.train_size"]),
    (["base", "training", "optimizer"], "lion", ["training.optimizer", "'lion'", "adamw"]),
    (["base", "model", "depth"], "deep", ["model.depth", "'deep'"]),
    (["base", "model", "hight"], 3, ["model.hight", "unknown key", "3"]),
    (["base", "data", "name"], "imagenet", ["data.name", "'imagenet'"]),
    (["base", "metrics", "probes", "kinds"], ["quadratic"], ["probes.kinds", "'quadratic'"]),
    (["base", "metrics", "curvature"], {}, ["curvature", "unknown metric"]),
    (["figures", "deep_grokking_fig2", "sweeps"], [], ["figures.deep_grokking_fig2", "names no sweep"]),
    (
        ["figures", "deep_grokking_fig2", "sweeps"],
        ["widths"],
        ["figures.deep_grokking_fig2.sweeps", "widths", "depths"],
    ),
    (["figures", "deep_grokking_fig2", "metrics"], ["adversarial"], ["deep_grokking_fig2.metrics", "adversarial"]),
    (["sweeps", "depths", "axes", "depth", "key"], "model.depht", ["model.depht", "unknown key"]),
    (["run_id"], "run-{model.kind}", ["run_id", "two different runs"]),
    (["run_id"], "run-{model.colour}", ["run_id", "{model.colour}"]),
    (["default_variant"], "corrected_twice", ["default_variant", "corrected_twice"]),
    (["base", "training", "weight_decay"], float("inf"), ["base.training.weight_decay", "finite"]),
    (["base", "training", "weight_decay"], True, ["training.weight_decay", "a number", "True"]),
    (["base", "training", "weight_decay"], "0.01", ["training.weight_decay", "not text", "'0.01'"]),
    (["base", "model", "batch_norm"], 1, ["model.batch_norm", "true or false", "1"]),
    (["base", "training", "betas"], [0.9, 1.5], ["training.betas [0.9, 1.5]"]),
    (
        ["sweeps", "depths", "axes", "train_size", "values"],
        [70_000, 5000],
        ["data.train_size 70000", "60000 training images"],
    ),
    (["sweeps", "depths", "axes", "depth", "values"], [], ["sweeps.depths.axes.depth.values", "empty"]),
    (["base", "metrics", "probes", "kinds"], ["ridge", "ridge"], ["metrics.probes.kinds", "twice"]),
    (
        ["claims", "deeper_generalises_later", "estimand"],
        "guess",
        ["deeper_generalises_later.estimand", "'guess'", "event_step_by_axis"],
    ),
    (["claims", "deeper_generalises_later", "test"], "guess", ["deeper_generalises_later.test", "'guess'", "ordered"]),
    (
        ["claims", "deeper_generalises_later", "parameters"],
        {"axes": "depth", "event": "fit"},
        ["deeper_generalises_later.parameters.axes", "axis"],
    ),
    (["claims", "deeper_generalises_later", "parameters"], {}, ["deeper_generalises_later.parameters", "needs axis"]),
    (
        ["claims", "deeper_generalises_later", "figure"],
        "deep_grokking_fig99",
        ["deeper_generalises_later.figure", "'deep_grokking_fig99'"],
    ),
    (
        ["claims", "deeper_generalises_later", "family"],
        "deep_groking",
        ["deeper_generalises_later.family", "'deep_groking'", "deep_grokking_depth"],
    ),
    (
        ["claims", "deeper_generalises_later", "family"],
        "",
        ["deeper_generalises_later.family", "missing", "deep_grokking_depth"],
    ),
    (
        ["claims", "rank_falls_with_generalisation", "other_measures"],
        {"wrong": {"third": "fit"}},
        ["other_measures.wrong.third", "first, second"],
    ),
    (
        ["claims", "deeper_delays_longer", "other_measures"],
        {"alone": {"axis": None}},
        ["other_measures.alone", "another shape"],
    ),
    (["families"], {}, ["family", "declares no families"]),
    (
        ["claims", "deeper_fits_later", "test"],
        "fisher",
        ["deeper_fits_later.test", "'fisher'", "event_step_by_axis", "ordered, page, paired, survival"],
    ),
    (
        ["claims", "rank_falls_over_layers", "test"],
        "share",
        ["rank_falls_over_layers.test", "one value for each seed", "apart, equivalence, mean"],
    ),
    (
        ["claims", "depth_does_not_help", "test"],
        "survival",
        ["depth_does_not_help.test", "'survival'", "ordered, page, paired"],
    ),
    (
        ["claims", "deeper_fits_later", "parameters", "event"],
        "fitt",
        ["deeper_fits_later.parameters.event", "'fitt'", "generalisation"],
    ),
    (
        ["claims", "deeper_fits_later", "parameters", "event"],
        {"event": "fit", "epsilon": 1},
        ["deeper_fits_later.parameters.event", "without options"],
    ),
    (
        ["claims", "depth_does_not_help", "parameters", "curve"],
        "accuracy",
        ["depth_does_not_help.parameters.curve", "'accuracy'", "test_accuracy"],
    ),
    (["figures", "deep_grokking_fig2", "reference"], ["nothing.csv"], ["deep_grokking_fig2.reference", "nothing.csv"]),
    # checked whatever is asked for: another scale, another variant
    (["scales", "smoke", "training", "steps"], "many", ["training.steps", "'many'"]),
    (["variants", "as_text", "settings", "training", "optimizer"], "lion", ["training.optimizer", "'lion'"]),
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
def test_a_bad_experiment_is_refused_in_one_line(
    path: list[str], value: object, words: list[str], tmp_path: Path
) -> None:
    tree = as_one_file(PAPER)
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


def test_two_papers_may_not_declare_the_same_family(tmp_path: Path) -> None:
    """Holm's correction would take the claims of both together."""
    tree = as_one_file("always_grok")
    tree["families"]["deep_grokking_depth"] = "Another question?"
    file = tmp_path / "other.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(
        UserError,
        match=r"other\.yaml: families\.deep_grokking_depth: is declared in experiments/deep_grokking/paper\.yaml too",
    ):
        load_plan({"experiments": ["experiments/deep_grokking", str(file)]}, REPOSITORY)


def test_a_metric_that_the_architecture_can_not_give_is_refused(tmp_path: Path) -> None:
    tree = as_one_file(PAPER)
    tree["base"]["model"] |= {"kind": "cnn", "depth": 3}
    tree["sweeps"]["depths"]["axes"]["depth"]["values"] = [2, 3, 4]
    file = tmp_path / "cnn.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(
        UserError, match=r"cnn\.yaml: base: run .*: metrics\.probes: cannot be measured on architecture cnn"
    ):
        load_plan({"experiments": [str(file)]}, REPOSITORY)


def test_a_figure_without_a_module_is_refused(tmp_path: Path) -> None:
    tree = as_one_file(PAPER)
    tree["figures"]["new"] = {
        key: value for key, value in tree["figures"]["deep_grokking_fig2"].items() if key != "draw"
    }
    file = tmp_path / "new.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(
        UserError,
        match=(
            r"new\.yaml: figures\.new: it has no key draw, and there is no module"
            r" grokscope\.figures\.deep_grokking\.new"
        ),
    ):
        load_plan({"experiments": [str(file)], "figures": ["deep_grokking_fig1", "deep_grokking_new"]}, REPOSITORY)


def test_values_of_the_command_line_are_text_and_may_be_numbers() -> None:
    config, _ = load_plan({"seeds": ["0", "3"], "detectors": {"fit_accuracy": "0.9"}}, REPOSITORY)
    assert config.seed_list() == [0, 3]
    assert config.detectors.fit_accuracy == 0.9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2\n", ["'a'", "twice"]),
        ("a: [1\n", ["not valid YAML"]),
        ("- 1\n", ["expected keys and values"]),
        ("", ["expected keys"]),
    ],
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


@pytest.mark.parametrize(
    "file",
    [
        "config.yaml",
        *(path.relative_to(REPOSITORY).as_posix() for path in sorted((REPOSITORY / "experiments").glob("*/*.yaml"))),
    ],
)
def test_what_is_shipped_fits_the_schema(file: str) -> None:
    first = (REPOSITORY / file).read_text().splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    schema = SCHEMA_FOLDER / {"config.yaml": "config.schema.json", "paper.yaml": "paper.schema.json"}.get(
        Path(file).name, "figure.schema.json"
    )
    assert (REPOSITORY / file).parent.joinpath(named).resolve() == schema
    validate(read_yaml(REPOSITORY / file), str(schema), set_default=False)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["base", "model", "hight"], 3),
        (["sweeps", "depths", "settings"], {"training": {"steps": "many"}}),
        (["scales", "smoke", "metrics"], {"curvature": {}}),
        (["variants", "as_text", "scales"], {"quick": {"data": {"name": "imagenet"}}}),
    ],
)
def test_the_schema_knows_the_settings_of_runs(path: list[str], value: object) -> None:
    tree = as_one_file(PAPER)
    place = tree
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(WorkflowError):
        validate(tree, str(SCHEMA_FOLDER / "experiments.schema.json"), set_default=False)
