"""For the tests of the figures of our own experiments: made-up accuracies with events at known steps, and what a figure
shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.write import figure_module
from grokscope.metrics.rank import DEFINITIONS
from grokscope.metrics.tables import make_table

LAST = 20_000
STEPS = sorted({round(step) for step in np.geomspace(1, LAST + 1, 120) - 1})


@dataclass(frozen=True)
class Fate:
    """What one seed does: steps of the fit, of the rises of test accuracy, and of the collapse; None or empty where it
    does not.
    """

    fit: float | None = 100
    rises: tuple[float, ...] = (2000,)
    collapse: float | None = None
    diverges: bool = False


def set_fates(inputs: ItemInputs, run: str, fates: list[Fate]) -> None:
    """Replace the accuracies of a run by those of seeds with these fates."""
    rows = []
    for seed, fate in enumerate(fates):
        for step in STEPS:
            train = 0.1 + (0.9 if fate.fit is not None else 0.5) * step_up(step, (fate.fit or 100) * 0.75, 30)
            test = 0.1 + sum(0.8 / len(fate.rises) * step_up(step, rise, 20) for rise in fate.rises)
            if fate.collapse is not None and step >= fate.collapse:
                train = test = 0.1
            loss = np.nan if fate.diverges and step > 0.5 * LAST else 1 - train
            rows += [
                {"seed": seed, "step": step, "split": split, "accuracy": value, "loss": loss}
                for split, value in (("train", train), ("test", test))
            ]
    inputs.runs[run].tables["accuracy"] = make_table("accuracy", rows, run)
    inputs.runs[run] = replace(inputs.runs[run])  # nothing that was derived from the old one


def set_ranks(inputs: ItemInputs, run: str, levels: list[tuple[tuple[float, float], ...]]) -> None:
    """Replace the ranks of a run by those of seeds that go, from 80, to shares of it: steps of the changes and shares
    that they end at.
    """
    layers, rows = inputs.settings[run]["model"]["depth"], []
    for seed, changes in enumerate(levels):
        for step in STEPS:
            share = 1.0
            for middle, target in changes:
                share += (target - share) * step_up(step, middle, 30)
            for layer in range(1, layers + 1):
                rows += [
                    {
                        "seed": seed,
                        "step": step,
                        "split": "test",
                        "layer": layer,
                        "definition": name,
                        "rank": float(round(80 * share)),
                    }
                    for name in DEFINITIONS
                ]
    inputs.runs[run].tables["rank"] = make_table("rank", rows, run)
    inputs.runs[run] = replace(inputs.runs[run])  # nothing that was derived from the old one


def step_up(step: float, middle: float, sharpness: float) -> float:
    """From 0 to 1 around `middle` over log10(step + 1)."""
    return float(1 / (1 + np.exp(np.clip(-sharpness * (np.log10(step + 1) - np.log10(middle + 1)), -60, 60))))


def events(inputs: ItemInputs, run: str) -> pd.DataFrame:
    """Steps of the events of a run, a row a seed, a column an event."""
    return inputs.runs[run].events().pivot(index="seed", columns="event", values="step")


def drawn(inputs: ItemInputs) -> Figure:
    """The figure of these inputs."""
    return figure_module(inputs.item).draw(inputs)


def panels(figure: Figure) -> list[Axes]:
    """Visible axes, colour bars left out."""
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.get_visible()]


def bold_curves(axes: Axes) -> list:
    """Means over seeds; an event's upright line has but two points."""
    return [line for line in axes.lines if len(line.get_xdata()) > 2 and line.get_linewidth() > 1]


def written(figure: Figure) -> str:
    """All text in a figure, legends included."""
    found = [figure.get_suptitle()]
    for axes in figure.axes:
        found += [axes.get_title(), axes.get_ylabel(), axes.get_xlabel(), *(text.get_text() for text in axes.texts)]
    for legend in (*figure.legends, *(part for axes in figure.axes if (part := axes.get_legend()) is not None)):
        found += [text.get_text() for text in legend.get_texts()]
    return "\n".join(found)
