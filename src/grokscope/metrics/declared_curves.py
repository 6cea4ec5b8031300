"""What a metric says of its curves: which rows of its table they are, and how they are named and drawn. Imports no
torch and no pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ALL = "all"
"""Of an option that may be drawn in several colours: every value that was measured, each in its own colour."""
SECOND_LAST = "second_last"
"""Of an option `layer`: the layer before the logits."""
Reduction = Literal["mean", "sum", "least", "greatest"]


@dataclass(frozen=True)
class FirstOf:
    """The first of these values that the table holds."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Smallest:
    """The smallest value that the table holds, of those that count as `all`."""


@dataclass(frozen=True)
class Detector:
    """What a setting of the event detectors says (`grokscope.config.detector_settings`)."""

    setting: str


Choice = str | int | float | FirstOf | Smallest | Detector
"""A value in a column, or the rule that finds it in the table."""


@dataclass(frozen=True)
class CurveOption:
    """An option that chooses among the rows of a curve by the column of its name.

    `kind` is `choice` (one of `choices`), `number` or `layer` (a number, or SECOND_LAST). `default` holds where nothing
    is said, in claims and, unless `drawn` or `drawn_by` says otherwise, in figures: `drawn` is ALL for every value, and
    `drawn_by` names a function, `module:function`, that is given the inputs of the figure and the run and returns a
    value, or None for the default. With `several` figures may name a list of values or ALL, each drawn in its own
    colour. Values up to `all_above` do not count as `all`; numbers have to be at least `at_least` and greater than
    `above`.
    """

    kind: Literal["choice", "number", "layer"]
    description: str
    default: Choice
    choices: tuple[str, ...] = ()
    drawn: str = ""
    drawn_by: str = ""
    several: bool = False
    all_above: float | None = None
    at_least: float | None = None
    above: float | None = None
    axis: str = "{}"
    """What stands in the label of an axis for `{option}`; `{}` is the value, and nothing stands there without one."""
    unknown: str = ""
    """What stands there instead where no value is known."""
    joined: str = ", "
    """What stands between several values there."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Values in other words, there and in titles of charts."""
    key: str = ""
    """Key of a value in a legend, such as `ε = {:.3g}`; by default its words, or the name of the option and the value.
    """
    heading: str = ""
    """Heading of these keys."""
    colours: tuple[str, float, float] = ("viridis", 0.0, 0.88)
    """Map of colours and the part of it that the values have, in their order."""

    @property
    def value(self) -> str | int | float | None:
        """The default where it is a value, and not a rule that finds one."""
        return None if isinstance(self.default, FirstOf | Smallest | Detector) else self.default

    def complaint(self, value: Any) -> str:
        """What is wrong with a value that a claim gives it; empty where nothing is."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if self.kind == "choice" and value not in self.choices:
            return f"should be one of {', '.join(self.choices)}"
        if self.kind == "layer" and not (number and float(value).is_integer()) and value != SECOND_LAST:
            return f"should be the number of a layer or {SECOND_LAST}"
        if self.kind == "number" and not number:
            return "should be a number"
        if self.at_least is not None and value < self.at_least:
            return f"should be at least {self.at_least:g}"
        return f"should be greater than {self.above:g}" if self.above is not None and value <= self.above else ""

    def key_of(self, name: str, value: Any) -> str:
        """The key of a value in a legend."""
        if not self.key and str(value) in self.words:
            return self.words[str(value)].strip()
        shown = f"{value:g}" if isinstance(value, float) else str(value)
        return self.key.format(value) if self.key else f"{name.replace('_', ' ')} {shown}"


@dataclass(frozen=True)
class CurveDeclaration:
    """One value for each seed and step, read from the column `column` of the metric's table.

    Every further column that tells rows apart is fixed by `where`, chosen by an option, or `reduced` over: its values
    become their mean, sum, least or greatest; values that are not finite stay so, and the row of all layers together is
    left out where layers are reduced. `table` is a table that is derived from the metric's. A curve that cannot be read
    so names a function, `module:function`, in `reader`: it is given the run's tables and the options and returns rows
    with seed and step, and the name of the column with the values.
    """

    name: str
    column: str
    words: str
    """What it is, in sentences, keys and titles."""
    unit: str = ""
    """Unit of a value in tables and claims, such as `fraction`."""
    quantity: str = ""
    """Curves of one quantity may share a panel; by default `words`."""
    scale: Literal["linear", "log"] = "linear"
    percent: bool = False
    """Whether a fraction is drawn in percent."""
    from_zero: bool = False
    """Whether its axis begins at zero; one in percent goes from 0 to 100."""
    whole: bool = False
    """Whether the ticks of its axis are whole numbers."""
    where: Mapping[str, Choice] = field(default_factory=dict)
    options: Mapping[str, CurveOption] = field(default_factory=dict)
    reduced: Mapping[str, Reduction] = field(default_factory=dict)
    axis: str = ""
    """Label of its axis, in which `{option}` stands for an option; by default `words` and unit."""
    said: str = ""
    """Which sentence of `grokscope.figures.kinds.curve_grid.words` speaks of it; by default one of start and end."""
    table: str = ""
    reader: str = ""

    @property
    def of_quantity(self) -> str:
        """What it measures."""
        return self.quantity or self.words

    @property
    def shown_unit(self) -> str:
        """The unit that it is drawn in."""
        return "%" if self.percent else self.unit

    @property
    def split(self) -> str:
        """The kind of points that it is always measured at, if there is one."""
        fixed = self.where.get("split")
        return fixed if isinstance(fixed, str) else ""

    def chart(self) -> Chart:
        """Its chart where the metric declares none: a line for each value of the option that may be drawn in several
        colours, else of the first; a chart for each value of the next one; and the defaults of any further ones.
        """
        names = sorted(self.options, key=lambda name: not self.options[name].several)
        words = f"{self.words[:1].upper()}{self.words[1:]}"
        each = names[1] if len(names) > 1 else ""
        return Chart(
            name=self.name,
            column=self.column,
            title=f"{words}, {each} {{{each}}}" if each else words,
            label=self.words if self.percent or not self.unit else f"{self.words} ({self.unit})",
            caption=f"{words}{f' ({each} {{{each}}})' if each else ''}.",
            by=names[0] if names else "",
            each=each,
            where={**self.where, **{name: self.options[name].default for name in names[2:]}},
            log=self.scale == "log",
            percent=self.percent,
            reduced=self.reduced,
            table=self.table,
        )


@dataclass(frozen=True)
class Chart:
    """A chart on the page of a run and a plot on its card: a column over steps, a line for each value of the column
    `by`.

    There is one for each value of the column `each`, or for those of `only` that were measured; the card shows the
    first alone where `only` is given. In `title`, `card_title` and `caption` the name of a column in braces stands for
    its value. `table` is a table that is derived from the metric's.
    """

    name: str
    column: str
    title: str
    label: str
    """Of the axis on the page."""
    caption: str
    by: str = ""
    each: str = ""
    only: tuple[str, ...] = ()
    where: Mapping[str, Choice] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    """Values of `each` in other words."""
    log: bool = False
    percent: bool = False
    card_title: str = ""
    """Of the axis on the card; by default `label`."""
    reduced: Mapping[str, Reduction] = field(default_factory=dict)
    table: str = ""
