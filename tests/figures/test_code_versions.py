"""Which figures are drawn again after a change of code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments_support import REPOSITORY
from grokscope import code_version as fingerprints


def test_a_new_kind_or_figure_leaves_the_others_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(
        shutil.copytree(
            REPOSITORY / "src/grokscope", tmp_path / "grokscope", ignore=shutil.ignore_patterns("__pycache__")
        )
    )
    monkeypatch.setattr(fingerprints, "PACKAGE", package)
    kinds = ("kinds.curve_grid", "kinds.tunnels", "kinds.robustness", "kinds.heat_map", "extensions.collapse")

    def versions() -> dict[str, str]:
        fingerprints.forget()
        return {
            kind: fingerprints.code_version("grokscope.figures.write", f"grokscope.figures.{kind}") for kind in kinds
        }

    before = versions()
    (package / "figures/kinds/films.py").write_text("def draw(inputs):\n    return 1\n")
    declarations = package / "config/drawing.py"
    declarations.write_text(
        declarations.read_text().replace(
            "    tunnels: Tunnels |", "    films: Tunnels | None = None\n    tunnels: Tunnels |"
        )
    )
    assert versions() == before
    for changed, file in (
        ("kinds.tunnels", "kinds/tunnels/words.py"),
        ("kinds.curve_grid", "kinds/curve_grid/grid.py"),
        ("kinds.heat_map",) * 2,
    ):
        path = package / "figures" / (file.replace(".", "/") + ".py" if not file.endswith(".py") else file)
        path.write_text(path.read_text() + "\n\nCHANGED = 1\n")
        after = versions()
        assert [kind for kind in kinds if after[kind] != before[kind]] == [changed]
        before = after
