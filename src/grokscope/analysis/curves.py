"""Curves of a run by name: one value for each seed and step, whatever table they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from grokscope.analysis.declarations.curves import CurveName
from grokscope.analysis.run_tables import RunTables
from grokscope.analysis.tables import hidden_layers, rank_split, select
from grokscope.errors import UserError
from grokscope.metrics.tables import ALL_LAYERS

SECOND_LAST = "second_last"
PROBES = ("published", "ridge", "logistic")


@dataclass(frozen=True)
class Curves(Mapping[int, pd.DataFrame]):
    """One value for each seed and step: seed -> columns step, value, by step."""

    by_seed: Mapping[int, pd.DataFrame]

    @classmethod
    def of(cls, rows: pd.DataFrame, value: str) -> Curves:
        """The curves in rows of a table with the columns seed and step; `value` names the column with the values."""
        kept = rows[["seed", "step", value]].rename(columns={value: "value"}).sort_values("step")
        return cls({int(str(seed)): part[["step", "value"]] for seed, part in kept.groupby("seed")})

    def known(self, fewest: int = 1) -> Curves:
        """The curves without missing values, of the seeds with at least `fewest` known ones."""
        return Curves({seed: curve.dropna() for seed, curve in self.items() if curve["value"].notna().sum() >= fewest})

    def __getitem__(self, seed: int) -> pd.DataFrame:
        return self.by_seed[seed]

    def __iter__(self) -> Iterator[int]:
        return iter(self.by_seed)

    def __len__(self) -> int:
        return len(self.by_seed)


def named_curves(tables: RunTables, curve: CurveName, where: str) -> Curves:
    """The curves that `curve` names: a name alone, or a mapping with the key `curve` and options.

    | curve | options (default) |
    |---|---|
    | train_accuracy, test_accuracy | |
    | robust_accuracy, zero_gradient | epsilon (smallest above 0), start (none) |
    | complexity | split (train), radius (smallest) |
    | rank | layer (second_last), definition (that of the settings) |
    | probe | layer (second_last), probe (the first of published, ridge, logistic that was measured) |
    | weight_norm | layer (0, all) |

    `where` begins the message of a UserError, raised when the name, an option or the wanted rows are not there.
    """
    options = {"curve": curve} if isinstance(curve, str) else dict(curve)
    name = options.pop("curve", None)
    if name not in CURVES:
        raise UserError(f"{where}: curve {name!r} is unknown; known are {', '.join(CURVES)}")
    try:
        rows, value = CURVES[name](tables, **options)
    except TypeError as error:
        raise UserError(f"{where}: curve {name}: {error}") from error
    if rows.empty:
        given = ", ".join(f"{key} {value}" for key, value in options.items() if value is not None)
        raise UserError(f"{where}: run {tables.run} has no {name.replace('_', ' ')} with {given or 'the defaults'}")
    return Curves.of(rows, value)


def numbered_layer(layers: list[int], layer: int | str) -> int | str:
    """A layer's number; `second_last` is the last hidden one."""
    return sorted(layers)[-2] if layer == SECOND_LAST and len(layers) > 1 else layer


Found = tuple[pd.DataFrame, str]


def _train_accuracy(tables: RunTables) -> Found:
    return select(tables.table("accuracy"), split="train"), "accuracy"


def _test_accuracy(tables: RunTables) -> Found:
    return select(tables.table("accuracy"), split="test"), "accuracy"


def _attack(tables: RunTables, epsilon: float | None, start: str) -> pd.DataFrame:
    attacks = select(tables.table("adversarial"), start=start)
    wanted = attacks.loc[attacks["epsilon"] > 0, "epsilon"].min() if epsilon is None else epsilon
    return attacks[(attacks["epsilon"] - wanted).abs() < 1e-9]


def _robust_accuracy(tables: RunTables, epsilon: float | None = None, start: str = "none") -> Found:
    return _attack(tables, epsilon, start), "accuracy"


def _zero_gradient(tables: RunTables, epsilon: float | None = None, start: str = "none") -> Found:
    return _attack(tables, epsilon, start), "zero_gradient_start"


def _complexity(tables: RunTables, split: str = "train", radius: float | None = None) -> Found:
    table = tables.table("local_complexity")
    wanted = table["radius"].min() if radius is None else radius
    return select(table[(table["radius"] - wanted).abs() < 1e-12], split=split, layer=ALL_LAYERS), "value"


def _rank(tables: RunTables, layer: int | str = SECOND_LAST, definition: str | None = None) -> Found:
    table = tables.table("rank")
    known = [*hidden_layers(table), int(table["layer"].max())]
    return (
        select(
            table,
            split=rank_split(table),
            layer=numbered_layer(known, layer),
            definition=definition or tables.detectors.rank_definition,
        ),
        "rank",
    )


def _probe(tables: RunTables, layer: int | str = SECOND_LAST, probe: str | None = None) -> Found:
    table = tables.table("probes")
    measured = set(table["probe"].unique())
    kind = probe or next((kind for kind in PROBES if kind in measured), "")
    return (
        select(table, probe=kind, layer=numbered_layer([int(number) for number in table["layer"].unique()], layer)),
        "accuracy",
    )


def _weight_norm(tables: RunTables, layer: int = ALL_LAYERS) -> Found:
    return select(tables.table("weight_norm"), layer=layer), "norm"


CURVES: dict[str, Callable[..., Found]] = {
    "train_accuracy": _train_accuracy,
    "test_accuracy": _test_accuracy,
    "robust_accuracy": _robust_accuracy,
    "zero_gradient": _zero_gradient,
    "complexity": _complexity,
    "rank": _rank,
    "probe": _probe,
    "weight_norm": _weight_norm,
}
