"""The smallest effects that matter, by name: claims that ask the same question name the same one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, RootModel

from grokscope.config.load import read_yaml, validated
from grokscope.config.scales import Name
from grokscope.config.section import Section
from grokscope.errors import UserError

SHARED_NAME = "experiments/smallest_effects.yaml"
SHARED = Path(__file__).parents[3] / SHARED_NAME
"""Those that the experiments of all papers may name."""


class SmallestEffect(Section):
    """How large an effect has to be for a reader to care, and why."""

    value: float = Field(gt=0, description="smaller effects do not matter")
    unit: str = Field(
        min_length=1,
        description="what it is counted in, such as decades of steps per layer; that of the effects of its claims",
    )
    reason: str = Field(min_length=1, description="why a smaller effect would not matter to a reader of the papers")
    source: str = Field(
        min_length=1, description="what the reason rests on: a figure of a paper, or the resolution of a measurement"
    )


class SmallestEffects(RootModel[dict[Name, SmallestEffect]]):
    """The file smallest_effects.yaml."""


def shared_smallest_effects() -> dict[str, SmallestEffect]:
    """Those of experiments/smallest_effects.yaml. Raises UserError."""
    return validated(SmallestEffects, read_yaml(SHARED), SHARED_NAME).root


def with_shared(own: Mapping[str, SmallestEffect], file: str) -> dict[str, SmallestEffect]:
    """Those that the claims of a paper may name: the shared ones and its `own`, which stand in `file`.

    Raises UserError where both have a name, or the shared file is wrong.
    """
    shared = shared_smallest_effects()
    for name in own:
        if name in shared:
            raise UserError(
                f"{file}: smallest_effects.{name}: is defined in {SHARED_NAME} too; leave it out, or give it another"
                " name"
            )
    return {**shared, **own}
