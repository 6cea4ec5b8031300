"""What modular arithmetic says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isqrt
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, model_validator

from grokscope.config.section import OneOf, Positive, is_none
from grokscope.data.declared import Classes, Task, TaskFacts, TaskSettings, Tokens
from grokscope.data.modular_arithmetic.pairs import OPERATIONS, lowest_second, most_frequent, number_of_pairs

POSITIONS = 4
"""x, operation, y, equals sign."""

SIGNS = 2
"""Tokens beside the numbers: the operation is token p, the equals sign token p + 1."""

HIGHEST_MODULUS = 1000
"""All pairs are counted when runs are planned."""

_FORMULAS = "; ".join(f"{name}: {operation.formula}" for name, operation in OPERATIONS.items())


class ModularArithmeticSettings(TaskSettings):
    """x, operation, y, equals sign -> the result modulo p. Training pairs are drawn, and test pairs are the rest."""

    name: Literal["modular_arithmetic"] = Field(
        description="task: the result of an operation on two numbers modulo a number, from part of all pairs"
    )
    train_size: Annotated[
        Positive, WithJsonSchema({"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "null"}]})
    ] = Field(description="number of training pairs; none: as many as `fraction` says")
    fraction: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        exclude_if=is_none,
        description=(
            "share of all ordered pairs that are for training, rounded down; resolved settings have the `train_size`"
            " that it gives, and a `train_size` that is given wins"
        ),
    )
    modulus: int = Field(default=97, ge=2, le=HIGHEST_MODULUS, description="p; both numbers lie below it")
    operation: Annotated[str, OneOf(OPERATIONS)] = Field(
        default="add",
        description=f"modulo p, {_FORMULAS}; dividing by every y leaves out y = 0, and dividing needs a prime p",
    )
    second_from: int = Field(
        default=0, ge=0, description="smallest y; Fig 8 of Deep Networks Always Grok has pairs from 1 on"
    )
    draw: int = Field(
        default=0, ge=0, description="number of the draw of training pairs, which all seeds of a run share"
    )

    @model_validator(mode="before")
    @classmethod
    def _size_of_fraction(cls, values: Any) -> Any:
        """Replace a fraction by the number of pairs that it means, so that the same training has the same settings."""
        if not isinstance(values, dict):
            return values
        found = dict(values)
        fraction = found.get("fraction")
        fits = isinstance(fraction, int | float) and 0 < fraction < 1
        if found.get("train_size") is None:
            if fraction is None:
                raise ValueError("needs train_size, or the fraction of all pairs that are for training")
            # what cannot be used is left for the checks of its own field
            found["train_size"] = max(1, int(Fraction(str(fraction)) * _pairs(found))) if fits else 1
        if fits:
            del found["fraction"]
        return found


def _pairs(values: dict[str, Any]) -> int:
    """Number of pairs of settings that may be wrong, when it is 0."""
    fields = ModularArithmeticSettings.model_fields
    operation, modulus, second_from = (
        values.get(key, fields[key].default) for key in ("operation", "modulus", "second_from")
    )
    if operation not in OPERATIONS or not isinstance(modulus, int) or not isinstance(second_from, int):
        return 0
    return number_of_pairs(operation, modulus, second_from)


def facts(settings: ModularArithmeticSettings) -> TaskFacts:
    """Four tokens in, one of p classes out. `most_frequent` is the exact share of a class among the test pairs."""
    task = (settings.operation, settings.modulus, settings.second_from)
    impossible = any(complaints(settings))
    share = None if impossible else most_frequent(*task, settings.draw, settings.train_size)
    return TaskFacts(
        Tokens(POSITIONS, settings.modulus + SIGNS),
        Classes(settings.modulus, most_frequent=share),
        settings.train_size,
        number_of_pairs(*task) - settings.train_size,
    )


def complaints(settings: ModularArithmeticSettings) -> Iterator[str]:
    """An operation that is not defined, and sizes that leave no pair."""
    modulus, operation, size = settings.modulus, settings.operation, settings.train_size
    divisor = next((number for number in range(2, isqrt(modulus) + 1) if modulus % number == 0), None)
    if divisor is not None and OPERATIONS[operation].divides_by:
        reason = f"{operation} needs a prime, and this is a multiple of {divisor}"
        yield f"modulus {modulus}: {reason}; use a prime such as 97"
    if lowest_second(operation, settings.second_from) >= modulus:
        yield f"second_from {settings.second_from}: modulo {modulus} the second number is at most {modulus - 1}"
        return
    pairs = number_of_pairs(operation, modulus, settings.second_from)
    if size > pairs:
        yield f"train_size {size}: there are only {pairs} pairs, and some have to be left for the test"
    elif size == pairs:
        yield f"train_size {size}: these are all pairs, and none is left for the test; use fewer"


MODULAR_ARITHMETIC = Task(
    name="modular_arithmetic",
    settings=ModularArithmeticSettings,
    facts=facts,
    made_by="grokscope.data.modular_arithmetic.make",
    complaints=complaints,
)
