"""What figures of our own experiments share: there is nothing of the authors to compare them with."""

from __future__ import annotations

from typing import Any

from grokscope.analysis.comparison import Comparison
from grokscope.analysis.inputs import ItemInputs

OWN = "an experiment of our own"


def comparable(inputs: ItemInputs) -> dict[str, Any]:
    """No authors' values, and no published settings that ours could differ from."""
    return Comparison((), ()).as_dict(overlaid=False, beside=False, reason=OWN) | {"same_settings": False}
