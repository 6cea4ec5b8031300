"""Experiments name modules and files of this repository: they have to be there before any job starts."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from grokscope.analysis.declarations.curves import curve_complaint
from grokscope.analysis.declarations.estimands import ESTIMANDS
from grokscope.analysis.declarations.events import EVENTS, FAILURES, EventName, event_name, event_options
from grokscope.analysis.declarations.hypothesis_tests import HYPOTHESIS_TESTS, SHAPES, fitting_tests
from grokscope.analysis.declarations.premises import PREMISES
from grokscope.config.claim_effects import check_effect
from grokscope.config.claim_settings import ClaimSettings
from grokscope.config.experiments import Axis, Experiments
from grokscope.config.nearest import known_or_meant
from grokscope.config.plan import drawing_module
from grokscope.config.scales import SCALES
from grokscope.config.smallest_effects import with_shared
from grokscope.config.source import Source
from grokscope.errors import UserError

PACKAGE = Path(__file__).parents[1]

Files = Sequence[tuple[Source, Experiments]]


def check_named(files: Files, reference: Path, drawn: Collection[str]) -> None:
    """Raise UserError with file, key and value if something that the experiments name does not exist.

    That is: the files of a figure in the folder `reference`, and the module that draws it, for figures whose id is in
    `drawn`; estimand, parameters, premise, test, family and figure of a claim; the values of an axis. Test and smallest
    effect that matters have to fit the estimand.
    """
    figures = {full_id(paper, name) for _, paper in files for name in paper.figures}
    declared: dict[str, str] = {}
    for source, paper in files:
        for family in paper.families:
            if family in declared:
                raise UserError(
                    f"{source.file}: families.{family}: is declared in {declared[family]} too; give it another name"
                )
            declared[family] = source.file
        for name, sweep in paper.sweeps.items():
            for axis, values in sweep.axes.items():
                if not values.values:
                    raise UserError(f"{source.place('sweeps', name)}.axes.{axis}.values: the list is empty")
                _check_names(values, f"{source.place('sweeps', name)}.axes.{axis}.names")
        for name, figure in paper.figures.items():
            module = drawing_module(paper.id, full_id(paper, name), figure.draw.kind if figure.draw else None)
            path = PACKAGE.joinpath(*module.split(".")[1:])
            if full_id(paper, name) in drawn and not (
                path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
            ):
                raise UserError(
                    f"{source.place('figures', name)}: it has no key draw, and there is no module {module} that"
                    " draws it"
                )
            for file in figure.reference:
                if not (reference / file).is_file():
                    raise UserError(f"{source.place('figures', name)}.reference: there is no file {file} in reference/")
        smallest = with_shared(paper.smallest_effects, source.file)
        for name, claim in paper.claims.items():
            where = source.place("claims", name)
            _check_claim(claim, where, paper.families, source.file)
            if claim.estimand is not None:
                check_effect(claim, paper.sweeps, smallest, where)
            if claim.figure is not None and claim.figure not in figures:
                raise UserError(
                    f"{where}.figure: {claim.figure!r} is unknown{known_or_meant(claim.figure, sorted(figures))}"
                )


def full_id(paper: Experiments, name: str) -> str:
    """The name of a figure or claim of `paper` outside its file."""
    return name if name.startswith(paper.id) else f"{paper.id}_{name}"


def _check_names(axis: Axis, where: str) -> None:
    for scale in SCALES if axis.names else ():
        if len(axis.at(scale)) != len(axis.names):
            raise UserError(
                f"{where}: there are {len(axis.names)} names for {len(axis.at(scale))} values at scale {scale}"
            )
    if len(set(axis.names)) != len(axis.names):
        raise UserError(f"{where}: two positions have the same name")


def _check_claim(claim: ClaimSettings, where: str, families: Mapping[str, str], file: str) -> None:
    for key, known in (("estimand", ESTIMANDS), ("test", HYPOTHESIS_TESTS)):
        named = getattr(claim, key)
        if named is not None and named not in known:
            raise UserError(f"{where}.{key}: {named!r} is unknown{known_or_meant(named, known)}")
    if claim.family not in families and (families or claim.family):
        known_families = (
            f"the families of {file} are {', '.join(families)}" if families else f"{file} declares no families"
        )
        wrong = f"{claim.family!r} is unknown" if claim.family else "is missing"
        raise UserError(f"{where}.family: {wrong}; {known_families}; a new one is declared there under families")
    for premise, parameters in claim.premise.items():
        _check_premise(claim, premise, parameters, f"{where}.premise.{premise}")
    if claim.estimand is not None:
        _check_parameters(claim, claim.estimand, claim.parameters, f"{where}.parameters")
        shape = ESTIMANDS[claim.estimand].shape_of(claim.parameters)
        for measure, changes in claim.other_measures.items():
            place = f"{where}.other_measures.{measure}"
            _check_parameters(claim, claim.estimand, claim.parameters | changes, place)
            if ESTIMANDS[claim.estimand].shape_of(claim.parameters | changes) != shape:
                raise UserError(f"{place}: gives another shape of effects than the claim, which gives {SHAPES[shape]}")
        if claim.test is not None and claim.test not in fitting_tests(shape):
            raise UserError(
                f"{where}.test: {claim.test!r} does not fit estimand {claim.estimand}, which gives {SHAPES[shape]}"
                f" here; tests that do are {', '.join(fitting_tests(shape))}"
            )


def _check_premise(claim: ClaimSettings, premise: str, parameters: Mapping[str, Any], where: str) -> None:
    taken, needed = function_parameters(PACKAGE / "analysis" / "premises" / f"{premise}.py", "missing", given=2)
    _check_given(f"premise {premise}", parameters, taken, needed, where)
    if not claim.sweeps:
        return
    declared = PREMISES[premise]
    for event in declared.events_of(parameters):
        _check_event(event, where)
    number = parameters.get(declared.number, 0)
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise UserError(f"{where}.{declared.number}: {number!r} is not a number")
    curve = declared.curve_of(parameters)
    if curve is not None and (complaint := curve_complaint(curve)):
        raise UserError(f"{where}: {complaint}")


def _check_given(
    part: str, parameters: Mapping[str, Any], taken: Sequence[str], needed: Sequence[str], where: str
) -> None:
    """A part gets the parameters that it takes, and all that it needs."""
    for parameter in parameters:
        if parameter not in taken:
            raise UserError(f"{where}.{parameter}: {part} has no such parameter; it has {', '.join(taken) or 'none'}")
    for parameter in needed:
        if parameter not in parameters:
            raise UserError(f"{where}: {part} needs {parameter}")


def _check_event(event: EventName, where: str) -> None:
    if event_name(event) not in (*EVENTS, *FAILURES):
        known = known_or_meant(event_name(event), (*EVENTS, *FAILURES))
        raise UserError(f"{where}: event {event_name(event)!r} is unknown{known}")
    options = event_options(event)
    if options and "curve" not in options and not EVENTS[event_name(event)].metrics:
        raise UserError(f"{where}: {event_name(event)} is dated on accuracy and given without options")
    if "curve" in options and (complaint := curve_complaint(options)):
        raise UserError(f"{where}: {complaint}")


def _check_parameters(claim: ClaimSettings, estimand: str, parameters: Mapping[str, Any], where: str) -> None:
    taken, needed = function_parameters(PACKAGE / "analysis" / "estimands" / f"{estimand}.py", "estimate", given=1)
    _check_given(f"estimand {estimand}", parameters, taken, needed, where)
    if not claim.sweeps:
        return  # a claim without runs may name a curve or an event that does not exist yet
    declared = ESTIMANDS[estimand]
    for parameter, value in parameters.items():
        if parameter in declared.events and value is not None:
            if isinstance(value, Mapping) and not declared.with_options:
                raise UserError(f"{where}.{parameter}: estimand {estimand} takes an event without options")
            _check_event(value, f"{where}.{parameter}")
        if parameter in declared.curves and value is not None and (complaint := curve_complaint(value)):
            raise UserError(f"{where}.{parameter}: {complaint}")


@cache
def function_parameters(module: Path, function: str, given: int) -> tuple[list[str], list[str]]:
    """The parameters of a function after those that are always `given`, all of them and those that are needed; the
    module is read, not run.
    """
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            named = node.args
            placed = [argument.arg for argument in named.args[given:]]
            by_name = [argument.arg for argument in named.kwonlyargs]
            needed = placed[: len(placed) - len(named.defaults)]
            needed += [name for name, default in zip(by_name, named.kw_defaults, strict=True) if default is None]
            return placed + by_name, needed
    raise UserError(f"{module}: there is no function {function}")
