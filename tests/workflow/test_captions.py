"""The captions of `snakemake --report`, rendered by Snakemake itself for every result of the smoke scale."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from workflow_support import Job, Workplace

REPORTED = re.compile(r"^Adding (?P<name>.+) \(.+\)\.$", re.MULTILINE)
COMPLAINT = re.compile(r"\((?:INFO|WARNING|ERROR|SEVERE)/[1-4]\).*")


def pretend(folder: Path, jobs: list[Job]) -> None:
    """Empty files in the place of everything that `jobs` would make: captions depend on jobs, not on what is in the
    files.
    """
    for path in (folder / name for job in jobs for name in job.output):
        if path.suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        else:
            path.mkdir(parents=True, exist_ok=True)
            (path / "index.html").touch()


@pytest.mark.slow
def test_no_caption_of_any_result_holds_a_complaint_of_docutils(tmp_path: Path) -> None:
    workplace = Workplace(tmp_path)
    jobs = workplace.plan()
    pretend(tmp_path, jobs)
    outcome = workplace.make("--report", "report.zip")
    names = REPORTED.findall(outcome.text)
    for rule, suffix in (("figure", ".svg"), ("card", ".html")):
        assert sum(name.endswith(suffix) for name in names) >= sum(job.rule == rule for job in jobs) > 0
    judged = [Path(file).name for job in jobs if job.rule.endswith("_claims") for file in job.output]
    assert judged
    assert set(judged) <= set(names)
    assert COMPLAINT.findall(outcome.text) == []
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if name.endswith((".html", ".js"))]
    assert any("Run card of" in page for page in pages)
    assert any("The verdict on one claim" in page for page in pages)
    assert sum(page.count("system-message") + page.count("system_message") for page in pages) == 0
