"""What the estimand of a claim was told, in words: which runs are compared, by which measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.report.claims import Claim, words
from grokscope.report.threshold_words import parameter_in_words, setting_in_words
from grokscope.report.wording import flattened, listing


def parameters_of(claim: Claim) -> list[tuple[str, str]]:
    """Names and values; positions on an axis are shown as the values that they have at this scale."""
    given = dict(claim.settings.get("parameters") or {})
    where, between = given.pop("where", None), given.pop("between", None)
    compared = _compared(claim, given, where if isinstance(where, dict) else {})
    found = [told for key, value in flattened(given) if (told := parameter_in_words(key, value))]
    found = [*compared, *found]
    for axis, position in where.items() if isinstance(where, dict) else ():
        values = _values(claim, axis, position)
        found.append((f"Runs with {words(axis)}", _listed(values) or str(position)))
    for axis, ends in between.items() if isinstance(between, dict) else ():
        values = [_values(claim, axis, position) for position in ends]
        found.append((f"From one {words(axis)} to another", " to ".join(_listed(value) for value in values)))
    return found


def _compared(claim: Claim, given: dict[str, Any], where: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which values of an axis are compared, taken out of `given`; nothing where it names no positions."""
    axis = given.get("axis")
    members = [
        member
        for member in claim.members
        if axis in member["positions"] and all(member["positions"].get(key) == at for key, at in where.items())
    ]
    if axis is None or not members:
        return []
    every = sorted({member["positions"][axis] for member in members})
    if given.get("positions") is not None:
        chosen = given["positions"]
        if not set(chosen) <= set(every):
            return []
        told = listing(_at(members, axis, at) for at in chosen)
    elif given.get("split_at") is not None:
        begin = given["split_at"] + (1 + every[-1] if given["split_at"] < 0 else 0)
        sides = [[_at(members, axis, at) for at in every if (at >= begin) is side] for side in (True, False)]
        if not all(sides):
            return []
        told = f"{listing(sides[0])} against {listing(sides[1])}"
    else:
        return []
    for key in ("axis", "positions", "split_at"):
        given.pop(key, None)
    return [("Runs compared", f"{words(axis)} {told}")]


def _at(members: list[Mapping[str, Any]], axis: str, position: int) -> str:
    """The value of a position on an axis."""
    return next(setting_in_words(one["axes"].get(axis)) for one in members if one["positions"][axis] == position)


def _values(claim: Claim, axis: str, position: int) -> list[Any]:
    """The values that a position on an axis has among the claim's runs, each once."""
    at = [member["axes"].get(axis) for member in claim.members if member["positions"].get(axis) == position]
    return list(dict.fromkeys(at))


def _listed(values: list[Any]) -> str:
    return ", ".join(setting_in_words(value) for value in values)
