"""What results that are computed from tables owe to the declarations of their metrics: which rows a curve is, and how
curves and charts are named and drawn. Fingerprints of code leave declarations out, so that identities hold it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from grokscope.code_version import code_version
from grokscope.metrics.declared_curves import CurveDeclaration
from grokscope.metrics.registry import METRICS

READ_BY = ("column", "where", "reduced", "table", "reader")
"""What decides the values of a curve, beside the defaults of its options."""


def read_curves(metrics: Iterable[str]) -> dict[str, Any]:
    """What the values of all curves of these metrics depend on."""
    curves = _curves(metrics)
    found: dict[str, Any] = {}
    for curve in curves:
        said = plain(curve)
        options = {name: plain(option) for name, option in curve.options.items()}
        rules = {name: {key: option.get(key) for key in ("default", "all_above")} for name, option in options.items()}
        found[curve.name] = {key: said[key] for key in READ_BY if key in said} | {"options": rules}
    return found | _code(curve.reader for curve in curves)


def drawn_curves(metrics: Iterable[str]) -> dict[str, Any]:
    """All that is declared of the curves of these metrics."""
    curves = _curves(metrics)
    functions = [option.drawn_by for curve in curves for option in curve.options.values()]
    return {curve.name: plain(curve) for curve in curves} | _code([*functions, *(curve.reader for curve in curves)])


def shown_charts(metrics: Iterable[str]) -> dict[str, Any]:
    """All that is declared of the charts of these metrics."""
    return {name: [plain(chart) for chart in METRICS[name].shown()] for name in sorted(set(metrics))}


def plain(value: Any) -> Any:
    """A declaration as JSON values; what has its default is left out, so that a new field changes no identity."""
    if is_dataclass(value):
        said = {field.name: getattr(value, field.name) for field in fields(value) if not _has_default(value, field)}
        return {"kind": type(value).__name__} | {name: plain(part) for name, part in said.items()}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def _curves(metrics: Iterable[str]) -> list[CurveDeclaration]:
    return [curve for name in sorted(set(metrics)) for curve in METRICS[name].curves]


def _code(functions: Iterable[str]) -> dict[str, str]:
    modules = sorted({function.partition(":")[0] for function in functions if function})
    return {"code": code_version(*modules)} if modules else {}


def _has_default(value: Any, field: Any) -> bool:
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return default is not MISSING and getattr(value, field.name) == default
