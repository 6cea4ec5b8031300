"""What is offered with a figure: the drawing, the authors' curves and ours as numbers, and a JSON file without them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import report_made_up as made_up
from grokscope.files import CHECKSUM, json_checksum
from grokscope.report.figure_files import figure_files
from grokscope.report.figures import Figure, read_figure


@pytest.fixture
def figures(tmp_path: Path) -> list[Figure]:
    spec = made_up.make_spec(tmp_path, "quick", {"mnist-mlp-d4": ""})
    return [read_figure(item) for item in spec["plan"]["figures"]]


def test_the_archive_holds_the_drawing_and_the_curves(figures: list[Figure]) -> None:
    for figure in figures:
        assert figure.archive is not None
        assert figure.svg_source is not None
        found = figure_files(figure)[figure.archive]
        with zipfile.ZipFile(io.BytesIO(found)) as opened:
            assert opened.testzip() is None
            assert set(opened.namelist()) == {f"{figure.name}.svg", "curves.csv"}
            assert opened.read(f"{figure.name}.svg") == figure.svg_source.read_bytes()
            rows = list(csv.DictReader(io.StringIO(opened.read("curves.csv").decode())))
        assert [row["step"] for row in rows] == ["0", "10", "44"]
        assert [row["authors"] for row in rows] == ["0.1", "", "0.25"]
        assert [row["seed_3"] for row in rows] == ["", "0.5", "0.75"]
        assert figure_files(figure)[figure.archive] == found


def test_without_published_curves_there_is_the_drawing_alone(figures: list[Figure]) -> None:
    figure = replace(figures[0], found={**figures[0].found, "curves": []})
    assert figure.archive is not None
    with zipfile.ZipFile(io.BytesIO(figure_files(figure)[figure.archive])) as opened:
        assert opened.namelist() == [f"{figure.name}.svg"]
    assert replace(figure, svg_source=None).archive is None


def test_the_facts_come_without_what_has_files_of_its_own(figures: list[Figure]) -> None:
    for figure in figures:
        assert figure.data is not None
        facts = json.loads(figure_files(figure)[figure.data])
        assert "curves" not in facts
        assert "frames" not in facts.get("film", {})
        assert facts.pop(CHECKSUM) == json_checksum(facts)
