"""What the report offers with a figure: its JSON file, and an archive with the drawing and the curves as numbers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grokscope.files import CHECKSUM, json_checksum
from grokscope.report.downloads import EARLIEST, as_json
from grokscope.report.figures import Figure
from grokscope.report.film import film_pictures

CURVES = "curves.csv"


def figure_files(figure: Figure) -> dict[str, bytes]:
    """The files of a figure that are made for the report, by their path in it."""
    found = film_pictures(figure)
    if figure.data is not None:
        found[figure.data] = _facts(figure.found)
    if figure.archive is not None:
        found[figure.archive] = _archive(figure)
    return found


def _facts(found: Mapping[str, Any]) -> bytes:
    """The figure's JSON without what has files of its own: the curves, and the pictures of a film."""
    rest = {key: value for key, value in found.items() if key not in ("film", "curves")}
    if film := found.get("film"):
        rest["film"] = {key: value for key, value in film.items() if key != "frames"}
    return as_json(rest | {CHECKSUM: json_checksum(rest)}).encode()


def _archive(figure: Figure) -> bytes:
    """The figure as SVG and, where the authors have published curves of it, theirs and ours as CSV."""
    texts = {f"{figure.name}.svg": figure.svg_source.read_text(encoding="utf-8")} if figure.svg_source else {}
    if curves := figure.found.get("curves"):
        texts[CURVES] = as_csv(curves)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), text, zipfile.ZIP_DEFLATED, compresslevel=9)
    return packed.getvalue()


def as_csv(curves: Sequence[Mapping[str, Any]]) -> str:
    """A row for every step of every curve: which curve, the step, the authors' value, and that of each seed of ours."""
    seeds = sorted({int(seed) for curve in curves for seed in curve["ours"]})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "curve", "run", "unit", "step", "authors", *(f"seed_{seed}" for seed in seeds)])
    writer.writerows(row for curve in curves for row in _rows(curve, seeds))
    return text.getvalue()


def _rows(curve: Mapping[str, Any], seeds: Sequence[int]) -> Iterator[list[Any]]:
    about = [curve[key] for key in ("file", "curve", "run", "unit")]
    ours = [curve["ours"].get(str(seed), [None] * len(curve["steps"])) for seed in seeds]
    for values in zip(curve["steps"], curve["authors"], *ours, strict=True):
        yield [*about, *("" if value is None else f"{value:g}" for value in values)]
