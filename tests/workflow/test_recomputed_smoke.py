"""Every claim of a finished report is judged again from the downloads of its page alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stranger.compare import disagreements
from workflow_support import Workplace

pytestmark = pytest.mark.slow


def test_every_claim_of_the_report(smoke: Workplace) -> None:
    claims = sorted((smoke.folder / "results/smoke/report/claims").glob("*.json"))
    tables = {path: path.with_suffix(".csv") for path in claims}
    texts = {path: _text(table) if table.exists() else None for path, table in tables.items()}
    tested = [path for path in claims if json.loads(_text(path))["verdict"] != "not tested"]
    assert len(tested) > 10
    assert all(texts[path] for path in tested)
    assert [line for path in claims for line in disagreements(_text(path), texts[path])] == []


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
