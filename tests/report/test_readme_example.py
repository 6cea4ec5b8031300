"""What the README says that its first example finds."""

from __future__ import annotations

import pytest

from grokscope.errors import UserError
from grokscope.report.readme_example import CLAIM, example


def test_the_example_says_what_its_claim_found() -> None:
    numbers = {
        "scale": "quick",
        "claims": {CLAIM: {"verdict": "supported", "effect": 0.3, "low": 0.125, "high": 0.5}},
    }
    text = " ".join(example(numbers).split())
    assert "**supported** and an effect of about **0.30 [0.12, 0.50]** decades" in text
    assert "by about 100 %" in text  # a factor of 1.995
    with pytest.raises(UserError, match="holds no effect of"):
        example({"scale": "quick", "claims": {}})
