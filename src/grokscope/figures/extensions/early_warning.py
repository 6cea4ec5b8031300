"""Which measure tells first which networks will generalise: the AUROC of each along training, at landmarks.

The upper panels have one curve for each measure, with its interval; the lower ones say how many networks are still
compared.
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
from grokscope.analysis.effects import seed_events
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.landmark import Landmark, Network, landmarks, lead
from grokscope.figures.parts.legends import below_legend, line_key, title
from grokscope.figures.parts.panels import say_empty, step_axis
from grokscope.figures.parts.style import INTERVAL_OPACITY, SPLIT_COLOURS, Colour, new_figure, styled
from grokscope.figures.parts.wording import number, seed_list, sentence

GOOD = 0.8
"""An AUROC that is called good (Hosmer and Lemeshow, Applied Logistic Regression, 2000, section 5.2.4)."""
STRATUM = "train_size"
GREY: Colour = (0.2, 0.2, 0.2)
LIGHT: Colour = (0.55, 0.55, 0.55)


@dataclass(frozen=True)
class Measure:
    """A curve that may tell who will generalise: which way it is a sign, and how it is drawn."""

    curve: str
    sign: float
    words: str
    colour: Colour
    linestyle: Any


MEASURES = (
    Measure("rank", -1.0, "low rank of the second-last layer", SPLIT_COLOURS["train"], "-"),
    Measure("weight_norm", -1.0, "small norm of the weights", SPLIT_COLOURS["random"], (0, (5, 1.5))),
    Measure("test_accuracy", 1.0, "high test accuracy (for comparison)", SPLIT_COLOURS["test"], (0, (1.5, 1.2))),
)
COLUMNS = {False: "all networks", True: "networks with equally large training sets"}


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Two columns of two panels."""
    every = networks(inputs)
    figure = new_figure(11.0, 6.2)
    grid = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=[2.4, 1])
    for (within, heading), (upper, lower) in zip(COLUMNS.items(), grid.T, strict=True):
        upper.set_title(heading)
        _draw(upper, lower, courses(every, within))
    grid[0][0].set_ylabel("chance to tell two networks\napart (AUROC)")
    grid[1][0].set_ylabel("networks that\nare compared")
    keys = [line_key(one.words, one.colour, one.linestyle) for one in MEASURES]
    interval = Patch(color="0.6", alpha=0.4, linewidth=0, label="95 % interval (settings drawn anew)")
    of_counts = [
        line_key("networks that will generalise", GREY, "-"),
        line_key("networks that never will", GREY, (0, (1.5, 1.2))),
    ]
    below_legend(figure, [*keys, interval, line_key("chance", LIGHT, (0, (6, 3))), *of_counts])
    seeds = seed_list(inputs)
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """How many networks generalise, fail or are left out; for each measure its AUROC at first and at best, and how long
    before the median date of generalisation it is good for good.
    """
    every = networks(inputs)
    shown = [one.shown for one in every if one.will_show]
    parts = [f"{len(shown)} of {len(every)} networks generalise" if every else "not measured"]
    failed = sum(np.isfinite(one.failed) for one in every)
    parts += [f"{failed} collapse or diverge"] if failed else []
    sentences = [sentence(*parts)]
    for within, heading in COLUMNS.items():
        for measure, found in courses(every, within).items():
            known = [one for one in found if np.isfinite(one.auroc)]
            if known:
                sentences.append(sentence(*_words(known, shown), heading=f"{measure.words}, {heading}"))
    return " ".join(sentences)


def networks(inputs: ItemInputs) -> list[Network]:
    """Every seed of every run, but those whose test accuracy is still rising when the run ends."""
    found = []
    for member in inputs.members:
        tables = inputs.runs[member["run"]]
        curves = {}
        for measure in MEASURES:
            if all(tables.has(metric) for metric in metrics_of_curves(measure.curve)):
                curves[measure.curve] = curve_rows(tables, measure.curve, {})
        for one in seed_events(tables):
            if one.states.get("generalisation") == "under way":
                continue
            indicators = {}
            for name, (rows, value) in curves.items():
                of_seed = rows[rows["seed"] == one.seed].sort_values("step")
                points = of_seed[["step", value]].to_numpy(dtype=np.float64).T
                indicators[name] = (points[0], points[1])
            dates = [one.step(event) for event in ("generalisation", "collapsed", "nonfinite")]
            shown, *failures = (float("inf") if date is None else date for date in dates)
            stratum = member["axes"].get(STRATUM)
            found.append(Network(tables.run, one.seed, shown, min(failures), indicators, stratum))
    return found


def courses(every: list[Network], within: bool) -> dict[Measure, list[Landmark]]:
    """The landmarks of each measure, at the steps at which ranks are measured."""
    steps = sorted({step for one in every if "rank" in one.indicators for step in one.indicators["rank"][0]})
    return {one: landmarks(every, one.curve, steps, one.sign, within) if steps else [] for one in MEASURES}


def _draw(upper: Axes, lower: Axes, found: dict[Measure, list[Landmark]]) -> None:
    upper.axhline(0.5, color=LIGHT, linewidth=1.0, linestyle=(0, (6, 3)))
    drawn = False
    for measure, course in found.items():
        known = [one for one in course if np.isfinite(one.auroc)]
        if known:
            times = np.array([one.step for one in known]) + 1
            values, low, high = (np.array([getattr(one, name) for one in known]) for name in ("auroc", "low", "high"))
            upper.fill_between(times, low, high, color=measure.colour, alpha=INTERVAL_OPACITY, linewidth=0)
            upper.plot(times, values, color=measure.colour, linestyle=measure.linestyle, linewidth=1.9)
            drawn = True
    course = found[MEASURES[0]]
    times = np.array([one.step for one in course]) + 1
    for name, line in (("positive", "-"), ("negative", (0, (1.5, 1.2)))):
        lower.plot(times, [getattr(one, name) for one in course], color=GREY, linestyle=line, linewidth=1.5)
    upper.set_ylim(-0.02, 1.02)
    lower.set_ylim(bottom=0)
    last = int(course[-1].step) if course else 1
    step_axis(upper, last, label=False)
    step_axis(lower, last)
    if not drawn:
        say_empty(upper, "too few networks of either kind" if course else "not measured")


def _words(known: list[Landmark], shown: list[float]) -> list[str]:
    best = max(known, key=lambda one: one.auroc)
    parts = [
        f"AUROC {number(known[0].auroc, 2)} [{number(known[0].low, 2)}, {number(known[0].high, 2)}] at step"
        f" {known[0].step:.0f}",
        f"{number(best.auroc, 2)} [{number(best.low, 2)}, {number(best.high, 2)}] at best, at step {best.step:.0f}",
    ]
    first = lead(known, GOOD)
    if first is None:
        return [*parts, f"never {GOOD} or more until the end"]
    before = np.log10(np.median(shown) + 1) - np.log10(first + 1)
    when = f"{number(abs(before), 2)} decades {'before' if before >= 0 else 'after'} the median network generalises"
    return [*parts, f"{GOOD} or more from step {first:.0f} on, {when}"]
