"""How the frame of local complexity is drawn, as data: a panel by layer for each measure of its size."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from grokscope.config.section import Section


class Frames(Section):
    """Size of the frame of local complexity, exact and in the paper's arithmetic (P2 Figs 5, 21 and 23)."""

    shown: list[Literal["eccentricity", "diameter"]] = Field(
        min_length=1,
        description="a panel by layer for each; the first is also drawn at the inputs and told in the text",
    )

    @field_validator("shown")
    @classmethod
    def _each_once(cls, shown: list[str]) -> list[str]:
        if len(set(shown)) < len(shown):
            raise ValueError(f"{', '.join(shown)}: one of them stands there twice")
        return shown

    def axes(self) -> dict[str, Any]:
        """It shows one run."""
        return {}

    def metrics(self) -> dict[str, str]:
        """The metrics that it reads."""
        return {"frame_rounding": "shown"}
