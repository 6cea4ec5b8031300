"""How often claims on language models are supported on whole made-up runs.

Without an effect means, for
- a delay of robustness: it comes with test accuracy, a little before or a little after;
- a late rise: accuracy under attack ends where it lay after generalisation, on average;
- the three phases: one half of the seeds show them;
- an order of dates: robustness comes a little before or a little after the second descent begins;
- local complexity that is said to be the same: it lies apart by the smallest difference that matters;
- local complexity near the training sequences: it is that of the plane, on average;
- gradients that are said not to vanish: the share without one is the largest that is allowed;
- more blocks: robustness comes at the same dates.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_cases_of_conditions import late
from error_rate_support import Draw, Reals, Runs, accuracy, measured, rise, table

ATTACKS = {"fixed": ("embedding_attack", 0.03), "relative": ("embedding_attack_relative", 0.3)}
COMPLEXITIES = {"fixed": ("embedding_complexity", 0.2), "relative": ("embedding_complexity_relative", 0.05)}


def attacked(
    generator: np.random.Generator, chances: Reals, kind: str = "fixed", zero: Reals | float = 0.0
) -> dict[str, pd.DataFrame]:
    """Accuracy under one attack on embeddings, by the name of its table."""
    name, epsilon = ATTACKS[kind]
    rows = table(measured(generator, chances), "accuracy", measured=kind, epsilon=epsilon, start="none")
    share = np.broadcast_to(zero, chances.shape).ravel()
    return {name: rows.assign(zero_gradient_start=share, zero_gradient_last=share)}


def complexity(values: Reals, kind: str = "fixed", split: str = "train") -> dict[str, pd.DataFrame]:
    """Local complexity around embedded sequences, by the name of its table."""
    name, radius = COMPLEXITIES[kind]
    return {name: table(values, "value", split=split, measured=kind, radius=radius, positions="all", layer=0)}


def learned(generator: np.random.Generator, dates: Reals) -> dict[str, pd.DataFrame]:
    """Test accuracy that rises at these dates; the training set is never fitted."""
    return {"accuracy": accuracy(generator, late(dates, 0.55), fits=np.full(len(dates), 9.0))}


def phases(
    generator: np.random.Generator, falls: Reals, three: np.ndarray | None = None, height: float = 3000
) -> Reals:
    """A descent, an ascent, and a second descent at `falls`; seeds that lack the phases only rise."""
    count = len(falls)
    up = rise(np.full(count, 1.4), 0.3)
    values = 4000 - 2500 * rise(np.full(count, 0.6), 0.3) + height * up * (1 - 0.7 * rise(falls, 0.3))
    only = 1500 + height * up
    shown = values if three is None else np.where(three[:, None], values, only)
    return shown * np.exp(generator.normal(0, 0.01, shown.shape))


def delays(generator: np.random.Generator, seeds: int, effect: bool, kind: str) -> Runs:
    """Accuracy under attack comes with test accuracy, or more than one decade later."""
    first = generator.normal(1.5, 0.05, seeds)
    second = first + (1.1 if effect else 0.0) + generator.normal(0, 0.1, seeds)
    return [(learned(generator, first) | attacked(generator, 0.4 * rise(second), kind), {})]


def late_rises(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Accuracy under attack moves either way late, or rises by a fifth of the characters."""
    moved = (0.2 if effect else 0.0) + generator.normal(0, 0.04, seeds)
    chances = 0.2 + moved[:, None] * rise(generator.normal(4.0, 0.1, seeds), 0.3)
    return [(learned(generator, np.full(seeds, 1.5)) | attacked(generator, chances), {})]


def shares_with_phases(generator: np.random.Generator, seeds: int, effect: bool, kind: str) -> Runs:
    """One half of the seeds go through the three phases, or nearly all."""
    shown = generator.random(seeds) < (0.99 if effect else 0.5)
    values = phases(generator, generator.normal(3.0, 0.1, seeds), shown)
    return [(learned(generator, np.full(seeds, 1.5)) | complexity(values, kind), {})]


def orders(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Robustness comes when the second descent begins, on average, or half a decade later."""
    falls = generator.normal(2.6, 0.1, seeds)
    # the second descent has left its peak some 0.17 decades before it is half done
    robust = falls - 0.17 + (0.6 if effect else 0.0) + generator.normal(0, 0.1, seeds)
    tables = attacked(generator, 0.4 * rise(robust)) | complexity(phases(generator, falls))
    return [(learned(generator, np.full(seeds, 1.5)) | tables, {})]


def both_splits(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Local complexity at test sequences ends 0.05 decades away on average, or a hundredth of a decade."""
    values = phases(generator, np.full(seeds, 3.0))
    apart = (0.005 if effect else 0.05) + generator.normal(0, 0.002 if effect else 0.01, seeds)
    name, _ = COMPLEXITIES["fixed"]
    both = [
        complexity(shown, split=split)[name]
        for split, shown in (("train", values), ("test", values * 10 ** -apart[:, None]))
    ]
    return [(learned(generator, np.full(seeds, 1.5)) | {name: pd.concat(both, ignore_index=True)}, {})]


def near_the_sequences(generator: np.random.Generator, seeds: int, effect: bool, sign: float) -> Runs:
    """Near the sequences there are as many neurons as elsewhere on the plane on average, or twice or half as many."""
    plane = phases(generator, np.full(seeds, 3.0))
    apart = (sign * 0.3 if effect else 0.0) + generator.normal(0, 0.03, seeds)
    rows = table(plane, "value", layer=0, highest=1.0)
    rows["near"] = (plane * 10 ** apart[:, None]).ravel()
    return [(learned(generator, np.full(seeds, 1.5)) | {"embedding_map_course": rows}, {})]


def vanishing(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """One sequence in twenty ends without a gradient on average, or none."""
    level = np.clip((0.0 if effect else 0.05) + generator.normal(0, 0.015, seeds), 0, 1)
    chances = 0.4 * rise(np.full(seeds, 2.5))
    share = measured(generator, level[:, None] * rise(np.full(seeds, 2.5)))
    return [(learned(generator, np.full(seeds, 1.5)) | attacked(generator, chances, zero=share), {})]


def by_blocks(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Robustness comes at the same dates in both networks, or 0.4 decades earlier in the deeper one."""
    own = generator.normal(0, 0.1, seeds)
    runs: Runs = []
    for place in (0, 1):
        dates = 3.0 + own + generator.normal(0, 0.1, seeds) - 0.4 * effect * place
        tables = learned(generator, np.full(seeds, 1.5)) | attacked(generator, 0.4 * rise(dates))
        runs.append((tables, {"blocks": place}))
    return runs


CASES: dict[str, tuple[str, Draw]] = {
    "gpt_robust_late": ("always_grok_robustness_is_delayed_gpt", partial(delays, kind="fixed")),
    "gpt_robust_late_relative": ("always_grok_robustness_is_delayed_gpt_relative", partial(delays, kind="relative")),
    "gpt_late_rise": ("always_grok_robustness_rises_late_gpt", late_rises),
    "gpt_phases": ("always_grok_complexity_has_three_phases_gpt", partial(shares_with_phases, kind="fixed")),
    "gpt_phases_relative": (
        "always_grok_complexity_has_three_phases_gpt_relative",
        partial(shares_with_phases, kind="relative"),
    ),
    "gpt_migration_first": ("always_grok_migration_before_robustness_gpt", orders),
    "gpt_splits": ("always_grok_test_points_are_as_complex_gpt", both_splits),
    "gpt_near_at_the_peak": (
        "always_grok_complexity_peaks_at_the_training_sequences",
        partial(near_the_sequences, sign=1.0),
    ),
    "gpt_near_at_the_end": (
        "always_grok_complexity_is_low_at_the_training_sequences",
        partial(near_the_sequences, sign=-1.0),
    ),
    "gpt_gradients": ("always_grok_gradients_do_not_vanish_gpt", vanishing),
    "gpt_blocks": ("always_grok_more_gpt_layers_robust_earlier", by_blocks),
}
