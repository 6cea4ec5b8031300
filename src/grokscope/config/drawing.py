"""How a figure is drawn, as data: the key `draw` of a figure, one line in `Drawing` for each kind of figure."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from grokscope.config.curve_kinds import AnyCurve, Curve, CurveName, EventName, as_curve
from grokscope.config.frame_drawing import Frames
from grokscope.config.map_drawing import ComplexityMaps
from grokscope.config.section import Positive, Section, is_none
from grokscope.config.slice_drawing import Slices
from grokscope.metrics.registry import CURVES


class MarkedEvent(Section):
    """An event with a short label above its line, such as I and II for two stages."""

    event: EventName
    label: str
    line: Literal["dashed", "solid"] = "dashed"
    side: Literal["left", "right"] = Field(default="left", description="on which side of its line the label stands")
    dated_on: AnyCurve | None = Field(
        default=None,
        exclude_if=is_none,
        description="the curve that it is dated on, where that is not the usual one of the event",
    )


class Row(Section):
    """One row of panels: the curves in it, their axis, and events that are marked in this row only."""

    curves: list[CurveName | AnyCurve] = Field(min_length=1)
    label: str = Field(default="", description="label of the axis, with its unit; by default that of the curves")
    scale: Literal["linear", "log"] | None = Field(
        default=None, description="of the axis; none takes that of the first curve"
    )
    events: list[EventName | MarkedEvent] = []
    overlapping: bool = Field(
        default=False,
        description="draw the first colour wide and the others narrow over it, so that all can be seen",
    )

    @model_validator(mode="after")
    def _one_quantity(self) -> Row:
        found = list(dict.fromkeys(as_curve(curve).declared.of_quantity for curve in self.curves))
        if len(found) > 1:
            raise ValueError(f"curves of {found[0]} and of {found[1]} have no common axis")
        return self

    def drawn(self) -> list[Curve]:
        """The curves with all their options."""
        return [as_curve(curve) for curve in self.curves]

    def axis_scale(self) -> str:
        """Scale of its axis."""
        return self.scale or self.drawn()[0].declared.scale


class Place(Section):
    """An axis of the sweep, and what stands above a panel: {} is the value."""

    axis: str
    title: str = "{}"


class CurveGrid(Section):
    """Panels of curves over steps: rows of quantities, columns and colours along axes of the sweep."""

    rows: list[Row] = Field(min_length=1)
    columns: str | Place | None = Field(default=None, description="axis whose values are the columns; none: one column")
    down: str | Place | None = Field(default=None, description="axis for each value of which all rows are repeated")
    colours: str | Place | None = Field(
        default=None, description="axis whose values are colours; train accuracy is then dashed"
    )
    layout: Literal["down", "across"] = Field(
        default="down", description="across: the rows side by side, where there are no columns"
    )
    side_by_side: Positive = Field(
        default=1, description="this many rows stand beside one another, where there are no columns"
    )
    authors: Literal["none", "over", "beside"] = Field(
        default="none",
        description=(
            "the authors' curves: over ours where the settings agree, else in a column beside, or nowhere if there are"
            " columns; or always in a column beside"
        ),
    )
    steps: Literal["log", "linear", "epochs"] = Field(
        default="log",
        description=(
            "axis of steps; log is of step + 1, as in both papers; epochs is the same in passes over the training set,"
            " for runs whose batches or training sets differ in size"
        ),
    )
    events: list[EventName] = Field(
        default=["generalisation"], description="marked in every panel at the median step over seeds"
    )
    words: list[str] = Field(
        default=[],
        description="what the text says about every run, in this order; by default the rows' curves and events",
    )

    @model_validator(mode="after")
    def _fits(self) -> CurveGrid:
        if self.layout == "across" and (self.columns or self.down or self.authors != "none"):
            raise ValueError("layout across leaves no room for columns, down or authors")
        if self.side_by_side > 1 and (self.layout == "across" or self.columns or self.down or self.authors != "none"):
            raise ValueError("rows side by side leave no room for layout across, columns, down or authors")
        if self.authors == "beside" and self.columns:
            raise ValueError("the authors' curves take a second column, so there can be no columns")
        known = (*WORDS, *EVENT_NAMES)
        for word in self.words:
            if word not in known:
                raise ValueError(f"words: {word!r} is unknown; known are {', '.join(known)}")
        return self

    def axes(self) -> dict[str, Place]:
        """The axes that tell its runs apart, by the key that names them."""
        return {
            key: axis_place(getattr(self, key))
            for key in ("down", "columns", "colours")
            if getattr(self, key) is not None
        }

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads, and where each is named first."""
        found: dict[str, str] = {}
        for place, row in enumerate(self.rows):
            for curve in row.drawn():
                found.setdefault(curve.metric, f"rows.{place}.curves: {curve.curve}")
        return found


EVENT_NAMES: tuple[str, ...] = EventName.__args__  # type: ignore[attr-defined]
WORDS: tuple[str, ...] = (
    *dict.fromkeys(curve.said or curve.name for curve in CURVES.values()),
    "weight_norm_course",
)
"""What a curve grid can say of a run, beside the dates of events."""


class Robustness(Section):
    """Accuracy under attack, local complexity and controls of the attack, for one run (P2 Figs 1, 2, 6)."""

    accuracy: str = Field(description="file of `reference` with the authors' accuracies")
    complexity: str = Field(description="file of `reference` with the authors' local complexity")

    def axes(self) -> dict[str, Place]:
        """It shows one run."""
        return {}

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads."""
        return {"accuracy": "accuracy", "adversarial": "accuracy", "local_complexity": "complexity"}


class Tunnels(Section):
    """Rank by layer and the length of the tunnel, one column for each depth (P1 Figs 3 and 4)."""

    lengths: dict[int, int] = Field(default={}, description="depth: length of the tunnel that the text gives")

    def axes(self) -> dict[str, Place]:
        """Columns are depths."""
        return {"columns": Place(axis="depth")}

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads."""
        return {"accuracy": "accuracy", "spectra": "rank"}


class HeatMap(Section):
    """Heat maps of delay, stages and collapse over four axes of a grid of runs."""

    across: str = Field(description="axis whose values are the panels of a row")
    down: str = Field(description="axis whose values are the rows of panels")
    up: str = Field(description="axis inside a panel, upwards")
    along: str = Field(description="axis inside a panel, to the right")

    def axes(self) -> dict[str, Place]:
        """The four axes."""
        return {key: axis_place(getattr(self, key)) for key in ("across", "down", "up", "along")}

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads."""
        return {"accuracy": "across: test accuracy", "spectra": "across: collapse of rank"}


class Attacks(Section):
    """Accuracy under several attacks and under the worst of them: a row for each network, a column for each epsilon."""

    down: str | Place | None = Field(default=None, description="axis for each value of which there is a row")

    def axes(self) -> dict[str, Place]:
        """The axis that tells its runs apart, if there is one."""
        return {"down": axis_place(self.down)} if self.down else {}

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads."""
        return {"accuracy": "accuracy", "attack_suite": "accuracy under attack"}


Settings = Attacks | ComplexityMaps | CurveGrid | Frames | HeatMap | Robustness | Slices | Tunnels


class Drawing(Section):
    """How a figure is drawn: by exactly one kind."""

    attacks: Attacks | None = Field(default=None, exclude_if=lambda value: value is None)
    complexity_maps: ComplexityMaps | None = Field(default=None, exclude_if=is_none)
    curve_grid: CurveGrid | None = Field(default=None, exclude_if=lambda value: value is None)
    frames: Frames | None = Field(default=None, exclude_if=is_none)
    heat_map: HeatMap | None = Field(default=None, exclude_if=lambda value: value is None)
    robustness: Robustness | None = Field(default=None, exclude_if=lambda value: value is None)
    slices: Slices | None = Field(default=None, exclude_if=lambda value: value is None)
    tunnels: Tunnels | None = Field(default=None, exclude_if=lambda value: value is None)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, values: Any) -> Any:
        if isinstance(values, dict):
            for name in values:
                if name not in cls.model_fields:
                    raise ValueError(f"kind of figure {name!r} is unknown; known are {', '.join(cls.model_fields)}")
            if len(values) != 1:
                raise ValueError(f"a figure is drawn by one kind; it is one of {', '.join(cls.model_fields)}")
        return values

    @property
    def kind(self) -> str:
        """Name of the kind."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def settings(self) -> Settings:
        """What the kind is told."""
        found: Settings = getattr(self, self.kind)
        return found


def axis_place(given: str | Place) -> Place:
    """An axis, from its name alone or with a title."""
    return given if isinstance(given, Place) else Place(axis=given, title="")
