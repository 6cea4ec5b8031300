"""Whether what a claim speaks of is there at all: checked seed by seed, before its effect is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from grokscope.analysis.declarations.premises import PREMISES
from grokscope.analysis.inputs import ItemInputs
from grokscope.analysis.registry import find_module
from grokscope.errors import UserError

MISSING_SHARE = 0.5
"""A premise that is missing in more than this share of the seeds that did not fail is not there."""
FAILED = ("collapsed", "diverged")


@dataclass(frozen=True)
class Premise:
    """What a claim needs, in words, and for every seed that did not fail what it lacks of that; empty: nothing."""

    needs: str
    lacks: Mapping[int, str]

    @property
    def missing(self) -> int:
        """The number of seeds that lack something."""
        return sum(map(bool, self.lacks.values()))

    @property
    def is_there(self) -> bool:
        """Whether the claim can be decided: at most MISSING_SHARE of the seeds lack the premise."""
        return self.missing <= MISSING_SHARE * len(self.lacks)

    def is_missing(self, minimum_seeds: int) -> bool:
        """Whether it is missing in as many seeds as a verdict needs."""
        return not self.is_there and len(self.lacks) >= minimum_seeds

    @property
    def why_not(self) -> str:
        """A sentence that says what is missing, and in how many seeds."""
        ((what, _),) = Counter(filter(None, self.lacks.values())).most_common(1)
        return f"Missing in {self.missing} of {len(self.lacks)} seeds: {what}."

    def as_dict(self) -> dict[str, Any]:
        """For the JSON of a verdict: `needs`, `missing`, `seeds`, `share`, `per_seed`."""
        per_seed = [{"seed": seed, "there": not what, "missing": what} for seed, what in self.lacks.items()]
        counts = {"missing": self.missing, "seeds": len(self.lacks), "share": MISSING_SHARE}
        return {"needs": self.needs, **counts, "per_seed": per_seed}


def needs_of(premise: Mapping[str, Mapping[str, Any]]) -> str:
    """What has to be there, in words."""
    return "; ".join(PREMISES[name].words(parameters) for name, parameters in premise.items())


def check(inputs: ItemInputs, effects: pd.DataFrame) -> Premise:
    """The premise of a claim in every seed that has an effect and did not fail in all of its runs.

    Raises UserError when a premise, an event or a parameter is unknown, or a metric was not measured.
    """
    premise: Mapping[str, Mapping[str, Any]] = inputs.item["settings"]["premise"]
    failed = effects["status"].isin(FAILED).groupby(effects["seed"]).all()
    lacks: dict[int, list[str]] = {int(str(seed)): [] for seed in failed.index[~failed.to_numpy(dtype=bool)]}
    for name, parameters in premise.items():
        module = find_module("premises", name, f"{inputs.item['name']}: premise")
        try:
            found: dict[int, str] = module.missing(inputs, effects, **parameters)
        except TypeError as error:
            if "argument" not in str(error):
                raise
            raise UserError(f"{inputs.item['name']}: premise.{name}: {error}") from error
        for seed, what in found.items():
            if seed in lacks:
                lacks[seed].append(what)
    return Premise(needs_of(premise), {seed: "; ".join(what) for seed, what in sorted(lacks.items())})


def thresholds(premise: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The detector thresholds that a claim's premise depends on."""
    return tuple(
        threshold
        for name, parameters in premise.items()
        for threshold in find_module("premises", name, "premise").thresholds(**parameters)
    )
