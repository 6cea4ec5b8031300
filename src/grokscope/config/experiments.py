"""What the papers did, as data: base settings, variants, scales, sweeps, figures and claims (the folder `experiments/`)."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from grokscope.config.drawing import Drawing
from grokscope.config.metric_settings import METRIC_NAMES
from grokscope.config.run_settings import Section, _is_none

Scale = Literal["smoke", "quick", "paper"]
SCALES: tuple[Scale, ...] = ("smoke", "quick", "paper")
Variant = Literal["as_text", "as_code", "corrected"]
Scalar = int | float | str | bool
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
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
    """One swept setting."""

    key: str = Field(pattern=r"^(data|model|training|checkpoints)(\.[a-z_]+)+$", description="dotted path of the setting, such as model.depth")
    values: AxisValues | list[Scalar] = Field(description="one list for all scales, or one for each scale")
    names: list[Name] = Field(default=[], description="names of the positions, by which claims and figures may call them, such as shallow, deep")

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
    of: Name | None = Field(default=None, description="id of the paper whose base, scales, variants and run_id hold; by default this one")
    grid: bool = Field(default=False, description="many small runs, read by figures and claims only: no run card and no page of their own")


class FigureSettings(Section):
    """One figure of a paper."""

    title: str
    where: str = Field(description="figure number in the paper")
    shows: str = Field(description="what the paper's figure shows, in our words")
    see: str = Field(default="", exclude_if=_is_empty, description="one sentence that says what to look for in it")
    sweeps: list[Name] = Field(description="the runs it is drawn from")
    metrics: list[str] = Field(min_length=1)
    at: dict[Name, int | Name] = Field(default={}, description="only the runs at these positions (numbers or names) on these axes")
    unknown: str = Field(default="", description="what the paper leaves open, and how the figure deals with it")
    reference: list[str] = Field(default=[], description="files of reference/ with the authors' values")
    headline: bool = False
    scales: list[Scale] = Field(default=list(SCALES), min_length=1)
    draw: Drawing | None = Field(
        default=None, exclude_if=_is_none, description="how it is drawn; none: by the module grokscope.figures.<paper>.<figure>, for a figure like no other"
    )

    @model_validator(mode="after")
    def _some(self) -> FigureSettings:
        if not self.sweeps:
            raise ValueError("the figure names no run")
        unknown = sorted(set(self.metrics) - set(METRIC_NAMES))
        if unknown:
            raise ValueError(f"unknown metric {unknown[0]}; known are {', '.join(METRIC_NAMES)}")
        return self


class Meanings(Section):
    """What each verdict on a claim would mean for the paper."""

    supported: str
    contradicted: str
    inconclusive: str


ClaimKind = Literal["result", "mechanism", "break_condition", "failure_signature", "table", "follow_up", "control"]


def add_effect_and_expectation(schema: dict[str, Any]) -> None:
    """Let the schema of a claim know the keys that stand for several others."""
    size = {"type": "number", "minimum": 0}
    schema["properties"] |= {
        "effect": {
            "type": "object", "minProperties": 1, "maxProperties": 1,
            "description": "name of an estimand (grokscope.analysis.declarations.estimands) with its parameters",
        },
        "expect": {
            "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False,
            "properties": dict.fromkeys(TESTS_EXPECTED, size),
            "description": "greater or less than 0 by the smallest effect that matters; within that much of 0, or apart from it by that much",
        },
    }  # fmt: skip


Expectation = Literal["greater", "less", "within", "apart"]
TESTS_EXPECTED: dict[Expectation, str | None] = {"greater": None, "less": None, "within": "equivalence", "apart": "apart"}
"""What a claim expects of its effect -> the test of that, where the expectation alone decides it."""


class ClaimSettings(Section):
    """One sentence of a paper made testable.

    In a file `effect: {<estimand>: {<parameters>}}` stands for `estimand` and `parameters`, and `expect: {<expectation>: <size>}` for
    `direction`, `smallest_effect` and, with `within` and `apart`, `test`. `grokscope.config.claims` derives what a claim leaves out.
    """

    model_config = ConfigDict(**Section.model_config, json_schema_extra=add_effect_and_expectation)

    statement: str = Field(description="the paper's statement, in our words")
    where: str = Field(description="where it stands")
    kind: ClaimKind = Field(default="result", description="what it is in the paper or its summary; a control is ours and in neither")
    needs: str = Field(default="", description="what would be needed to test it, where no sweep does")
    sweeps: list[Name] = Field(default=[], description="the runs it needs; none means that it can not be tested yet")
    metrics: list[str] = []
    estimand: str | None = Field(default=None, description="name of a function in grokscope.analysis.estimands")
    parameters: dict[str, Any] = {}
    other_measures: dict[str, dict[str, Any]] = Field(
        default={}, description="words for a measure: parameters that replace some of the claim's; its verdict by them is shown beside its own"
    )
    test: str | None = Field(default=None, description="name of a test in grokscope.analysis.hypothesis_tests")
    direction: Literal["greater", "less"] = "greater"
    smallest_effect: float = Field(default=0.0, ge=0, description="effects smaller than this do not matter, in units of the estimand")
    unit: str = ""
    family: str = Field(default="", description="one of the families that the paper declares")
    minimum_seeds: int = Field(default=3, ge=2)
    figure: Name | None = Field(default=None, description="the figure that shows it")
    means: Meanings
    scales: list[Scale] = Field(default=list(SCALES), min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _effect_and_expectation(cls, given: Any) -> Any:
        """Put `effect` and `expect` into the keys that they stand for."""
        if not isinstance(given, dict) or not {"effect", "expect"} & set(given):
            return given
        found = {key: value for key, value in given.items() if key not in ("effect", "expect")}
        if "effect" in given:
            estimand, parameters = _only(given["effect"], "effect", "estimand")
            found |= _new(found, {"estimand": estimand, "parameters": {} if parameters is None else parameters}, "effect")
        if "expect" in given:
            expectation, size = _only(given["expect"], "expect", "expectation")
            if expectation not in TESTS_EXPECTED:
                raise ValueError(f"expect: {expectation!r} is unknown; known are {', '.join(TESTS_EXPECTED)}")
            if isinstance(size, bool) or not isinstance(size, int | float) or not math.isfinite(size):
                raise ValueError(f"expect.{expectation}: should be a finite number (got {size!r:.60})")
            sense = {"direction": expectation} if expectation in ("greater", "less") else {"test": TESTS_EXPECTED[expectation]}
            found |= _new(found, {"smallest_effect": size} | sense, "expect")
        return found


def _only(value: Any, key: str, what: str) -> tuple[Any, Any]:
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f"{key}: expected one {what} with what belongs to it, got {value!r:.60}")
    return next(iter(value.items()))


def _new(found: dict[str, Any], more: dict[str, Any], key: str) -> dict[str, Any]:
    twice = sorted(set(found) & set(more))
    if twice:
        raise ValueError(f"{twice[0]}: is given beside {key}, which says it too")
    return more


class About(Section):
    """What holds for all experiments of a paper."""

    id: Name
    title: str
    authors: str | None = Field(default=None, description="of a paper; experiments of our own have neither authors nor year nor arxiv")
    year: int | None = None
    arxiv: str | None = None
    run_id: str = Field(default="", description="template of run ids, such as mlp-d{model.depth}")
    default_variant: Variant = "as_code"
    base: Overrides = Field(default={}, description="the paper's settings; none where every sweep starts from another paper's")
    scales: ByScale = ByScale()
    variants: dict[Variant, VariantSettings]
    families: dict[Name, str] = Field(
        default={}, description="questions, a sentence each; claims of one family share a correction for multiplicity"
    )

    @model_validator(mode="after")
    def _has_its_default(self) -> Self:
        if self.default_variant not in self.variants:
            raise ValueError(f"default_variant {self.default_variant} is not among variants")
        return self


class Experiments(About):
    """All experiments of a paper: a file of one's own, or the files of a folder put together."""

    sweeps: dict[Name, Sweep]
    figures: dict[Name, FigureSettings]
    claims: dict[Name, ClaimSettings]


class Order(Section):
    """The order of a folder's sweeps, figures and claims in the plan and in the report; what is not named comes after, in the order of the files."""

    sweeps: list[Name] = []
    figures: list[Name] = Field(default=[], description="names of figures' files, without .yaml")
    claims: list[Name] = []


class PaperFile(About):
    """The file `paper.yaml` of a folder of experiments: what its figures share."""

    order: Order = Order()
    sweeps: dict[Name, Sweep] = Field(default={}, description="sweeps that several figures share")
    claims: dict[Name, ClaimSettings] = Field(default={}, description="claims that belong to no figure")


class FigureFile(Section):
    """Any other file of a folder of experiments: one figure, whose name is the file's, with its sweeps and claims; or sweeps and claims without a figure."""

    figure: FigureSettings | None = None
    sweeps: dict[Name, Sweep] = Field(default={}, description="the figure's sweeps; other files of the folder may name them too")
    claims: dict[Name, ClaimSettings] = Field(default={}, description="claims that the figure shows, unless they name another one")
