"""Experiments name modules and files of this repository: they have to be there before any job starts."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from pathlib import Path

from grokscope.config.experiments import ClaimSettings, Experiments
from grokscope.config.source import Source
from grokscope.errors import UserError

PACKAGE = Path(__file__).parents[1]
NOT_TO_BE_NAMED = frozenset({"__init__", "result"})

Files = Sequence[tuple[Source, Experiments]]


def check_named(files: Files, reference: Path, drawn: Collection[str]) -> None:
    """Raise UserError that names file, key and value if something that `files`, with where they stand, name is not there.

    That is: the files of a figure in the folder `reference`, and the module that draws it, for figures whose id is in `drawn`; estimand,
    parameters, test and figure of a claim; the values of an axis.
    """
    figures = {full_id(paper, name) for _, paper in files for name in paper.figures}
    for source, paper in files:
        for name, sweep in paper.sweeps.items():
            for axis, values in sweep.axes.items():
                if not values.values:
                    raise UserError(f"{source.place('sweeps', name)}.axes.{axis}.values: the list is empty")
        for name, figure in paper.figures.items():
            if full_id(paper, name) in drawn and not (PACKAGE / "figures" / f"{full_id(paper, name)}.py").is_file():
                raise UserError(f"{source.place('figures', name)}: there is no module grokscope.figures.{full_id(paper, name)} that draws it")
            for file in figure.reference:
                if not (reference / file).is_file():
                    raise UserError(f"{source.place('figures', name)}.reference: there is no file {file} in reference/")
        for name, claim in paper.claims.items():
            where = source.place("claims", name)
            _check_claim(claim, where)
            if claim.figure is not None and claim.figure not in figures:
                raise UserError(f"{where}.figure: {claim.figure!r} is unknown; known are {', '.join(sorted(figures))}")


def full_id(paper: Experiments, name: str) -> str:
    """The name of a figure or claim of `paper` outside its file."""
    return name if name.startswith(paper.id) else f"{paper.id}_{name}"


def _check_claim(claim: ClaimSettings, where: str) -> None:
    for key, folder in (("estimand", "estimands"), ("test", "hypothesis_tests")):
        named = getattr(claim, key)
        known = sorted(path.stem for path in (PACKAGE / "analysis" / folder).glob("*.py") if path.stem not in NOT_TO_BE_NAMED)
        if named is not None and named not in known:
            raise UserError(f"{where}.{key}: {named!r} is unknown; known are {', '.join(known)}")
    if claim.estimand is not None:
        taken, needed = estimand_parameters(PACKAGE / "analysis" / "estimands" / f"{claim.estimand}.py")
        for parameter in claim.parameters:
            if parameter not in taken:
                raise UserError(f"{where}.parameters.{parameter}: estimand {claim.estimand} has no such parameter; it has {', '.join(taken) or 'none'}")
        for parameter in needed:
            if parameter not in claim.parameters:
                raise UserError(f"{where}.parameters: estimand {claim.estimand} needs {parameter}")


def estimand_parameters(module: Path) -> tuple[list[str], list[str]]:
    """Names of all parameters, and of those that must be given, of the function `estimate` of a module, which is read and not run."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == "estimate":
            named = node.args
            placed = [argument.arg for argument in named.args[1:]]
            by_name = [argument.arg for argument in named.kwonlyargs]
            needed = placed[: len(placed) - len(named.defaults)]
            needed += [name for name, default in zip(by_name, named.kw_defaults, strict=True) if default is None]
            return placed + by_name, needed
    raise UserError(f"{module}: there is no function estimate")
