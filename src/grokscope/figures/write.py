"""Write a figure: SVG, PDF, PNG, and a JSON file that says in words and numbers what it shows."""

from __future__ import annotations

import importlib
import io
import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from grokscope.analysis.comparison import Comparison
from grokscope.analysis.distance import distances
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.published_curves import published_curves
from grokscope.config.plan import drawing_module
from grokscope.config.scales import VARIANT_WORDS
from grokscope.errors import UserError
from grokscope.figures.parts.collapse import collapsed_seeds, diverged_seeds
from grokscope.figures.parts.legends import add_to_title
from grokscope.figures.parts.letters import letter_panels
from grokscope.figures.parts.palette_png import write_palette_png
from grokscope.figures.parts.style import PNG_COLOURS, PNG_DPI, applied
from grokscope.figures.parts.wording import count_of_seeds, fewer_seeds, seed_list
from grokscope.files import atomic_path, sha256_of, write_json

EXTENSION = "extension"
"""Where a figure of our own experiments stands, in none of the papers."""

OWN = "an experiment of our own"

PathLike = str | os.PathLike[str]


def write_figure(
    inputs: ItemInputs,
    svg: PathLike,
    pdf: PathLike,
    png: PathLike,
    json: PathLike,
    identity: Mapping[str, Any] | None = None,
) -> None:
    """Draw the figure that `inputs.item` names and write its four files, each whole or not at all.

    The JSON file says what they were made from, `identity`, and has the checksums of the pictures.
    Equal inputs give equal bytes. Raises UserError when no module draws this figure.
    """
    figure = figure_module(inputs.item).draw(inputs)
    if fewer := fewer_seeds(inputs):
        with applied():
            add_to_title(figure, fewer)
    letter_panels(figure)
    title = inputs.item["settings"]["title"]
    with applied():
        with atomic_path(svg) as path:
            figure.savefig(path, format="svg", metadata={"Date": None, "Title": title})
        figure.set_layout_engine(None)  # the others have the layout of the first, found once
        with atomic_path(pdf) as path:
            figure.savefig(path, format="pdf", metadata={"CreationDate": None, "Title": title})
        raw = io.BytesIO()
        figure.savefig(raw, format="png", dpi=PNG_DPI)
        with atomic_path(png) as path:
            write_palette_png(raw.getvalue(), path, PNG_COLOURS)
    pictures = {kind: sha256_of(path) for kind, path in (("svg", svg), ("pdf", pdf), ("png", png))}
    write_json(json, {**figure_facts(inputs), "sha256": pictures, "identity": dict(identity or {})})


def figure_module(item: Mapping[str, Any]) -> ModuleType:
    """The module that draws a figure, loaded by name to keep fingerprints apart. Raises UserError if missing."""
    kind = next(iter(item["settings"].get("draw") or {}), None)
    name = drawing_module(item["paper"], item["id"], kind)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not name.startswith(error.name):
            raise  # it is there, and lacks something
        raise UserError(f"figures: {item['id']}: no module {name} draws it") from None


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """Where the authors' values are drawn and what differs in the settings; nothing for our own experiments."""
    if inputs.item["settings"]["where"] == EXTENSION:
        return Comparison((), ()).as_dict(overlaid=False, beside=False, reason=OWN) | {"same_settings": False}
    found: dict[str, Any] = figure_module(inputs.item).comparable(inputs)
    return found


def figure_facts(inputs: ItemInputs) -> dict[str, Any]:
    """What the JSON file holds: origin, alternative text, seeds, comparison with the authors', distances and curves
    beside theirs; and the pictures of a film where the module that draws the figure makes one.
    """
    item, settings = inputs.item, inputs.item["settings"]
    module = figure_module(item)
    seeds, fewer = seed_list(inputs), fewer_seeds(inputs)
    measured = module.describe(inputs)
    where = settings["where"] if settings["where"] == EXTENSION else f"{settings['where']} of the paper"
    meaning = "smoke scale, without scientific meaning" if inputs.scale == "smoke" else f"{inputs.scale} scale"
    film = module.film(inputs) if hasattr(module, "film") else None
    return ({"film": film} if film else {}) | {
        "name": item["name"],
        "id": item["id"],
        "title": settings["title"],
        "paper": item["paper"],
        "variant": item["variant"],
        "where": settings["where"],
        "scale": inputs.scale,
        "published": settings.get("shows", ""),
        "see": settings.get("see", ""),
        "measured": measured,
        "alt": (
            f"{settings['title']} ({where}; {meaning}, {VARIANT_WORDS[item['variant']]}, {count_of_seeds(len(seeds))}"
            f"{f', {fewer}' if fewer else ''}; medians over seeds, ranges in brackets). {measured}"
        ),
        "seeds": len(seeds),
        "seed_list": seeds,
        "runs": list(dict.fromkeys(member["run"] for member in inputs.members)),
        "metrics": list(settings.get("metrics", [])),
        "reference": sorted(inputs.reference),
        "comparable": comparable(inputs),
        "distances": distances(inputs),
        "curves": published_curves(inputs),
        "collapsed_seeds": {run: found for run in inputs.runs if (found := collapsed_seeds(inputs, run))},
        "diverged_seeds": {run: found for run in inputs.runs if (found := diverged_seeds(inputs, run))},
    }
