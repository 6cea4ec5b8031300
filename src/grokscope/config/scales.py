"""Words that experiments and a user's config share: scales, variants, names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

Scale = Literal["smoke", "quick", "paper"]
SCALES: tuple[Scale, ...] = ("smoke", "quick", "paper")
OTHER_SCALE: dict[Scale, Scale] = {"quick": "paper", "paper": "quick"}
"""The scale whose verdicts a report shows beside its own; smoke scale has no meaning and is never one of them."""

Variant = Literal["as_text", "as_code", "corrected"]
VARIANT_WORDS: dict[str, str] = {
    "as_text": "settings of the text",
    "as_code": "settings of the authors' code",
    "corrected": "defects corrected",
}
"""What figures say of the variant that they show."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
