"""The outcome of training a seed again, for a reader and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from grokscope.verify.compare import Verified
from grokscope.verify.verdicts import VerdictAgain

HEADER = ("metric", "column", "values", "equal", "rounding", "largest", "median", "step", "published", "now")


def as_text(found: Verified, verdicts: Sequence[VerdictAgain]) -> str:
    """A line for every measured column, then events and verdicts, then the answer."""
    lines = [f"run {found.run}, seed {found.seed}", ""]
    if not found.alone:
        lines += ["The archive trained it in one block with other seeds, so only rounding can be equal at best.", ""]
    if found.changed_code:
        lines += [f"The code has changed since it was published, for: {', '.join(found.changed_code)}.", ""]
    rows = [HEADER, *(_row(one) for one in found.agreements)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines += [
        "",
        "equal: share of values equal to the bit; rounding: equal within a relative 1e-9; largest and median: of the",
        "differences, where 1 is the whole scale of the column; step, published, now: where the two differ most.",
        "",
    ]
    moved = [row for row in found.events.to_dict("records") if not _same(row["published"], row["now"])]
    lines.append(f"{len(found.events) - len(moved)} of {len(found.events)} events have the same date.")
    lines += [f"  {row['event']}: published {_step(row['published'])}, now {_step(row['now'])}" for row in moved]
    flipped = [one for one in verdicts if one.published != one.now]
    lines.append(f"{len(verdicts) - len(flipped)} of {len(verdicts)} verdicts that rest on this seed stay.")
    lines += [f"  {one.claim}: published {one.published}, now {one.now}" for one in flipped]
    bound = "to the bit" if found.tolerance.one_value == 0 else "within what another arithmetic may bring"
    verdict = "agrees" if found.holds else "does NOT agree"
    return "\n".join([*lines, "", f"The seed {verdict} with the archive {bound}."]) + "\n"


def as_json(found: Verified, verdicts: Sequence[VerdictAgain]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "run": found.run,
        "seed": found.seed,
        "holds": found.holds,
        "alone": found.alone,
        "changed_code": found.changed_code,
        "tolerance": asdict(found.tolerance),
        "agreements": [_finite(asdict(one)) for one in found.agreements],
        "events": [_finite(row) for row in found.events.to_dict("records")],
        "verdicts": [_finite(asdict(one)) for one in verdicts],
    }


def _row(one: Any) -> tuple[str, ...]:
    numbers = (f"{one.largest:.2g}", f"{one.median:.2g}", str(one.step), f"{one.first:.6g}", f"{one.second:.6g}")
    return (one.metric, one.column, str(one.values), f"{one.equal:.1%}", f"{one.within_rounding:.1%}", *numbers)


def _same(first: float, second: float) -> bool:
    return first == second or (math.isnan(first) and math.isnan(second))


def _step(step: float) -> str:
    return "absent" if math.isnan(step) else f"step {step:g}"


def _finite(values: dict[Any, Any]) -> dict[str, Any]:
    """JSON has no NaN and no infinity."""
    return {
        str(key): None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in values.items()
    }
