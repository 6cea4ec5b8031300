"""What a user chooses: a bad choice gets one line that names file, key and value."""

from __future__ import annotations

import pytest

from experiments_support import REPOSITORY, refusal
from grokscope.config.start import load_plan

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
    (
        {"figures": ["deep_grokking_fig99"]},
        ["figures: 'deep_grokking_fig99'", "did you mean deep_grokking_fig", "snakemake list"],
    ),
    ({"figures": ["always_grok_fig17"], "scale": "quick"}, ["always_grok_fig17", "quick"]),
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


@pytest.mark.parametrize(("config", "words"), BAD_CONFIGS)
def test_a_bad_config_is_refused_in_one_line(config: dict, words: list[str]) -> None:
    message = refusal(config)
    for word in words:
        assert word in message


def test_values_of_the_command_line_are_text_and_may_be_numbers() -> None:
    config, _ = load_plan({"seeds": ["0", "3"], "detectors": {"fit_accuracy": "0.9"}}, REPOSITORY)
    assert config.seed_list() == [0, 3]
    assert config.detectors.fit_accuracy == 0.9
