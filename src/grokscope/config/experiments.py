"""What the papers did, as data: base settings, variants, scales, sweeps, figures and claims."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from grokscope.config.claim_settings import ClaimSettings, SharedByClaims
from grokscope.config.drawing import Drawing
from grokscope.config.scales import SCALES, Name, Scale, Variant
from grokscope.config.section import Positive, Section, is_none
from grokscope.config.smallest_effects import SmallestEffect

Scalar = int | float | str | bool
Overrides = dict[str, Any]


def _is_empty(value: Any) -> bool:
    return value == ""


class ByScale(Section):
    """Overrides of settings at a scale; paper scale is the base itself."""

    smoke: Overrides = {}
    quick: Overrides = {}
    paper: Overrides = {}


class AxisValues(Section):
    """Values of a swept setting at each scale; the position in the list is the same condition of the paper."""

    smoke: list[Scalar] = Field(min_length=1)
    quick: list[Scalar] = Field(min_length=1)
    paper: list[Scalar] = Field(min_length=1)


class Axis(Section):
    """One swept setting, or conditions that differ in several settings."""

    key: str | None = Field(
        default=None,
        pattern=r"^(data|model|training|checkpoints)(\.[a-z_]+)+$",
        description=(
            "dotted path of the setting, such as model.depth; none: the values are words for conditions, and `also`"
            " says what each of them changes"
        ),
    )
    values: AxisValues | list[Scalar] = Field(description="one list for all scales, or one for each scale")
    names: list[Name] = Field(
        default=[],
        description="names of the positions, by which claims and figures may call them, such as shallow, deep",
    )
    also: dict[str, Overrides] = Field(
        default={},
        description="further settings that belong to a value, such as the learning rate that suits an optimiser",
    )

    @field_validator("values")
    @classmethod
    def _each_once(cls, values: AxisValues | list[Scalar]) -> AxisValues | list[Scalar]:
        for one_scale in [values] if isinstance(values, list) else [values.smoke, values.quick, values.paper]:
            twice = next((value for place, value in enumerate(one_scale) if value in one_scale[:place]), None)
            if twice is not None:
                raise ValueError(f"the axis names {twice!r} twice")
        return values

    @model_validator(mode="after")
    def _of_known_values(self) -> Axis:
        lists = [self.values] if isinstance(self.values, list) else vars(self.values).values()
        known = [str(value) for values in lists for value in values]
        for value in self.also:
            if value not in known:
                raise ValueError(f"also: {value!r} is no value of the axis; it has {', '.join(dict.fromkeys(known))}")
        return self

    @model_validator(mode="after")
    def _of_something(self) -> Axis:
        if self.key is None and not self.also:
            raise ValueError(
                "key: name the setting whose values these are, or say under also what each of them changes"
            )
        return self

    def at(self, scale: Scale) -> list[Scalar]:
        """The values at `scale`."""
        return self.values if isinstance(self.values, list) else getattr(self.values, scale)


class VariantSettings(Section):
    """How a variant differs from the base."""

    description: str
    settings: Overrides = {}
    scales: ByScale = ByScale()


class Sweep(Section):
    """A set of runs: the base, changed, times the product of the axes."""

    settings: Overrides = {}
    scales: ByScale = ByScale()
    axes: dict[Name, Axis] = {}
    run_id: str | None = Field(default=None, description="replaces the paper's template of run ids")
    of: Name | None = Field(
        default=None, description="id of the paper whose base, scales, variants and run_id hold; by default this one"
    )
    like: Name | None = Field(
        default=None,
        description="another sweep of that paper, whose settings, scales, seeds and run_id hold where this one changes"
        " nothing; its axes do not",
    )
    seeds: dict[Scale, Positive] = Field(
        default={}, description="at most this many seeds at a scale, where config.yaml leaves their number open (auto)"
    )
    grid: bool = Field(
        default=False,
        description="for many small runs that only figures and claims use: they get no run card and no page",
    )


class FigureSettings(Section):
    """One figure of a paper."""

    title: str
    where: str = Field(description="figure number in the paper")
    shows: str = Field(description="what the paper's figure shows, in our words")
    see: str = Field(default="", exclude_if=_is_empty, description="one sentence that says what to look for in it")
    sweeps: list[Name] = Field(description="the sweeps whose runs it is drawn from")
    metrics: list[str] = Field(min_length=1)
    at: dict[Name, int | Name] = Field(
        default={}, description="only the runs at these positions (numbers or names) on these axes"
    )
    unknown: str = Field(default="", description="what the paper leaves open, and how the figure deals with it")
    reference: list[str] = Field(default=[], description="files of reference/ with the authors' values")
    headline: bool = False
    scales: list[Scale] = Field(default=list(SCALES), min_length=1)
    draw: Drawing | None = Field(
        default=None,
        exclude_if=is_none,
        description=("how it is drawn; without this key the module grokscope.figures.<paper>.<figure> draws it"),
    )

    @model_validator(mode="after")
    def _some(self) -> FigureSettings:
        if not self.sweeps:
            raise ValueError("the figure names no sweep")
        return self


class About(Section):
    """What holds for all experiments of a paper."""

    id: Name
    title: str
    authors: str | None = Field(
        default=None, description="authors of the paper; experiments of our own have none, and no year and arxiv either"
    )
    year: int | None = None
    arxiv: str | None = None
    run_id: str = Field(default="", description="template of run ids, such as mlp-d{model.depth}")
    default_variant: Variant = "as_code"
    base: Overrides = Field(
        default={}, description="the paper's settings; none where every sweep starts from another paper's"
    )
    scales: ByScale = ByScale()
    variants: dict[Variant, VariantSettings]
    families: dict[Name, str] = Field(
        default={}, description="questions, a sentence each; claims of one family share a correction for multiplicity"
    )

    smallest_effects: dict[Name, SmallestEffect] = Field(
        default={},
        description="smallest effects that matter of one's own, beside those of experiments/smallest_effects.yaml",
    )

    @model_validator(mode="after")
    def _has_its_default(self) -> Self:
        if self.default_variant not in self.variants:
            raise ValueError(f"default_variant {self.default_variant} is not among variants")
        return self


class Experiments(About):
    """All experiments of a paper: a file of one's own, or the files of a folder put together."""

    sweeps: dict[Name, Sweep]
    figures: dict[Name, FigureSettings] = {}
    claims: dict[Name, ClaimSettings] = {}


class Order(Section):
    """The order of a folder's sweeps, figures and claims; anything not named comes last, in the order of the files."""

    sweeps: list[Name] = []
    figures: list[Name] = Field(default=[], description="names of figures' files, without .yaml")
    claims: list[Name] = []


class PaperFile(About):
    """The file `paper.yaml` of a folder of experiments: what its figures share."""

    order: Order = Order()
    sweeps: dict[Name, Sweep] = Field(default={}, description="sweeps that several figures share")
    claims: dict[Name, ClaimSettings] = Field(default={}, description="claims that belong to no figure")


class FigureFile(Section):
    """Any other file of a folder: one figure, named after the file, with sweeps and claims; or only these."""

    figure: FigureSettings | None = None
    sweeps: dict[Name, Sweep] = Field(
        default={}, description="the figure's sweeps; other files of the folder may name them too"
    )
    all_claims: SharedByClaims = Field(
        default=SharedByClaims(), description="what the claims of this file have in common, unless one says otherwise"
    )
    claims: dict[Name, ClaimSettings] = Field(
        default={}, description="claims that the figure shows, unless they name another one"
    )
