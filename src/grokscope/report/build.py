"""Build the whole report: a folder that is there completely or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grokscope.files import atomic_path, remove_leftovers, write_json
from grokscope.report.archive import write_archive
from grokscope.report.budget import BUDGET_BYTES
from grokscope.report.glossary import with_hints
from grokscope.report.pages import all_pages
from grokscope.report.render import render
from grokscope.report.search import search_index
from grokscope.report.site import Page, Site, assets, read_site
from grokscope.report.summary_page import MAIL, SUMMARY, summary_page
from grokscope.report.wording import ABSENT, commit

MADE_FROM = "made_from.json"
SEARCH_INDEX = "search-index.js"


def build_report(
    spec: Mapping[str, Any], output_folder: str | os.PathLike[str], archive: str | os.PathLike[str] | None = None
) -> None:
    """Write the report that `spec` describes to `output_folder`, replacing its content, and as ZIP to `archive`
    with the page to send by mail beside it.

    `spec` is JSON-able: scale; config (the user's, resolved); papers [{id, title; authors, year, arxiv (null or absent:
    experiments of our own); default_variant, variants and base of the experiments may be left out}]; provenance;
    templates_folder; report_folder (holds `static/`); docs_folder (may be left out); plan { runs [{id, paper, variant,
    settings, metrics, seeds, blocks [{seeds, training_json}], tables_folder, card_html}], figures [{as
    PlannedItem.as_dict(), pdf, png, json, command}], claims [{as PlannedItem.as_dict(), json or None}], untested_claims
    [{as PlannedItem.as_dict(), waits: whether only its runs are missing}] and grid_runs [ids of runs without card and
    page] (both may be left out)}. Figures and claims may have `seeds`, those that they are made from, and
    `wanted_seeds`. A run may name a `settings_json` instead of holding its settings. The verdicts of the other scale
    are read from `results/` in docs_folder. Warns on stderr when the report is larger than its scale's
    BUDGET_BYTES. Raises OSError when a file that `spec` names is missing.
    """
    target = Path(output_folder)
    site = read_site(spec)
    target.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(target.parent, f".{target.name}.")
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
        made, old = Path(beside) / "new", Path(beside) / "old"
        made.mkdir()
        for path, source in assets(site, Path(spec["report_folder"]) / "static").items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, made / path)
        write_pages(site, Path(spec["report_folder"]), Path(spec["templates_folder"]), made)
        write_json(made / MADE_FROM, {"identity": dict(spec.get("identity") or {})})
        _swap(made, target, old)
    if archive is not None:
        write_archive(target, archive, f"grokscope-report-{site.scale}")
        with atomic_path(Path(archive).with_name(MAIL)) as temporary:
            shutil.copyfile(target / SUMMARY, temporary)
    size, budget = folder_bytes(target), BUDGET_BYTES[site.scale]
    if size > budget:
        print(
            f"{target}: the report has {size / 1e6:.1f} MB, more than its budget of {budget / 1e6:.0f} MB",
            file=sys.stderr,
        )


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


def write_pages(site: Site, report_folder: Path, templates_folder: Path, folder: Path) -> None:
    """Render every page into `folder`, with the files that it offers, and the summary that needs none of them."""
    pages = all_pages(site)
    navigation = [page for page in pages if page.label]
    for page in pages:
        _write(folder / page.path, _render(page, navigation, site, templates_folder).encode())
        for name, content in page.files.items():
            _write(folder / name, content)
    first = pages[0].context
    _write(folder / SUMMARY, summary_page(site, first["heading"], first["asked"], report_folder).encode())
    _write(folder / SEARCH_INDEX, search_index(site, pages).encode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _render(page: Page, navigation: list[Page], site: Site, templates_folder: Path) -> str:
    made = render(
        templates_folder,
        page.template,
        title=page.title,
        root=page.root,
        section=page.section or page.path,
        page_path=page.path,
        navigation=navigation,
        scale=site.scale,
        several_variants=site.several_variants,
        scripts=page.scripts,
        version=site.provenance.get("grokscope") or ABSENT,
        code_commit=commit(site.provenance.get("git_commit")),
        **page.context,
    )
    return with_hints(made, page.root)


def folder_bytes(folder: Path) -> int:
    """Size of all files in `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
