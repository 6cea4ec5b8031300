"""What `snakemake` can be asked for: a list for a reader, and one line for a name that is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from grokscope.config.experiments import FigureSettings
from grokscope.config.layout import Layout
from grokscope.config.nearest import HOW_TO_LIST, did_you_mean
from grokscope.config.plan import Plan
from grokscope.config.scales import SCALES

STAGES = {
    "all": "the report, which is made when no target is named",
    "figures": "the figures chosen in config.yaml",
    "claims": "verdicts on the claims that these figures' runs can test",
    "measurements": "tables of everything measured",
    "trainings": "trained networks",
    "cost": "a table of what all this will cost on this machine",
    "list": "this list",
}
STAGE_OF = {
    "figure": "figures",
    "training": "trainings",
    "metric": "measurements",
    "summary": "measurements",
    "data": "trainings",
}
"""Rules whose jobs take their names from other rules -> the target that asks for all of them; none: the report."""


def figure_list(plan: Plan, layout: Layout, finished: Callable[[str], bool]) -> str:
    """Every figure by paper, one line for each: name, whether it is `finished`, title, place and scales."""
    lines = [f"Figures at {plan.scale} scale, in {PurePosixPath(layout.figure).parent}"]
    width = max((len(name) for name in plan.figures), default=0)
    for paper in plan.papers:
        theirs = {name: item for name, item in plan.figures.items() if item.paper == paper["id"]}
        if theirs:
            lines += ["", paper["title"] + (f" (arXiv {paper['arxiv']})" if paper["arxiv"] else "")]
        for name, item in theirs.items():
            assert isinstance(item.settings, FigureSettings)
            chosen = "*" if name in plan.selected_figures else " "
            state = "not at this scale" if not item.members else "finished" if finished(name) else "not made yet"
            about = [item.settings.where] if paper["arxiv"] else []
            about += (
                [f"{' and '.join(item.settings.scales)} scale only"] if len(item.settings.scales) < len(SCALES) else []
            )
            if name in plan.without_data:
                about.append(f"needs the files of {plan.without_data[name]}")
            lines.append(
                f"{chosen} {name:<{width}}  {state:<17}  {item.settings.title}"
                + (f" ({', '.join(about)})" if about else "")
            )
    lines += [
        "",
        "A star marks the figures that config.yaml chooses for the report. To make one: snakemake NAME.",
        "",
        "Other targets",
    ]
    return "\n".join([*lines, *(f"  {name:<{width}}  {about}" for name, about in STAGES.items())]) + "\n"


def unknown_target(target: str, names: Iterable[str], plan: Plan, layout: Layout) -> str:
    """One line on a target that no rule makes: the nearest `names` and figures, and how to list them all."""
    item = plan.figures.get(target) or plan.figures.get(PurePosixPath(target).stem)
    if item is not None and not item.members:
        assert isinstance(item.settings, FigureSettings)
        return f"{item.name} is not defined at scale {plan.scale}, only at {' and '.join(item.settings.scales)}"
    known = list(names)
    if "/" in target:
        suffix = PurePosixPath(target).suffix or ".svg"
        known = [
            layout.figure.format(figure=name) + suffix for name, figure in plan.figures.items() if figure.members
        ] + [layout.report]
    return f"nothing makes {target} at scale {plan.scale}{did_you_mean(target, known)} ({HOW_TO_LIST})"


def kind_of_target(kind: str) -> str:
    """One line on the name of a rule that makes one file after another, such as `figure`: what makes all of them."""
    return (
        f"{kind} is a kind of job and no target: snakemake {STAGE_OF.get(kind, 'all')} does all that is chosen, and"
        f" snakemake NAME makes one figure ({HOW_TO_LIST})"
    )
