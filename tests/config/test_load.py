"""Reading YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokscope.config.experiments import Experiments
from grokscope.config.load import read_yaml, validated
from grokscope.errors import UserError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2\n", ["'a'", "twice"]),
        ("a: [1\n", ["not valid YAML"]),
        ("- 1\n", ["expected keys and values"]),
        ("", ["expected keys"]),
    ],
)
def test_malformed_yaml_is_refused_in_one_line(text: str, words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text)
    with pytest.raises(UserError) as caught:
        validated(Experiments, read_yaml(file), str(file))
    assert "\n" not in str(caught.value)
    assert "broken.yaml" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_numbers_in_scientific_notation_are_numbers(tmp_path: Path) -> None:
    file = tmp_path / "numbers.yaml"
    file.write_text("[1e-3, 1.5e3, 2E+4, -1e2]")
    assert read_yaml(file) == [1e-3, 1500.0, 2e4, -100.0]
