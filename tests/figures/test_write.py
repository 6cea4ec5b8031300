"""The four files of a figure: equal bytes for equal inputs, and words that follow the tables."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from experiments_support import all_experiments
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.plan import build_plan
from grokscope.config.user import UserConfig
from grokscope.errors import UserError
from grokscope.figures.parts.palette_png import write_palette_png
from grokscope.figures.parts.style import PNG_COLOURS, ordered_colours
from grokscope.figures.write import figure_facts, figure_module, write_figure
from synthetic_figures import OF_PAPERS, ROOT, figure_inputs


def written(inputs: ItemInputs, folder: Path) -> dict[str, bytes]:
    paths = [folder / f"figure.{kind}" for kind in ("svg", "pdf", "png", "json")]
    write_figure(inputs, *paths)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    return {path.suffix: path.read_bytes() for path in paths}


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    files = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        files.append(written(figure_inputs("always_grok_fig2", "smoke", seeds=2, steps=5), folder))
    assert files[0] == files[1]
    assert b"<dc:date>" not in files[0][".svg"]
    assert b"CreationDate" not in files[0][".pdf"]
    assert files[0][".pdf"].startswith(b"%PDF")
    with Image.open(io.BytesIO(files[0][".png"])) as picture:
        assert picture.mode == "P"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["deep_grokking_fig1", "deep_grokking_fig3", "always_grok_fig10", "extensions_arithmetic", "extensions_phase_map"],
)
def test_bytes_do_not_depend_on_the_process(name: str, tmp_path: Path) -> None:
    """One figure of each kind, written by two processes that order their sets differently."""
    code = (
        "from synthetic_figures import figure_inputs; from grokscope.figures.write import write_figure; import sys; "
        "write_figure(figure_inputs(sys.argv[1], 'smoke', seeds=2, steps=5), *sys.argv[2:])"
    )
    found = []
    for seed in ("1", "2"):
        paths = [tmp_path / f"{seed}.{kind}" for kind in ("svg", "pdf", "png", "json")]
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}"}
        subprocess.run([sys.executable, "-c", code, name, *map(str, paths)], check=True, env=environment)
        found.append([path.read_bytes() for path in paths])
    assert found[0] == found[1]


@pytest.mark.parametrize("name", OF_PAPERS)
def test_json_says_what_was_measured(name: str, tmp_path: Path) -> None:
    inputs = figure_inputs(name, "smoke", seeds=3, steps=6)
    facts = json.loads(json.dumps(figure_facts(inputs), allow_nan=False))
    assert facts["id"] == name
    assert facts["paper"] == inputs.item["paper"]
    assert facts["title"] == inputs.item["settings"]["title"]
    assert facts["where"] == inputs.item["settings"]["where"]
    assert facts["seeds"] == 3
    assert facts["seed_list"] == [0, 1, 2]
    assert facts["runs"] == list(inputs.runs)
    assert facts["metrics"] == inputs.item["settings"]["metrics"]
    assert facts["measured"] in facts["alt"]
    assert "without scientific meaning" in facts["alt"]
    assert facts["collapsed_seeds"] == {}
    assert facts["comparable"]["same_settings"] is False
    assert facts["comparable"]["reason"]


@pytest.mark.parametrize("name", OF_PAPERS)
def test_described_numbers_follow_the_tables(name: str) -> None:
    inputs = figure_inputs(name, "smoke", seeds=3, steps=6)
    module = figure_module(inputs.item)
    before = module.describe(inputs)
    run = inputs.members[0]["run"]
    table = inputs.runs[run].tables["accuracy"]
    last = (table["step"] == table["step"].max()) & (table["split"] == "test")
    table.loc[last, "accuracy"] = [0.4123, 0.4234, 0.4345]
    changed = figure_inputs(name, "smoke", seeds=3, steps=6)
    changed.runs[run].tables["accuracy"] = table
    after = module.describe(changed)
    assert "test accuracy 42.3 % (41.2 to 43.5)" in after
    assert after != before


def test_unknown_figure_is_a_users_error() -> None:
    with pytest.raises(UserError, match=r"no module grokscope\.figures\.deep_grokking\.no_such_figure draws it"):
        figure_module({"id": "deep_grokking_no_such_figure", "paper": "deep_grokking", "settings": {}})


def test_figures_do_not_import_torch() -> None:
    plan = build_plan(UserConfig(scale="paper", figures="all"), all_experiments())
    modules = ", ".join(sorted({item.module for item in plan.figures.values()}))
    assert modules.count(",") >= 10
    code = f"import sys, grokscope.figures.write, {modules}"
    command = [sys.executable, "-c", f"{code}; sys.exit('torch' in sys.modules)"]
    assert subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}).returncode == 0


def test_few_colours_keep_every_pixel_near_its_own(tmp_path: Path) -> None:
    """A picture like a figure: thin smooth lines in twelve colours on white, with text and a grey area, which stays
    exactly as it is.
    """
    figure = Figure(figsize=(6, 4))
    axes = figure.add_subplot()
    for place, colour in enumerate(ordered_colours(12)):
        axes.plot(np.sin(np.arange(200) / (20 + place)), color=colour, linewidth=0.6, alpha=0.45)
    axes.axhspan(2, 3, color="0.8")
    axes.set_title("twelve lines")
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=160)
    write_palette_png(raw.getvalue(), tmp_path / "few.png", PNG_COLOURS)
    whole, few = (np.asarray(Image.open(source).convert("RGB"), dtype=int) for source in (raw, tmp_path / "few.png"))
    assert np.abs(whole - few).max() <= 32
    common, count = np.unique(whole.reshape(-1, 3), axis=0, return_counts=True)
    for colour in common[np.argsort(-count)[:10]]:
        assert (few[(whole == colour).all(axis=2)] == colour).all()
    assert (tmp_path / "few.png").stat().st_size < 0.6 * len(raw.getvalue())
