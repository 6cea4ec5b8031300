"""Steps at which weights are kept, given one by one or as ranges."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from grokscope.config.section import Positive, Section

Step = Annotated[int, Field(ge=0, strict=True)]


class StepRange(Section):
    """Evenly spaced steps from one to another; the last one is kept where it is met."""

    first: Step = Field(alias="from")
    last: Step = Field(alias="to")
    every: Annotated[Positive, Field(strict=True)]

    @model_validator(mode="after")
    def _some(self) -> StepRange:
        if self.last < self.first:
            raise ValueError(f"to {self.last} lies before from {self.first}")
        return self


def _written_out(given: Any) -> Any:
    """Ranges become steps, so that the same steps are the same settings, however they are given."""
    if not isinstance(given, list):
        return given
    found: list[Any] = []
    for one in given:
        steps = StepRange.model_validate(one) if isinstance(one, dict) else None
        found += [one] if steps is None else range(steps.first, steps.last + 1, steps.every)
    return found


Steps = Annotated[list[Step], BeforeValidator(_written_out, json_schema_input_type=list[Step | StepRange])]
"""A list of steps, in which `{from: 100, to: 1000, every: 100}` stands for ten of them."""
