"""Build the whole report: a folder that is there completely or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grokscope.report.pages import all_pages
from grokscope.report.render import render
from grokscope.report.site import Page, Site, assets, read_site

BUDGET_BYTES = 15_000_000


def build_report(spec: Mapping[str, Any], output_folder: str | os.PathLike[str]) -> None:
    """Write the report that `spec` describes to `output_folder`, replacing what is there.

    `spec` is JSON-able: scale; config (the user's, resolved); papers [{id, title, authors, year, arxiv}]; provenance; templates_folder;
    report_folder (holds `static/`); plan {
    runs [{id, paper, variant, settings, metrics, seeds, blocks [{seeds, training_json}], tables_folder, card_html}],
    figures [{as PlannedItem.as_dict(), svg, png, json, command}], claims [{as PlannedItem.as_dict(), json or None}],
    untested_claims [{as PlannedItem.as_dict()}] (may be left out)}. A run may name a `settings_json` instead of holding its settings.
    Warns on stderr when the report is larger than BUDGET_BYTES. Raises OSError when a file that `spec` names is missing.
    """
    target = Path(output_folder)
    site = read_site(spec)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
        made, old = Path(beside) / "new", Path(beside) / "old"
        made.mkdir()
        for path, source in assets(site, Path(spec["report_folder"]) / "static").items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, made / path)
        write_pages(site, Path(spec["templates_folder"]), made)
        _swap(made, target, old)
    size = folder_bytes(target)
    if size > BUDGET_BYTES:
        print(f"{target}: the report has {size / 1e6:.1f} MB, more than its budget of {BUDGET_BYTES / 1e6:.0f} MB", file=sys.stderr)


def _swap(made: Path, target: Path, old: Path) -> None:
    """Put `made` in the place of `target`; what was there is kept as `old`, and comes back when that fails."""
    there = target.exists()
    if there:
        target.rename(old)
    try:
        made.rename(target)
    except OSError:
        if there:
            old.rename(target)
        raise


def write_pages(site: Site, templates_folder: Path, folder: Path) -> None:
    """Render every page into `folder`."""
    pages = all_pages(site)
    navigation = [page for page in pages if page.label]
    for page in pages:
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_render(page, navigation, site, templates_folder), encoding="utf-8")


def _render(page: Page, navigation: list[Page], site: Site, templates_folder: Path) -> str:
    return render(
        templates_folder,
        page.template,
        title=page.title,
        root=page.root,
        section=page.section or page.path,
        navigation=navigation,
        scale=site.scale,
        several_variants=site.several_variants,
        **page.context,
    )


def folder_bytes(folder: Path) -> int:
    """Size of all files in `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
