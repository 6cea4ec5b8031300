"""What a figure of delayed robustness is drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from grokscope.analysis.comparison import Comparison, chosen_radius, compare, published_radius
from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Robustness
from grokscope.figures.parts.constants import constant_share
from grokscope.figures.parts.curves import column_values, seed_curves, table_or_none
from grokscope.figures.parts.panels import PERCENT
from grokscope.figures.parts.reference_curves import published_table
from grokscope.figures.parts.style import Colour, ordered_colours


@dataclass
class Data:
    """Tables of one run, the authors' values, and the colours of the attacks."""

    run: str
    accuracy: pd.DataFrame | None
    attack: pd.DataFrame | None
    complexity: pd.DataFrame | None
    radius: float | None
    their_accuracy: pd.DataFrame | None
    their_complexity: pd.DataFrame | None
    comparison: Comparison
    epsilon_colours: dict[float, Colour]

    @property
    def overlaid(self) -> bool:
        """Whether the authors' values are laid over ours."""
        return self.comparison.same_settings and self.published

    @property
    def published(self) -> bool:
        """Whether there are any values of theirs."""
        return self.their_accuracy is not None or self.their_complexity is not None


def sizes(attack: pd.DataFrame | None) -> list[float]:
    """Sizes of the attacks in a table, ascending; without 0, which is the clean accuracy on test points."""
    return [epsilon for epsilon in column_values(attack, "epsilon") if epsilon > 0]


def size_name(epsilon: float) -> str:
    """A size of the attack as it is written, in pixels."""
    return f"{epsilon:.3g}"


def read_data(inputs: ItemInputs, figure: Robustness) -> Data:
    """The tables of the first run among the members."""
    run = inputs.members[0]["run"]
    attack, complexity = table_or_none(inputs, run, "adversarial"), table_or_none(inputs, run, "local_complexity")
    their_accuracy = published_table(inputs, figure.accuracy, accuracy=True)
    their_complexity = published_table(inputs, figure.complexity, accuracy=False)
    comparison = compare(inputs)
    ours = sizes(attack)
    # laid over ours only the attacks of both are drawn, beside ours all of the authors'
    ordered = ours if comparison.same_settings and ours else sorted({*ours, *sizes(their_accuracy)})
    # ours and the authors' may differ in a digit that is not shown
    names = list(dict.fromkeys(size_name(epsilon) for epsilon in ordered))
    by_name = dict(zip(names, ordered_colours(len(names), "plasma", 0.12, 0.86), strict=True)) if names else {}
    colours = {epsilon: by_name[size_name(epsilon)] for epsilon in ordered}
    return Data(
        run,
        table_or_none(inputs, run, "accuracy"),
        attack,
        complexity,
        chosen_radius(complexity, published_radius(inputs)),
        their_accuracy,
        their_complexity,
        comparison,
        colours,
    )


def without_gradient(data: Data, epsilon: float) -> pd.DataFrame:
    """Percent of test points whose gradient is zero throughout an attack, one column for each seed."""
    return seed_curves(data.attack, "zero_gradient_start", PERCENT, epsilon=epsilon, start="none")


def constant_without_gradient(data: Data) -> str:
    """A sentence where that share is nearly the same at every step, for every seed and attack; else empty."""
    share = constant_share(without_gradient(data, epsilon) for epsilon in sizes(data.attack))
    return f"Control: gradient zero throughout the attack\nfor {share} of test points, at every step" if share else ""
