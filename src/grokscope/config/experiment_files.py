"""Read the experiments of a paper: a folder with `paper.yaml` and other files, or one file with everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.claims import named_positions, numbered, resolved
from grokscope.config.experiments import About, Experiments, FigureFile, FigureSettings, PaperFile, Sweep
from grokscope.config.load import read_yaml, validated
from grokscope.config.named import full_id
from grokscope.config.nearest import known_or_meant
from grokscope.config.smallest_effects import with_shared
from grokscope.config.source import Kind, Source
from grokscope.config.user import CHOICES
from grokscope.errors import UserError

PAPER_FILE = "paper.yaml"
FIGURE_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


def find_experiments(name: str, repository: Path) -> Path:
    """The file or folder that config.yaml calls `name`: here, else in `repository`. Raises UserError."""
    for path in (Path(name), repository / name):
        if path.exists():
            return path
    folder = name.removesuffix(".yaml")
    hint = f"; there is a folder {folder}" if (repository / folder).is_dir() else ""
    raise UserError(f"{CHOICES}: experiments: no file or folder {name}{hint}")


def load_experiments(path: Path, name: str | None = None) -> tuple[Source, Experiments]:
    """The experiments in a file or folder, called `name` in messages, and where each part stands. Raises UserError."""
    name = name or str(path)
    if path.is_dir():
        source, found = _read_folder(path, name)
    else:
        source, found = Source(name), validated(Experiments, read_yaml(path), name)
    _check(source, found)
    return source, _resolved(source, found)


def _read_folder(folder: Path, name: str) -> tuple[Source, Experiments]:
    paths = sorted((path for path in folder.glob("[!.]*.y*ml") if path.is_file()), key=_natural)
    for path in paths:
        if path.suffix != ".yaml":
            raise UserError(f"{name}/{path.name}: the name of a file of experiments ends in .yaml")
    if PAPER_FILE not in (path.name for path in paths):
        raise UserError(f"{name}: there is no {PAPER_FILE} in this folder")
    paper_file = f"{name}/{PAPER_FILE}"
    paper = validated(PaperFile, read_yaml(folder / PAPER_FILE), paper_file)
    parts = _Parts(paper_file, paper)
    for path in paths:
        if path.name != PAPER_FILE:
            parts.add(
                paper, validated(FigureFile, read_yaml(path), f"{name}/{path.name}"), f"{name}/{path.name}", path.stem
            )
    order = paper.order
    found: dict[str, Any] = {
        "sweeps": _ordered(parts.sweeps, order.sweeps, f"{paper_file}: order.sweeps"),
        "figures": _ordered(
            parts.figures, [f"{paper.id}_{figure}" for figure in order.figures], f"{paper_file}: order.figures"
        ),
        "claims": _ordered(parts.claims, order.claims, f"{paper_file}: order.claims"),
    }
    found |= {field: getattr(paper, field) for field in About.model_fields}
    return Source(paper_file, parts.places), Experiments(**found)


class _Parts:
    """Sweeps, figures and claims of a folder, each name once."""

    def __init__(self, file: str, paper: PaperFile) -> None:
        self.sweeps: dict[str, Sweep] = {}
        self.figures: dict[str, FigureSettings] = {}
        self.claims: dict[str, ClaimSettings] = {}
        self.places: dict[tuple[Kind, str], tuple[str, str]] = {}
        self._take("sweeps", self.sweeps, paper.sweeps, file)
        self._take("claims", self.claims, paper.claims, file)

    def add(self, paper: PaperFile, part: FigureFile, file: str, stem: str) -> None:
        """Take what stands in a file; a claim belongs to the figure and its runs unless it names others."""
        claims = {name: part.all_claims.shared_with(claim) for name, claim in part.claims.items()}
        if part.figure is not None:
            if not FIGURE_NAME.match(stem):
                raise UserError(
                    f"{file}: a figure is named after its file, which takes small letters, digits and underscores"
                )
            figure = f"{paper.id}_{stem}"
            self.figures[figure] = part.figure
            self.places["figures", figure] = (file, "figure")
            claims = {name: _of_figure(claim, figure, part.figure) for name, claim in claims.items()}
        self._take("sweeps", self.sweeps, part.sweeps, file)
        self._take("claims", self.claims, claims, file)

    def _take(self, kind: Kind, held: dict[str, Any], more: Mapping[str, Any], file: str) -> None:
        for name, value in more.items():
            if name in held:
                raise UserError(f"{file}: {kind}.{name}: is defined in {self.places[kind, name][0]} too")
            held[name] = value
            self.places[kind, name] = (file, f"{kind}.{name}")


def _of_figure(claim: ClaimSettings, name: str, figure: FigureSettings) -> ClaimSettings:
    changes: dict[str, Any] = {} if claim.figure else {"figure": name}
    if not (claim.sweeps or claim.needs):
        changes["sweeps"] = list(figure.sweeps)
    return claim.model_copy(update=changes)


def _on_its_figure(claim: ClaimSettings, figures: Mapping[str, FigureSettings], where: str) -> ClaimSettings:
    """A claim that names one of these figures is about its runs unless it says otherwise, in whichever file it is."""
    if claim.figure is None or claim.sweeps or claim.needs:
        return claim
    if claim.figure not in figures:
        raise UserError(
            f"{where}.figure: {claim.figure!r} is no figure of these experiments, and the claim names no sweeps, so"
            " that it has no runs"
            f"{known_or_meant(claim.figure, figures) if figures else ''}"
        )
    return _of_figure(claim, claim.figure, figures[claim.figure])


def _ordered(parts: Mapping[str, Any], names: Iterable[str], where: str) -> dict[str, Any]:
    """The parts that are named, in that order, then the others."""
    chosen: dict[str, Any] = {}
    for name in names:
        if name not in parts:
            raise UserError(f"{where}: {name} is not defined in this folder")
        if name in chosen:
            raise UserError(f"{where}: {name} is named twice")
        chosen[name] = parts[name]
    return {**chosen, **parts}


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sorts fig2 before fig10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.stem)]


def _check(source: Source, found: Experiments) -> None:
    """Figures and claims name sweeps that exist; sweeps have a base to start from."""
    kinds: tuple[tuple[Kind, Mapping[str, FigureSettings | ClaimSettings]], ...] = (
        ("figures", found.figures),
        ("claims", found.claims),
    )
    for kind, items in kinds:
        for name, item in items.items():
            for wanted in item.sweeps:
                if wanted not in found.sweeps:
                    raise UserError(
                        f"{source.place(kind, name)}.sweeps: {wanted} is not among sweeps; known are"
                        f" {', '.join(found.sweeps)}"
                    )
    for name, sweep in found.sweeps.items():
        if sweep.of is None and not (found.base and found.run_id):
            raise UserError(
                f"{source.place('sweeps', name)}: {source.file} has no base and no run_id to start from; say of: <id of"
                " a paper>"
            )


def _resolved(source: Source, found: Experiments) -> Experiments:
    """The experiments with everything said that claims leave out, and numbers of positions in the place of names."""
    effects = with_shared(found.smallest_effects, source.file)
    shown = {full_id(found, name): figure for name, figure in found.figures.items()}
    claims = {}
    for name, claim in found.claims.items():
        where = source.place("claims", name)
        claims[name] = resolved(_on_its_figure(claim, shown, where), found.sweeps, effects, where)
    figures = {}
    for name, figure in found.figures.items():
        place = f"{source.place('figures', name)}.at"
        names = named_positions(found.sweeps, figure.sweeps)
        at = {axis: numbered(axis, position, names, place) for axis, position in figure.at.items()}
        figures[name] = figure.model_copy(update={"at": at}) if at else figure
    return found.model_copy(update={"claims": claims, "figures": figures})
