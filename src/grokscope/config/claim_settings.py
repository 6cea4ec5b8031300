"""What a claim says: one sentence of a paper made testable."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, field_validator, model_validator

from grokscope.analysis.declarations.premises import PREMISES
from grokscope.config.scales import SCALES, Name, Scale
from grokscope.config.section import Section


class Meanings(Section):
    """What each verdict on a claim would mean for the paper."""

    supported: str
    contradicted: str
    inconclusive: str = Field(default="", description="by default a sentence that follows from effect and test")
    not_seen: str = "What the claim speaks of does not occur at these settings, so they say nothing about it."


ClaimKind = Literal["result", "mechanism", "break_condition", "failure_signature", "table", "follow_up", "control"]


PREMISE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "properties": {name: {} for name in PREMISES},
    "additionalProperties": False,
}
"""A premise as a file may give it: a value without a name stands for the parameter that is meant most often."""


def add_effect_and_expectation(schema: dict[str, Any]) -> None:
    """Let the schema of a claim know the keys that stand for several others."""
    name = TypeAdapter(Name).json_schema()
    schema["properties"] |= {"premise": schema["properties"]["premise"] | PREMISE_SCHEMA}
    schema["properties"] |= {
        "effect": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "description": "name of an estimand (grokscope.analysis.declarations.estimands) with its parameters",
        },
        "expect": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": dict.fromkeys(TESTS_EXPECTED, name),
            "description": "greater or less than 0 by the smallest effect that matters, which is given by its name in "
            "experiments/smallest_effects.yaml; within that much of 0, or apart from it by that much",
        },
    }


Expectation = Literal["greater", "less", "within", "apart"]
TESTS_EXPECTED: dict[Expectation, str | None] = {
    "greater": None,
    "less": None,
    "within": "equivalence",
    "apart": "apart",
}
"""What a claim expects of its effect -> the test of that, where the expectation alone decides it."""


def premise_parameters(given: dict[Any, Any]) -> dict[str, dict[str, Any]]:
    """Premises with their parameters by name. Raises ValueError where one is unknown or a value stands for none."""
    found = {}
    for name, value in given.items():
        if name not in PREMISES:
            raise ValueError(f"premise: {name!r} is unknown; known are {', '.join(PREMISES)}")
        try:
            found[name] = PREMISES[name].parameters_of(value)
        except ValueError as error:
            raise ValueError(f"premise.{name}: {error}") from error
    return found


class SharedByClaims(Section):
    """What all claims of a file have in common; a claim that says something else itself keeps it."""

    kind: ClaimKind | None = None
    sweeps: list[Name] | None = None
    family: str | None = None
    figure: Name | None = None
    premise: dict[str, dict[str, Any]] | None = Field(
        default=None, json_schema_extra={"anyOf": [PREMISE_SCHEMA, {"type": "null"}]}
    )
    minimum_seeds: int | None = Field(default=None, ge=2)
    scales: list[Scale] | None = Field(default=None, min_length=1)

    @field_validator("premise", mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        return premise_parameters(given) if isinstance(given, dict) else given

    def shared_with(self, claim: ClaimSettings) -> ClaimSettings:
        """The claim with what it leaves out."""
        given = self.model_dump(exclude_none=True)
        return claim.model_copy(
            update={key: value for key, value in given.items() if key not in claim.model_fields_set}
        )


class ClaimSettings(Section):
    """One sentence of a paper made testable.

    In a file `effect: {<estimand>: {<parameters>}}` stands for `estimand` and `parameters`, and `expect:
    {<expectation>: <name>}` for `direction`, `smallest_effect_name` and, with `within` and `apart`, `test`.
    `grokscope.config.claims` derives what a claim leaves out, and the number that the name stands for.
    """

    model_config = ConfigDict(**Section.model_config, json_schema_extra=add_effect_and_expectation)

    statement: str = Field(description="the paper's statement, in our words")
    where: str = Field(description="where the paper says it, or that it is ours")
    kind: ClaimKind = Field(
        default="result",
        description=(
            "a result or a row of a table; a part of the paper's explanation (mechanism), what would break it"
            " (break_condition) or a sign of its failure (failure_signature); a follow_up or a control of ours"
        ),
    )
    needs: str = Field(default="", description="what it would take to test the claim, if there are no runs for it")
    sweeps: list[Name] = Field(
        default=[], description="the sweeps whose runs it needs; a claim without any cannot be tested yet"
    )
    metrics: list[str] = []
    estimand: str | None = Field(default=None, description="name of a function in grokscope.analysis.estimands")
    parameters: dict[str, Any] = {}
    premise: dict[str, dict[str, Any]] = Field(
        default={},
        description=(
            "what has to be there for the claim to be decidable, all of it: names of premises"
            " (grokscope.analysis.declarations.premises) with their parameters, or with the events that must be shown"
        ),
    )
    other_measures: dict[str, dict[str, Any]] = Field(
        default={},
        description=(
            "name of another measure: parameters that replace some of the claim's own; the verdict by this measure is"
            " shown beside that of the claim"
        ),
    )
    test: str | None = Field(default=None, description="name of a test in grokscope.analysis.hypothesis_tests")
    direction: Literal["greater", "less"] = "greater"
    smallest_effect_name: str | None = Field(
        default=None, description="one of experiments/smallest_effects.yaml or of the paper's own smallest_effects"
    )
    smallest_effect: float = Field(
        default=0.0, ge=0, description="smaller effects do not matter; the number of that name"
    )
    unit: str = ""
    family: str = Field(default="", description="one of the families that the paper declares")
    minimum_seeds: int = Field(default=3, ge=2)
    figure: Name | None = Field(default=None, description="the figure that shows it")
    means: Meanings
    scales: list[Scale] = Field(default=list(SCALES), min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _effect_and_expectation(cls, given: Any) -> Any:
        """Put `effect` and `expect` into the keys that they stand for, and a premise's value under its parameter."""
        if isinstance(given, dict) and isinstance(given.get("premise"), dict):
            given = given | {"premise": premise_parameters(given["premise"])}
        if not isinstance(given, dict) or not {"effect", "expect"} & set(given):
            return given
        found = {key: value for key, value in given.items() if key not in ("effect", "expect")}
        if "effect" in given:
            estimand, parameters = _only(given["effect"], "effect", "estimand")
            found |= _new(
                found, {"estimand": estimand, "parameters": {} if parameters is None else parameters}, "effect"
            )
        if "expect" in given:
            expectation, name = _only(given["expect"], "expect", "expectation")
            if expectation not in TESTS_EXPECTED:
                raise ValueError(f"expect: {expectation!r} is unknown; known are {', '.join(TESTS_EXPECTED)}")
            if not isinstance(name, str):
                raise ValueError(
                    f"expect.{expectation}: should be the name of a smallest effect that matters, from"
                    f" experiments/smallest_effects.yaml or the paper's smallest_effects (got {name!r:.60})"
                )
            sense = (
                {"direction": expectation}
                if expectation in ("greater", "less")
                else {"test": TESTS_EXPECTED[expectation]}
            )
            found |= _new(found, {"smallest_effect_name": name} | sense, "expect")
        return found


def _only(value: Any, key: str, what: str) -> tuple[Any, Any]:
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f"{key}: expected one {what} and what belongs to it, got {value!r:.60}")
    return next(iter(value.items()))


def _new(found: dict[str, Any], more: dict[str, Any], key: str) -> dict[str, Any]:
    twice = sorted(set(found) & set(more))
    if twice:
        raise ValueError(f"{twice[0]}: is given beside {key}, which says it too")
    return more
