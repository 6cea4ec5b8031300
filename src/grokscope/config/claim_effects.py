"""In which steps a claim's effect is counted along an axis, and the number behind its smallest effect that matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.analysis.declarations.coordinates import Coordinate, coordinate_named, coordinate_of
from grokscope.analysis.declarations.estimands import ESTIMANDS
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiments import Axis, Sweep
from grokscope.config.smallest_effects import SHARED_NAME, SmallestEffect
from grokscope.errors import UserError

Sweeps = Mapping[str, Sweep]
Smallest = Mapping[str, SmallestEffect]
"""The smallest effects that a claim may name."""


def coordinate_of_axis(claim: ClaimSettings, parameters: Mapping[str, Any], sweeps: Sweeps) -> Coordinate | None:
    """The coordinate of the axis along which the claim's effect is measured; None without an axis or a coordinate.

    In a claim without runs it is that of the setting which the axis is named after.
    """
    if not claim.sweeps:
        return coordinate_named(str(parameters.get("axis")))
    return next((coordinate_of(axis.key) for axis in _axes(claim, parameters, sweeps).values()), None)


def _axes(claim: ClaimSettings, parameters: Mapping[str, Any], sweeps: Sweeps) -> dict[str, Axis]:
    """The claim's sweeps that have the axis, and that axis in each of them."""
    axis = str(parameters.get("axis"))
    return {name: sweeps[name].axes[axis] for name in claim.sweeps if name in sweeps and axis in sweeps[name].axes}


def number_of(claim: ClaimSettings, counted_in: str, smallest: Smallest, where: str) -> float:
    """The number that the claim's name of a smallest effect stands for; `counted_in` is the unit that fits the claim.

    Raises UserError where there is no name, the name is unknown, or another number is given beside it.
    """
    name = claim.smallest_effect_name
    if name is None:
        raise UserError(
            f"{where}.expect: should name a smallest effect that matters, as greater, less, within or apart;"
            f" {_choice(counted_in, smallest)}"
        )
    if name not in smallest:
        raise UserError(f"{where}.expect: there is no smallest effect {name!r}; {_choice(counted_in, smallest)}")
    value = smallest[name].value
    if "smallest_effect" in claim.model_fields_set and claim.smallest_effect != value:
        raise UserError(f"{where}.smallest_effect: {claim.smallest_effect:g} is not {name}, {value:g}; leave it out")
    return value


def check_effect(claim: ClaimSettings, sweeps: Sweeps, smallest: Smallest, where: str) -> None:
    """Raise UserError if the effect of a claim whose parameters are right cannot be counted in steps of its axis, or
    its smallest effect that matters is counted in something else.
    """
    declared = ESTIMANDS[str(claim.estimand)]
    coordinate = coordinate_of_axis(claim, claim.parameters, sweeps) if declared.slope else None
    if coordinate is not None:
        _check_places(claim, _axes(claim, claim.parameters, sweeps), coordinate, f"{where}.parameters.axis")
    counted_in = declared.measured_in(claim.parameters, coordinate)
    name = str(claim.smallest_effect_name)
    if smallest[name].unit != counted_in:
        raise UserError(
            f"{where}.expect: {name} is counted in {smallest[name].unit!r}, the effect of this claim in {counted_in!r};"
            f" {_choice(counted_in, smallest)}"
        )


def _check_places(claim: ClaimSettings, axes: Mapping[str, Axis], coordinate: Coordinate, where: str) -> None:
    name, kept = claim.parameters["axis"], claim.parameters.get("positions")
    for sweep, axis in axes.items():
        if coordinate_of(axis.key) != coordinate:
            raise UserError(f"{where}: {name} is another setting in sweep {sweep} than in {next(iter(axes))}")
        for scale in claim.scales:
            for position, value in enumerate(axis.at(scale)):
                if (kept is None or position in kept) and coordinate.at(value) is None:
                    raise UserError(
                        f"{where}: {name} {value!r} of sweep {sweep} has no place among {coordinate.scale}; choose the"
                        " others by positions"
                    )


def _choice(counted_in: str, smallest: Smallest) -> str:
    """What could be named instead."""
    fitting = ", ".join(name for name, effect in smallest.items() if effect.unit == counted_in)
    fit = f"those that fit are {fitting}" if fitting else "none fits"
    return f"{fit}; a new one is declared in {SHARED_NAME} or under smallest_effects, with unit: {counted_in!r}"
