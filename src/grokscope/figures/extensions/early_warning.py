"""Which measure tells first which networks will generalise: the AUROC of each along training, at landmarks.

The upper panels have one curve for each measure, with its interval; the lower ones say how many networks are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from grokscope.analysis.curves import curve_rows
from grokscope.analysis.declarations.curves import metrics_of_curves
from grokscope.analysis.effects import SeedEvents, seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.landmark import Landmark, Network, landmarks, lead
from grokscope.figures.kinds.curve_grid.lines import PLAIN_COLOURS
from grokscope.figures.parts.legends import below_legend, line_key, title
from grokscope.figures.parts.panels import say_empty, step_axis
from grokscope.figures.parts.style import INTERVAL_OPACITY, MEAN_LINE, Colour, new_figure, styled
from grokscope.figures.parts.wording import number, seed_list, sentence

GOOD = 0.8
"""An AUROC that is called excellent (Hosmer and Lemeshow, Applied Logistic Regression, 2000, section 5.2.4)."""
RISE = "surge_1"
ALIKE = ("train_size", "depth", "init_scale")
"""Axes on which networks that began alike have the same values."""
TOLD_AT = (0, 10, 100, 1000)
"""Steps at which the description gives the AUROC, each at the nearest landmark."""
GREY: Colour = (0.2, 0.2, 0.2)
LIGHT: Colour = (0.55, 0.55, 0.55)
DOTTED = (0, (1.5, 1.2))


@dataclass(frozen=True)
class Measure:
    """A curve that may tell who will generalise: which way it is a sign, and how it is drawn."""

    curve: str
    sign: float
    words: str
    colour: Colour
    linestyle: Any


MEASURES = (
    Measure("rank", -1.0, "low rank of the second-last layer", PLAIN_COLOURS[0], "-"),
    Measure("weight_norm", -1.0, "small norm of the weights", PLAIN_COLOURS[1], (0, (5, 1.5))),
    Measure("test_accuracy", 1.0, "high test accuracy (for comparison)", PLAIN_COLOURS[2], DOTTED),
)
COLUMNS = {False: "all networks", True: "networks that began alike"}


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Two columns of two panels."""
    every = networks(inputs)
    figure = new_figure(11.0, 6.2)
    grid = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=[2.4, 1])
    for (within, heading), (upper, lower) in zip(COLUMNS.items(), grid.T, strict=True):
        upper.set_title(heading)
        _draw(upper, lower, courses(every, within))
    grid[0][0].set_ylabel("probability that the network\nthat will rise is ranked higher")
    grid[1][0].set_ylabel("networks that\nare compared")
    measures = [line_key(one.words, one.colour, one.linestyle) for one in MEASURES]
    interval = Patch(color="0.6", alpha=0.4, linewidth=0, label="95 % interval (bootstrap over settings)")
    chance = line_key("chance", LIGHT, (0, (6, 3)))
    counts = [
        line_key("whose test accuracy will rise", GREY),
        line_key("whose test accuracy will not rise", GREY, DOTTED),
    ]
    below_legend(figure, [*measures, interval, chance, *counts])
    seeds = seed_list(inputs)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """How many networks rise or fail; for each measure its AUROC at some steps, and how long before the rise of the
    networks that still wait it is good and stays so.
    """
    every = networks(inputs)
    if not every:
        return sentence("not measured")
    parts = [f"test accuracy rises in {sum(one.will_show for one in every)} of {len(every)} networks"]
    failed = sum(np.isfinite(one.failed) for one in every)
    parts += [f"{failed} collapse or diverge"] if failed else []
    sentences = [sentence(*parts)]
    for within, heading in COLUMNS.items():
        for measure, found in courses(every, within).items():
            known = [one for one in found if np.isfinite(one.auroc)]
            words = _words(known) if known else ["too few networks of either kind"]
            sentences.append(sentence(*words, heading=f"{measure.words}, {heading}"))
    return " ".join(sentences)


def networks(inputs: ItemInputs) -> list[Network]:
    """Every seed of every run."""
    found = []
    for member in inputs.members:
        tables = inputs.runs[member["run"]]
        curves = {
            measure.curve: curve_rows(tables, measure.curve, {})
            for measure in MEASURES
            if all(tables.has(metric) for metric in metrics_of_curves(measure.curve))
        }
        stratum = tuple(member["axes"].get(axis) for axis in ALIKE)
        for one in seed_events(tables) if "test_accuracy" in curves else []:
            indicators = {}
            for name, (rows, value) in curves.items():
                points = rows[rows["seed"] == one.seed].sort_values("step")[["step", value]].dropna()
                indicators[name] = (points["step"].to_numpy(np.float64), points[value].to_numpy(np.float64))
            found.append(Network(tables.run, one.seed, *_dates(one), indicators, stratum))
    return found


def _dates(events: SeedEvents) -> tuple[float, float]:
    """The rise of test accuracy, after the end of the run where it is still under way, and the failure; infinite where
    there is none.
    """
    shown, *failures = (
        float("inf") if (date := events.step(event)) is None else date for event in (RISE, "collapsed", "nonfinite")
    )
    under_way = events.states.get(RISE) == "under way"
    return (events.last_steps[RISE] + 1.0 if under_way else shown), min(failures)


def courses(every: list[Network], within: bool) -> dict[Measure, list[Landmark]]:
    """The landmarks of each measure, at the steps at which ranks are measured."""
    steps = sorted({step for one in every if "rank" in one.indicators for step in one.indicators["rank"][0]})
    return {one: landmarks(every, one.curve, steps, one.sign, within) for one in MEASURES}


def _draw(upper: Axes, lower: Axes, found: dict[Measure, list[Landmark]]) -> None:
    upper.axhline(0.5, color=LIGHT, linewidth=1.0, linestyle=(0, (6, 3)))
    drawn = False
    for measure, course in found.items():
        known = [one for one in course if np.isfinite(one.auroc)]
        times = np.array([one.step for one in known]) + 1
        values, low, high = (np.array([getattr(one, name) for one in known]) for name in ("auroc", "low", "high"))
        upper.fill_between(times, low, high, color=measure.colour, alpha=INTERVAL_OPACITY, linewidth=0)
        upper.plot(times, values, color=measure.colour, linestyle=measure.linestyle, **MEAN_LINE)
        drawn |= bool(known)
    course = found[MEASURES[0]]
    for name, line in (("positive", "-"), ("negative", DOTTED)):
        counts = [getattr(one, name) for one in course]
        lower.plot([one.step + 1 for one in course], counts, color=GREY, linestyle=line, linewidth=1.5)
    upper.set_ylim(-0.02, 1.02)
    lower.set_ylim(bottom=0)
    last = int(course[-1].step) if course else 1
    step_axis(upper, last, label=False)
    step_axis(lower, last)
    if not drawn:
        say_empty(upper, "too few networks of either kind" if course else "not measured")


def _words(known: list[Landmark]) -> list[str]:
    near = [min(known, key=lambda one: abs(np.log10(one.step + 1) - np.log10(step + 1))) for step in TOLD_AT]
    parts = [
        f"{number(one.auroc, 2)} [{number(one.low, 2)}, {number(one.high, 2)}] at step {one.step:.0f}"
        for one in dict.fromkeys(near)
    ]
    first = lead(known, GOOD)
    if first is None:
        return [*parts, f"does not stay at {GOOD} or above"]
    ahead = number(float(np.log10(first.median + 1) - np.log10(first.step + 1)), 2)
    return [*parts, f"stays at {GOOD} or above from step {first.step:.0f} on, {ahead} decades before the median rise"]
