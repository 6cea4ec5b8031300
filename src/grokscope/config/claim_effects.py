"""In which steps a claim's effect is counted along an axis, and the number behind its smallest effect that matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.analysis.declarations.coordinates import Coordinate, coordinate_named, coordinate_of
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiments import Sweep
from grokscope.config.smallest_effects import SHARED_NAME, SmallestEffect
from grokscope.errors import UserError


def coordinate_of_axis(
    claim: ClaimSettings, parameters: Mapping[str, Any], sweeps: Mapping[str, Sweep], where: str
) -> Coordinate | None:
    """The coordinate of the axis along which an effect is measured; None without an axis or a coordinate.

    In a claim without runs that of the setting which the axis is named after. Raises UserError where sweeps disagree,
    or a value of the axis that takes part has no place.
    """
    axis = parameters.get("axis")
    if not isinstance(axis, str):
        return None
    swept = {name: sweeps[name].axes[axis] for name in claim.sweeps if name in sweeps and axis in sweeps[name].axes}
    if not claim.sweeps:
        return coordinate_named(axis)
    found = {name: coordinate_of(setting.key) for name, setting in swept.items()}
    if len(set(found.values())) > 1:
        raise UserError(
            f"{where}.parameters.axis: {axis} is not counted in the same steps in sweeps {' and '.join(found)};"
            " name one of them"
        )
    coordinate = next(iter(found.values()), None)
    if coordinate is None:
        return None
    kept = parameters.get("positions")
    for name, setting in swept.items():
        for scale in claim.scales:
            for position, value in enumerate(setting.at(scale)):
                if (kept is None or position in kept) and coordinate.at(value) is None:
                    raise UserError(
                        f"{where}.parameters.axis: {axis} {value!r} of sweep {name} has no place among"
                        f" {coordinate.scale}; choose the others by positions"
                    )
    return coordinate


def number_of(claim: ClaimSettings, counted_in: str, smallest: Mapping[str, SmallestEffect], where: str) -> float:
    """The number behind the name that the claim gives, whose unit has to be the one that its effect is counted in.

    Raises UserError where there is no name, the name is unknown or does not fit, or another number is given beside it.
    """
    name = claim.smallest_effect_name
    fitting = [known for known, effect in smallest.items() if effect.unit == counted_in]
    fit = f"those that fit are {', '.join(fitting)}" if fitting else "none fits"
    choice = f"{fit}; a new one is declared in {SHARED_NAME} or under smallest_effects, with unit: {counted_in!r}"
    if name is None:
        raise UserError(
            f"{where}.expect: should name a smallest effect that matters, as greater, less, within or apart; {choice}"
        )
    if name not in smallest:
        raise UserError(f"{where}.expect: there is no smallest effect {name!r}; {choice}")
    if smallest[name].unit != counted_in:
        raise UserError(
            f"{where}.expect: {name} is counted in {smallest[name].unit!r}, the effect of this claim in {counted_in!r};"
            f" {choice}"
        )
    value = smallest[name].value
    if "smallest_effect" in claim.model_fields_set and claim.smallest_effect != value:
        raise UserError(f"{where}.smallest_effect: {claim.smallest_effect:g} is not {name}, {value:g}; leave it out")
    return value
