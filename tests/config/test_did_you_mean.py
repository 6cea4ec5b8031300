"""A slip gets the name that was meant, and a list only where it can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from experiments_support import REPOSITORY, as_one_file, changed, refusal, written
from grokscope.config.complaints import known_keys
from grokscope.config.experiments import Experiments
from grokscope.config.load import check_choices
from grokscope.config.nearest import MOST_LISTED, known_or_meant, nearest_to
from grokscope.config.run_settings import RunSettings
from grokscope.config.start import load_plan
from grokscope.config.user import UserConfig
from grokscope.errors import UserError

FIGURE, CLAIM = "figures.deep_grokking_fig2", "claims.deeper_fits_later"
PREFIX = "config.yaml or --config: "


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"sclae": "quick"}, "sclae: unknown key (value 'quick'); did you mean scale?"),
        ({"data__sorce": "auto"}, "data.sorce: unknown key (value 'auto'); did you mean source?"),
        ({"scale": "quik"}, "scale: should be 'smoke', 'quick' or 'paper' (got 'quik'); did you mean quick?"),
        ({"missing": "leaveout"}, "missing: should be 'train' or 'leave_out' (got 'leaveout'); did you mean"),
        (
            {"variants": "as_txt"},
            "variants: should be one of default, as_text, as_code, corrected; several in brackets:"
            " variants='[as_text, as_code]' (got 'as_txt'); did you mean as_text?",
        ),
        ({"variants": ["as_txt"]}, "variants.0: should be 'as_text', 'as_code' or 'corrected' (got 'as_txt'); did"),
        ({"seeds": "0,1"}, "seeds: should be auto, a number, or a list such as seeds='[0, 1]' (got '0,1')"),
        ({"figures": "headlin"}, "figures: 'headlin' is unknown; did you mean headline?"),
        ({"figures": "always_grok_fig100"}, "figures: 'always_grok_fig100' is unknown; did you mean always_grok_fig1"),
        ({"figures": ["qqqq"]}, "figures: 'qqqq' is unknown (snakemake list names every figure)"),
        ({"results_from": "nowhere"}, "results_from: no folder nowhere; there are published/paper, published/quick"),
    ],
)  # fmt: skip
def test_a_choice(config: dict[str, Any], message: str) -> None:
    assert refusal(config).startswith(PREFIX + message)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("base.model.kind", "mpl", "base.model.kind: should be one of mlp, cnn, "),
        ("base.model.kind", "mpl", "(got 'mpl'); did you mean mlp?"),
        ("base.model.hight", 3, "base.model.hight: unknown key (value 3)"),
        ("base.model.widht", 3, "base.model.widht: unknown key (value 3); did you mean width?"),
        ("base.training.optimizer", "adam_w", "did you mean adamw or adam?"),
        ("base.data.name", "mnits", "(got 'mnits'); did you mean mnist"),
        (f"{FIGURE}.titel", "x", f"{FIGURE}.titel: unknown key (value 'x'); did you mean title?"),
        (f"{CLAIM}.statment", "x", f"{CLAIM}.statment: unknown key (value 'x'); did you mean statement?"),
        (f"{CLAIM}.figure", "deep_grokking_fig22", f"{CLAIM}.figure: 'deep_grokking_fig22' is unknown; known are"),
        (
            f"{FIGURE}.draw",
            {"curve_grid": {"rows": [{"curves": ["test_acuracy"]}]}},
            f"{FIGURE}.draw.curve_grid.rows.0.curves.0: 'test_acuracy' is unknown; did you mean test_accuracy or",
        ),
        (
            f"{FIGURE}.draw",
            {"curve_grid": {"rows": [{"curves": [{"curve": "complexty"}]}]}},
            f"{FIGURE}.draw.curve_grid.rows.0.curves.0: 'complexty' is unknown; did you mean complexity",
        ),
        (f"{FIGURE}.draw", {"curve_gird": {}}, "did you mean curve_grid?"),
        (
            f"{CLAIM}.effect",
            {"curve_level": {"curve": "test_acuracy", "statistic": "final", "axis": "depth"}},
            "curve 'test_acuracy' is unknown; did you mean test_accuracy",
        ),
    ],
)
def test_a_part_of_experiments(path: str, value: Any, message: str, tmp_path: Path) -> None:
    tree = as_one_file("deep_grokking")
    if path.endswith("effect"):
        for key in ("estimand", "parameters", "unit"):
            tree["claims"]["deeper_fits_later"].pop(key, None)
    found = refusal({"experiments": [written(changed(tree, path, value), tmp_path / "mine.yaml")]})
    assert message in found
    assert "Input tag" not in found


def test_a_kind_that_is_left_out_is_said(tmp_path: Path) -> None:
    tree = as_one_file("deep_grokking")
    del tree["base"]["model"]["kind"]
    found = refusal({"experiments": [written(tree, tmp_path / "mine.yaml")]})
    assert "model.kind: required key is missing" in found


def test_a_single_name_needs_no_brackets() -> None:
    config, plan = load_plan({"figures": "always_grok_fig10", "variants": "as_text"}, REPOSITORY)
    assert (config.figures, config.variants) == (["always_grok_fig10"], ["as_text"])
    assert plan.selected_figures == ["always_grok_fig10-as_text"]
    for word in ("headline", "all"):
        assert UserConfig.model_validate({"figures": word}).figures == word


def test_keys_are_found_where_a_value_may_be_of_several_kinds() -> None:
    assert "width" in known_keys(RunSettings, ["model", "mlp"])
    assert "heads" not in known_keys(RunSettings, ["model", "mlp"])
    assert "heads" in known_keys(RunSettings, ["model", "transformer"])
    assert "curves" in known_keys(Experiments, ["figures", "f", "draw", "curve_grid", "rows", 0])
    assert known_keys(UserConfig, ["scale"]) == []


def test_a_long_list_is_shown_only_where_nothing_is_near() -> None:
    names = [f"{letter}{letter}{letter}{letter}" for letter in "abcdefghijklmnop"]
    assert len(names) > MOST_LISTED
    assert known_or_meant("aaab", names) == "; did you mean aaaa?"
    assert nearest_to("bb", ["bbbb-a-long-name", "aaaa-another"]) == ["bbbb-a-long-name"]
    assert nearest_to("", names) == []
    assert known_or_meant("1234", names) == f"; known are {', '.join(names)}"
    assert known_or_meant("1234", names, "the table names all") == " (the table names all)"
    assert known_or_meant("aaab", names[:2]) == "; known are aaaa, bbbb; did you mean aaaa?"


@pytest.mark.parametrize(
    ("text", "chosen"), [("", False), ("# nothing yet\n", False), ("{}\n", False), ("seeds: 3\n", True)]
)
def test_a_file_of_choices_may_be_empty(text: str, chosen: bool, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(text)
    assert check_choices(tmp_path / "config.yaml") is chosen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- scale\n", "config.yaml: expected keys and values"),
        ("quick\n", "config.yaml: expected keys and values"),
        ("scale: quick\nseeds: [1\nthreads: 1\n", "config.yaml: line 3: not valid YAML"),
        ("scale: quick\n\tseeds: 1\n", "config.yaml: line 2: not valid YAML"),
        ("scale: quick\nscale: paper\n", "config.yaml: line 2: not valid YAML: key 'scale' is given twice"),
        ("scale: \x01\n", "config.yaml: not valid YAML"),
    ],
)
def test_a_file_of_choices_that_cannot_be_read_is_named(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(UserError) as caught:
        check_choices(tmp_path / "config.yaml")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
