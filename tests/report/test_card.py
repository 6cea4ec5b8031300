"""Run cards: what they show of made-up tables, and the notebook executed once."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import report_made_up as made_up
from grokscope.report import card, card_plots
from grokscope.report.card_data import CardData
from grokscope.report.card_execute import card_body, execute_card
from grokscope.report.shown import picture, table

LARGEST_CARD = 400_000  # bytes


@pytest.fixture(scope="module")
def run_card(tmp_path_factory: pytest.TempPathFactory) -> CardData:
    folder = tmp_path_factory.mktemp("card")
    return card.read_card(
        **made_up.write_run(folder, made_up.EVIL_RUN, "run"), data_path=made_up.write_data(folder), scale="quick"
    )


def test_reading(run_card: CardData) -> None:
    assert run_card.seeds == made_up.SEEDS
    assert set(run_card.tables) == set(made_up.TABLE_NAMES)
    assert set(run_card.tables["spectra"]["step"]) == {made_up.STEPS[-1]}


def test_every_measured_metric_has_a_plot(run_card: CardData) -> None:
    shown = card.curves(run_card).html
    assert shown.count("<img") == 9
    for words in (
        "accuracy by training step",
        "Training loss",
        "Feature rank",
        "Weight norm",
        "Probe accuracy",
        "Local complexity",
        "under attack",
    ):
        assert words.lower() in shown.lower()
    assert re.search(r'alt="Accuracy by training step: train ends at 0\.98; test ends at 0\.97', shown)
    alone = CardData("run", "quick", made_up.settings(), [], {"accuracy": run_card.tables["accuracy"]}, Path("absent"))
    assert card.curves(alone).html.count("<img") == 2
    assert "not measured" in card.spectra(alone).html
    assert "No event" in card.events(alone).html


def test_plots_of_a_run_that_diverged(run_card: CardData) -> None:
    """Values that are not numbers leave gaps, not errors."""
    tables = {name: frame.copy() for name, frame in run_card.tables.items()}
    for name, column in (("accuracy", "loss"), ("weight_norm", "norm"), ("rank", "rank")):
        tables[name][column] = np.nan
    tables["spectra"]["eigenvalues"] = [np.zeros(5)] * len(tables["spectra"])
    described = [*card_plots.curves(tables), card_plots.spectra(tables["spectra"])]
    assert len([picture(*one) for one in described]) == 10


def test_events_say_until_when_one_was_absent(run_card: CardData) -> None:
    shown = card.events(run_card).html
    assert "not by 20\u202f000" in shown
    assert "training set fitted" in shown
    assert "fit accuracy 0.99" in shown


def test_events_say_what_is_under_way_and_where_other_readings_put_them(run_card: CardData) -> None:
    shown = card.events(run_card).html
    assert shown.count("still rising at the end") == 1 + 3  # the onset of one seed, the robustness of three
    assert "95 (86 to 105)" in shown
    assert "1500 (1350 to 1650)" in shown
    table = run_card.tables["events"].assign(sharp=False)
    assert "95 (86 to 105, not sharp)" in card.events(replace(run_card, tables={"events": table})).html


def test_facts_and_settings(run_card: CardData) -> None:
    assert "Made-up CPU" in card.training(run_card).html
    assert "2 min" in card.training(run_card).html
    assert "model.init_scale" in card.settings(run_card).html
    lost = made_up.training_record([0, 1]) | {"finite": [True, False]}
    text = card.training(CardData("run", "quick", made_up.settings(), [lost], {}, Path("absent"))).html
    assert "<td>1</td>" in text


def test_data_sample_shows_the_images_that_the_seed_trains_on(run_card: CardData) -> None:
    from grokscope.data.dataset import load_dataset
    from grokscope.data.subset import training_subset

    shown = card.data_sample(run_card, count=6).html
    dataset = load_dataset(run_card.data_path)
    indices, labels = training_subset(dataset.train_labels, 200, "balanced", 0.1, 0, 10)
    tiles = re.findall(r'labelled (\d)" src="data:image/png;base64,([^"]+)"', shown)
    assert [int(label) for label, _ in tiles] == labels[:6].tolist()
    for (_, content), index in zip(tiles, indices, strict=False):
        np.testing.assert_array_equal(
            np.asarray(Image.open(io.BytesIO(b64decode(content)))), dataset.train_images[index, 0]
        )


def test_tables_escape_and_say_what_heads_what() -> None:
    shown = table(["a", "b"], [(made_up.EVIL, 1)], caption=made_up.EVIL, numeric=[1]).html
    assert "<script" not in shown
    assert shown.count("<th") == 4  # thead and three header cells
    assert 'scope="row"' in shown
    assert '<td class="number">1</td>' in shown


def test_card_body_refuses_other_files(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("<html></html>", encoding="utf-8")
    with pytest.raises(ValueError, match="not a run card"):
        card_body(tmp_path / "x.html")


def execute(folder: Path, name: str, scale: str = "smoke") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    parameters = {
        **made_up.write_run(folder, made_up.EVIL_RUN, "run"),
        "data_path": made_up.write_data(folder),
        "scale": scale,
    }
    notebook = made_up.REPOSITORY / "workflow" / "notebooks" / "run_card.ipynb"
    execute_card(notebook, folder / f"{name}.ipynb", folder / f"{name}.html", parameters, made_up.REPOSITORY / "report")
    return folder / f"{name}.html"


def test_the_notebook_makes_a_page_that_needs_no_network(tmp_path: Path) -> None:
    before = dict(os.environ)
    page = execute(tmp_path, "one")
    assert dict(os.environ) == before
    text = page.read_text(encoding="utf-8")
    assert "Smoke scale: these numbers mean nothing" in text
    assert "<script" not in text
    assert "mnist-&lt;script&gt;" in text
    assert not re.search(r'(src|href)="(?!data:image|#)', text)
    assert "url(" not in text
    assert 'class="input"' not in text  # no code
    assert "read_card" not in text
    assert "<h2>Curves</h2>" in text
    assert text.count("data:image/png") == 9 + 1 + 24
    assert len(text) < LARGEST_CARD
    assert "<h1" in card_body(page)
    notebook = (tmp_path / "one.ipynb").read_text(encoding="utf-8")
    assert "start_time" not in notebook
    assert "injected-parameters" in notebook


def execute_again(notebook: Path, work: Path, cache: Path, output: Path) -> str:
    """Execute a card's notebook as its reader does, from the folder `work`; returns the notebook that comes of it."""
    environment = {
        **os.environ,
        "GROKSCOPE_DATA": str(cache),
        "PYTHONPATH": str(made_up.REPOSITORY / "src"),
        "OMP_NUM_THREADS": "1",
    }
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        os.path.relpath(notebook, work),
        "--output",
        str(output),
    ]
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return output.read_text(encoding="utf-8")


def shown_by(notebook: str) -> list[str]:
    """Everything that the cells of a notebook show."""
    outputs = [output for cell in json.loads(notebook)["cells"] for output in cell.get("outputs", [])]
    return ["".join(output["data"]["text/html"]) for output in outputs]


def test_a_card_is_the_same_wherever_it_is_made_and_names_nobodys_home(tmp_path: Path) -> None:
    made = [execute(tmp_path / place, "card") for place in ("here", "some where/else it's")]
    assert made[0].read_bytes() == made[1].read_bytes()
    notebooks = [page.with_suffix(".ipynb").read_text(encoding="utf-8") for page in made]
    assert notebooks[0] == notebooks[1]
    assert [private for private in (tmp_path, Path.home(), made_up.REPOSITORY) if str(private) in notebooks[0]] == []
    sources = ["".join(cell["source"]) for cell in json.loads(notebooks[0])["cells"] if cell["cell_type"] == "code"]
    assert 'tables_folder = "run/tables"' in "".join(sources)
    assert not re.search(r"""["']/""", "".join(sources))


@pytest.mark.slow
def test_the_notebook_of_a_card_can_be_executed_again_where_it_lies_and_after_a_move(tmp_path: Path) -> None:
    page = execute(tmp_path / "first", "card")
    before = page.with_suffix(".ipynb").read_text(encoding="utf-8")
    moved = tmp_path / "moved here"
    (tmp_path / "first").rename(moved)
    assert shown_by(execute_again(moved / "card.ipynb", moved, moved, tmp_path / "own folder.ipynb")) == shown_by(
        before
    )
    assert shown_by(execute_again(moved / "card.ipynb", tmp_path, moved, tmp_path / "elsewhere.ipynb")) == shown_by(
        before
    )
    without = shown_by(execute_again(moved / "card.ipynb", moved, tmp_path, tmp_path / "without images.ipynb"))
    assert "mnist.safetensors is not on this machine" in "".join(without)


def test_a_cell_that_fails_leaves_nothing(tmp_path: Path) -> None:
    from papermill.exceptions import PapermillExecutionError

    notebook = made_up.REPOSITORY / "workflow" / "notebooks" / "run_card.ipynb"
    parameters = {
        "run": "x",
        "tables_folder": str(tmp_path),
        "settings_path": str(tmp_path / "absent.json"),
        "scale": "quick",
    }
    with pytest.raises(PapermillExecutionError, match=r"absent\.json"):
        execute_card(notebook, tmp_path / "a.ipynb", tmp_path / "a.html", parameters, made_up.REPOSITORY / "report")
    assert not list(tmp_path.glob("*a.*"))


def test_labels_of_a_logarithmic_axis_leave_room_for_its_name() -> None:
    steps = np.arange(1, 40) ** 2
    norms = pd.DataFrame({"seed": 0, "step": steps, "layer": 1, "norm": np.geomspace(30, 3, len(steps))})
    ((figure, _, _),) = card_plots.curves({"weight_norm": norms})
    FigureCanvasAgg(figure).draw()
    label = figure.axes[0].yaxis.get_label().get_window_extent()
    assert label.x0 >= 0
    assert [text.get_text() for text in figure.axes[0].get_yticklabels(minor=True) if text.get_text()]
