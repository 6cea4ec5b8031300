"""The parts of a run card, one function for each cell of `workflow/notebooks/run_card.ipynb`."""

from __future__ import annotations

import io
from html import escape
from typing import Any

import numpy as np
from PIL import Image

from grokscope.report import card_plots
from grokscope.report.card_data import CardData, read_card
from grokscope.report.card_variables import DATA_FOLDER_VARIABLE
from grokscope.report.seed_dates import RANGES, SeedDate, in_one_seed, seed_dates
from grokscope.report.shown import Shown, data_uri, picture, table
from grokscope.report.wording import ABSENT, commit, duration, event_in_words, flattened, number, run_in_words, setting

__all__ = ["CardData", "curves", "data_sample", "events", "heading", "read_card", "settings", "spectra", "training"]


def heading(card: CardData) -> Shown:
    """The run's id, what it is in one line, and how many seeds there are."""
    steps = card.settings["training"]["steps"]
    seeds = ", ".join(str(seed) for seed in card.seeds) or "none"
    return Shown(
        f'<h1 class="run-title">{escape(card.run)}</h1><p class="lead">{escape(run_in_words(card.settings))},'
        f" {number(steps)} steps. Seeds {escape(seeds)}. Scale: {escape(card.scale)}.</p>"
    )


def settings(card: CardData) -> Shown:
    """All settings of the run."""
    rows = [(key, setting(value)) for key, value in flattened(card.settings)]
    return table(["setting", "value"], rows, caption="Settings of the run", compact=True)


def training(card: CardData) -> Shown:
    """Wall time, speed and machine of every block, and which seeds stayed finite."""
    header = ["seeds", "steps", "wall time", "steps/s", "device", "threads", "parts", "diverged seeds", "code"]
    rows = [_training_row(record, card.settings) for record in card.trainings]
    return table(
        header, rows, caption="Training, one row for each block of seeds trained together", numeric=(1, 2, 3, 5, 6)
    )


def _training_row(record: dict[str, Any], run_settings: dict[str, Any]) -> list[Any]:
    facts = record.get("provenance") or {}
    seeds = record.get("seeds", [])
    lost = [seed for seed, finite in zip(seeds, record.get("finite", []), strict=False) if not finite]
    return [
        ", ".join(map(str, seeds)),
        number(run_settings["training"]["steps"]),
        duration(record.get("wall_seconds")),
        number(record.get("steps_per_second")),
        facts.get("device_name") or facts.get("device") or ABSENT,
        number(facts.get("threads")),
        len(record.get("parts") or [None]),
        ", ".join(map(str, lost)) or "none",
        commit(facts.get("git_commit")),
    ]


def curves(card: CardData) -> Shown:
    """Curves of all metrics that were measured."""
    return Shown(
        '<div class="plots">' + "".join(picture(*described) for described in card_plots.curves(card.tables)) + "</div>"
    )


def spectra(card: CardData) -> Shown:
    """Spectra of the last checkpoint, or a sentence when they were not measured."""
    rows = card.tables.get("spectra")
    if rows is None or rows.empty:
        return Shown("<p>Spectra were not measured on this run.</p>")
    return Shown('<div class="plots">' + picture(*card_plots.spectra(rows)) + "</div>")


def events(card: CardData) -> Shown:
    """The step of every event with its range, by seed; an absent event shows the last step that was looked at."""
    found = card.tables.get("events")
    if found is None or found.empty:
        return Shown("<p>No event was looked for on this run.</p>")
    seeds = sorted(found["seed"].unique())
    rows = []
    for event, dates in seed_dates(found).items():
        cells = {seed: _event_cell(event, date) for seed, date in dates.items()}
        rows.append([event_in_words(event), *(cells.get(seed, ABSENT) for seed in seeds)])
    shown = table(
        ["event", *(f"seed {seed}" for seed in seeds)],
        rows,
        caption="Step of every event, by seed",
        numeric=range(1, len(seeds) + 1),
    )
    thresholds = "; ".join(f"{key.replace('_', ' ')} {number(value)}" for key, value in card.detectors.items())
    ranges = f'<p class="note">{RANGES}</p>'
    return Shown(shown.html + ranges + (f'<p class="note">Thresholds: {escape(thresholds)}.</p>' if thresholds else ""))


def _event_cell(event: str, date: SeedDate) -> str:
    words = in_one_seed(event, date, f"not by {number(float(date.last_step))}")
    return f"{words} ({date.range})" if date.range else words


def data_sample(card: CardData, count: int = 24) -> Shown:
    """The first images that the first seed trains on, with the labels it is given; of other data that there is nothing
    to be shown.
    """
    from grokscope.data.dataset import load_dataset
    from grokscope.data.registry import task_of
    from grokscope.data.subset import training_subset

    if task_of(card.settings["data"]["name"]).made_by is not None:
        return Shown('<p class="note">The training data are made from the settings above and are no images.</p>')
    if not card.data_path.is_file():
        words = (
            f"The training images are not shown: {card.data_path.name} is not on this machine. The environment variable"
            f" {DATA_FOLDER_VARIABLE} "
        )
        return Shown(f'<p class="note">{escape(words)}names the folder that holds it.</p>')
    data, dataset = card.settings["data"], load_dataset(card.data_path)
    seed = card.seeds[0] if card.seeds else 0
    classes = int(np.max(dataset.train_labels)) + 1
    indices, labels = training_subset(
        dataset.train_labels, data["train_size"], data["subset"], data["label_noise"], seed, classes
    )
    tiles = "".join(
        _tile(dataset.train_images[index], int(label))
        for index, label in zip(indices[:count], labels[:count], strict=True)
    )
    counts = np.bincount(np.asarray(labels), minlength=classes)
    words = (
        f"The first {min(count, len(indices))} of {number(len(indices))} training images of seed {seed}; {counts.min()}"
        f" to {counts.max()} of each class."
    )
    return Shown(f'<p class="note">{escape(words)}</p><div class="tiles">{tiles}</div>')


def _tile(image: np.ndarray, label: int) -> str:
    """One image uint8 (C, H, W) with its label."""
    pixels = np.asarray(image)
    made = (
        Image.fromarray(pixels[0])
        if pixels.shape[0] == 1
        else Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)))
    )
    packed = io.BytesIO()
    made.save(packed, format="png", optimize=True)
    return (
        f'<figure class="tile"><img width="48" height="48" alt="training image labelled {label}"'
        f' src="{data_uri(packed.getvalue())}"><figcaption>{label}</figcaption></figure>'
    )
