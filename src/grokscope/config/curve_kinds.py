"""The curves that figures draw by name, with their options, as the metrics declare them. How they are read is in
`grokscope.analysis.curves`, how they are drawn in `grokscope.figures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Discriminator, Field, Tag, create_model, model_validator

from grokscope.config.section import Section, is_none
from grokscope.metrics.declared_curves import ALL, SECOND_LAST, CurveDeclaration, CurveOption
from grokscope.metrics.registry import CURVES, METRIC_OF, table_of

EventName = Literal[
    "fit", "generalisation", "onset", "surge_1", "surge_2", "rank_collapse", "rank_second_descent",
    "complexity_peak", "migration", "robustness_lost", "robustness_onset",
]  # fmt: skip

BOLD = "bold"
"""An option of every curve whose layers can be drawn together."""


class Curve(Section):
    """A curve with options; a name alone takes the defaults. Each curve has a model of its own with its options."""

    curve: str
    measured_as: str | None = Field(
        default=None,
        exclude_if=is_none,
        description="the name under which its metric is measured on the runs, where that is not the metric's own",
    )

    @model_validator(mode="before")
    @classmethod
    def _its_own_options(cls, given: Any) -> Any:
        options = [name for name in cls.model_fields if name not in ("curve", "measured_as")]
        for option in given if isinstance(given, Mapping) else ():
            if option not in cls.model_fields:
                known = ", ".join(sorted(options)) or "none"
                raise ValueError(f"curve {given.get('curve')} has no option {option}; it has {known}")
        return given

    @property
    def declared(self) -> CurveDeclaration:
        """What its metric says of it."""
        return CURVES[self.curve]

    @model_validator(mode="after")
    def _of_a_measured_table(self) -> Curve:
        if self.measured_as and (self.declared.table or self.declared.reader):
            raise ValueError(f"curve {self.curve} is derived, so that measured_as does not name its table")
        return self

    @property
    def metric(self) -> str:
        """The metric that it is read from, by the name under which it is measured."""
        return self.measured_as or METRIC_OF[self.curve]

    @property
    def table(self) -> str:
        """The table that it is read from."""
        return self.measured_as or table_of(self.curve)

    def option(self, name: str) -> Any:
        """The value of an option; None where the curve has no such option or the default is found in the table."""
        return getattr(self, name, None)

    def with_option(self, name: str, value: Any) -> Curve:
        """The same curve with one value for an option."""
        return self.model_copy(update={name: value})

    def in_colours(self) -> str:
        """Name of the option whose values are drawn in several colours; empty where there is but one curve."""
        for name, option in self.declared.options.items():
            given = self.option(name)
            if not option.several:  # "all" may be a value of its own, such as the neurons of all tokens
                continue
            if given == ALL or isinstance(given, list) or (given is None and option.drawn == ALL):
                return name
        return ""


def _type_of(option: CurveOption) -> Any:
    """Type of a value that a figure may give an option."""
    one: Any
    if option.kind == "choice":
        one = Literal[option.choices]
    elif option.kind == "number":
        one = Annotated[float, Field(ge=option.at_least, gt=option.above)]
    else:
        one = Annotated[int, Field(ge=0)] | Literal["second_last"]
    several = one | Literal["all"] | Annotated[list[one], Field(min_length=1)] if option.several else one
    return several if option.value is not None else several | None


def _model_of(curve: CurveDeclaration) -> type[Curve]:
    fields: dict[str, Any] = {
        name: (_type_of(option), Field(default=option.value, description=option.description))
        for name, option in curve.options.items()
    }
    if any(option.kind == "layer" and option.several for option in curve.options.values()):
        fields[BOLD] = (
            Literal[SECOND_LAST] | None,
            Field(default=None, description="of all layers: the layer that is drawn bold"),
        )
    title = "".join(part.capitalize() for part in curve.name.split("_")) + "Curve"
    fields["curve"] = (Literal[curve.name], Field(description=curve.words))
    return create_model(title, __base__=Curve, __doc__=f"The curve {curve.name} with options.", **fields)


def _name_of(given: Any) -> str:
    """The name of a curve with options, right or wrong."""
    return str(given.get("curve") if isinstance(given, Mapping) else getattr(given, "curve", given))


CURVE_MODELS: dict[str, type[Curve]] = {name: _model_of(curve) for name, curve in CURVES.items()}

if TYPE_CHECKING:
    CurveName = str
    AnyCurve = Curve
else:
    CurveName = Literal[tuple(CURVES)]
    AnyCurve = Annotated[
        Union[tuple(Annotated[model, Tag(name)] for name, model in CURVE_MODELS.items())],  # noqa: UP007
        Discriminator(
            _name_of,
            custom_error_type="unknown_curve",
            custom_error_message=f"has no curve that is known; known are {', '.join(CURVES)}",
        ),
    ]
    """A curve with options, told apart by its name."""


def as_curve(given: CurveName | Curve) -> Curve:
    """A curve, from its name alone or with options."""
    return given if isinstance(given, Curve) else CURVE_MODELS[given](curve=given)
