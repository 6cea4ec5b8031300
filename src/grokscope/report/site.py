"""Everything the pages are made from, read once, and what a page is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grokscope.report.claims import Claim, read_claims
from grokscope.report.figures import Figure, read_figure
from grokscope.report.other_scale import OtherScale, read_other_scale
from grokscope.report.runs import Run, read_run
from grokscope.report.wording import file_name

LONGEST_LABEL = 26


@dataclass(frozen=True)
class Page:
    """One page: path, template and its values; `label` puts it in the navigation, `scripts` are of static/."""

    path: str
    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    label: str | None = None
    scripts: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)  # downloads: path in the report -> content
    section: str | None = None  # the path of the navigation's entry that it belongs to; its own by default

    @property
    def root(self) -> str:
        """The way from the page to the report's folder."""
        return "../" * self.path.count("/")


@dataclass(frozen=True)
class Paper:
    """One file of experiments: a paper, or experiments of our own, which have no authors, year and arXiv id."""

    id: str
    title: str
    authors: str | None = None
    year: int | None = None
    arxiv: str | None = None
    default_variant: str = ""
    variants: Mapping[str, Any] = field(default_factory=dict)  # name -> description and settings
    base: Mapping[str, Any] = field(default_factory=dict)  # the settings that variants change

    @property
    def ours(self) -> bool:
        """Whether these are experiments of our own and not of a paper."""
        return not self.arxiv

    @property
    def page(self) -> str:
        """Path of its page in the report."""
        return f"{file_name(self.id)}.html"

    @property
    def short(self) -> str:
        """The title up to its colon."""
        return self.title.split(":")[0]

    @property
    def label(self) -> str:
        """The title in the navigation: where it is long, without its second half, or its first words."""
        if len(self.short) <= LONGEST_LABEL:
            return self.short
        first = self.short.partition(" and ")[0]
        return first if len(first) <= LONGEST_LABEL else " ".join(self.short.split()[:3]) + " …"


@dataclass(frozen=True)
class Site:
    """The content of a report."""

    scale: str
    config: Mapping[str, Any]
    provenance: Mapping[str, Any]
    papers: tuple[Paper, ...]
    figures: tuple[Figure, ...]
    claims: tuple[Claim, ...]
    runs: tuple[Run, ...]
    documents: Mapping[str, str] = field(default_factory=dict)  # name of a file of docs/ -> its text
    grid_runs: tuple[str, ...] = ()  # ids of small runs of large grids: they have neither a card nor a page
    other: OtherScale = field(default_factory=OtherScale)  # what the other scale says of the same claims

    @property
    def several_variants(self) -> bool:
        """Whether one paper appears in more than one variant, so that pages must say which."""
        kinds = {(figure.paper, figure.variant) for figure in self.figures} | {
            (claim.paper, claim.variant) for claim in self.claims
        }
        return len(kinds) > len({paper for paper, _ in kinds})

    @property
    def published(self) -> tuple[Paper, ...]:
        """The papers alone, without experiments of our own."""
        return tuple(paper for paper in self.papers if not paper.ours)

    @property
    def beyond(self) -> tuple[Paper, ...]:
        """Experiments of our own."""
        return tuple(paper for paper in self.papers if paper.ours)

    def paper(self, identifier: str) -> Paper:
        """The paper of this id."""
        return next(paper for paper in self.papers if paper.id == identifier)

    def claims_by(self, papers: Iterable[Paper]) -> list[Claim]:
        """Claims of these papers."""
        wanted = {paper.id for paper in papers}
        return [claim for claim in self.claims if claim.paper in wanted]

    def run_links(self, names: Iterable[str]) -> list[dict[str, str | None]]:
        """Id, page and archive of each run; a run of a grid has neither."""
        known = {run.id: run for run in self.runs}
        found = [(name, known.get(name)) for name in names]
        return [
            {"id": name, "href": run.page if run else None, "data": run.archive if run else None} for name, run in found
        ]

    def claims_of(self, figure: Figure) -> list[Claim]:
        """Claims that `figure` shows."""
        return [
            claim
            for claim in self.claims
            if (claim.figure, claim.paper, claim.variant) == (figure.id, figure.paper, figure.variant)
        ]


def read_site(spec: Mapping[str, Any]) -> Site:
    """Read all files that `spec` names; see `grokscope.report.build.build_report` for its form."""
    plan = spec["plan"]
    claims = read_claims([*plan["claims"], *plan.get("untested_claims", ())], spec["scale"])
    return Site(
        scale=spec["scale"],
        config=spec["config"],
        provenance=spec["provenance"],
        papers=tuple(
            Paper(**{key: value for key, value in paper.items() if key in Paper.__dataclass_fields__})
            for paper in spec["papers"]
        ),
        figures=tuple(read_figure(item) for item in plan["figures"]),
        claims=claims,
        runs=tuple(read_run(entry) for entry in plan["runs"]),
        documents=_documents(spec.get("docs_folder")),
        grid_runs=tuple(plan.get("grid_runs", ())),
        other=read_other_scale(spec.get("docs_folder"), spec["scale"], claims),
    )


def _documents(folder: str | None) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.md"))} if folder else {}


def assets(site: Site, static_folder: Path) -> dict[str, Path]:
    """Files to copy as they are: path in the report -> source."""
    copies = {f"static/{path.name}": path for path in sorted(static_folder.iterdir()) if path.is_file()}
    for figure in site.figures:
        for target, source in ((figure.pdf, figure.pdf_source), (figure.png, figure.png_source)):
            if target and source:
                copies[target] = source
    return copies
