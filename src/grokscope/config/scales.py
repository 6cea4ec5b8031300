"""Words that experiments and a user's config share: scales, variants, names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

Scale = Literal["smoke", "quick", "paper"]
SCALES: tuple[Scale, ...] = ("smoke", "quick", "paper")
Variant = Literal["as_text", "as_code", "corrected"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
