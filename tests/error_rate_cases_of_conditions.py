"""How often claims that compare conditions, dates or shapes of curves are supported on whole made-up runs, from tables
of measures to the verdict.

Without an effect means, for
- a trend over an axis, a pair of runs: the dates, sizes, lengths or final levels are alike in distribution whatever the
  condition;
- a share of seeds: one half of them show it, or as many in either group;
- ranks over layers: every order of the layers is equally likely;
- dates over seeds: the two are independent;
- two curves: they have the same shape and noise, so that they could be exchanged; a fall before the event: the curve
  wanders until then;
- robustness: it comes back at the fit, a little before or a little after.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_support import STEPS, TIME, Draw, Reals, Runs, accuracy, attacks, falling, ranks, rise, table, walks

LAYERS = (4, 8, 12)


def late(dates: Reals, final: Reals | float = 0.8) -> Reals:
    """Test accuracy that rises from chance at `dates`."""
    return 0.1 + (np.reshape(final, (-1, 1)) - 0.1) * rise(dates)


def dates_by_axis(generator: np.random.Generator, seeds: int, effect: bool, axis: str, what: str, step: float) -> Runs:
    """Three conditions; fit, generalisation or the delay between them, or none of these, moves by `step` from one to
    the next.
    """
    own = generator.normal(0, 0.1, seeds)
    runs: Runs = []
    for place in range(3):
        shift = step * effect * place
        fit = 1.5 + own + generator.normal(0, 0.2 if what == "fit" else 0.05, seeds) + shift * (what == "fit")
        delay = 1.3 + generator.normal(0, 0.1 if what == "fit" else 0.3, seeds) + shift * (what != "fit")
        runs.append(({"accuracy": accuracy(generator, late(fit + delay), fits=fit)}, {axis: place}))
    return runs


def share_by_depth(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Test accuracy rises with the fit or late; late in one half of the seeds, or hardly ever in the shallow and nearly
    always in deeper networks.
    """
    runs: Runs = []
    for depth in range(3):
        is_late = generator.random(seeds) < ((0.97 if depth else 0.03) if effect else 0.5)
        dates = np.where(is_late, generator.normal(3.0, 0.1, seeds), 1.5)
        runs.append(({"accuracy": accuracy(generator, late(dates), fits=np.full(seeds, 1.5))}, {"depth": depth}))
    return runs


def first_stage_by_depth(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Two surges in each of two depths; the first lifts accuracy alike, or by less in the deeper network."""
    runs: Runs = []
    for depth in (1, 2):
        gain = (generator.uniform(0.3, 0.4, seeds) - 0.2 * effect * (depth == 2))[:, None]
        early, second = (rise(generator.uniform(date, date + 0.3, seeds), 0.2) for date in (2.0, 3.2))
        runs.append(({"accuracy": accuracy(generator, 0.1 + gain * early + (0.8 - gain) * second)}, {"depth": depth}))
    return runs


def final_by_depth(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The final test accuracy rises with depth by the smallest step that matters, or does not depend on it."""
    own, step = generator.normal(0, 0.02, seeds), 0.0 if effect else 4 * 0.0025
    finals = [0.8 + own + generator.normal(0, 0.005, seeds) + step * depth for depth in range(3)]
    return [
        ({"accuracy": accuracy(generator, late(generator.normal(2.9, 0.1, seeds), final))}, {"depth": depth})
        for depth, final in enumerate(finals)
    ]


def of_layers(
    generator: np.random.Generator, last: Reals, definition: str = "relative_1e-3"
) -> dict[str, pd.DataFrame]:
    """Ranks that end at `last` (seeds, layers) of width 100, with spectra that say no more than the width."""
    parts = [
        table(
            np.rint(values[:, None] + generator.normal(0, 1, (len(values), len(TIME)))),
            "rank",
            split="test",
            layer=layer,
            definition=definition,
        )
        for layer, values in enumerate(last.T, start=1)
    ]
    rows = [
        {"seed": seed, "step": int(STEPS[0]), "split": "test", "layer": 1, "points": 200, "eigenvalues": np.ones(100)}
        for seed in range(len(last))
    ]
    return {"rank": pd.concat(parts, ignore_index=True), "spectra": pd.DataFrame(rows)}


def tunnels(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Tunnels of one to four layers whatever the depth, or longer by two a step of depth."""
    runs: Runs = []
    for place, depth in enumerate(LAYERS):
        length = generator.integers(1, 5, seeds) if not effect else 2 + 2 * place + generator.integers(-1, 2, seeds)
        inside = np.arange(depth)[None, :] >= depth - length[:, None]
        known = {"accuracy": accuracy(generator, late(np.full(seeds, 2.9)))}
        runs.append((known | of_layers(generator, np.where(inside, 30.0, 90.0), "p1_code"), {"depth": place}))
    return runs


def rank_over_layers(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Ranks in any order, or falling from layer to layer but for noise."""
    levels = np.linspace(90, 20, 8) + generator.normal(0, 5, (seeds, 8))
    last = levels if effect else generator.permuted(levels, axis=1)
    return [({"accuracy": accuracy(generator, late(np.full(seeds, 2.9)))} | of_layers(generator, last), {})]


def dates_over_seeds(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Rank falls at a date of its own, or at that of generalisation."""
    dates = generator.normal(2.9, 0.2, (2, seeds))
    fall = falling(generator, dates[0] + generator.normal(0, 0.02, seeds) if effect else dates[1])
    return [({"accuracy": accuracy(generator, late(dates[0])), "rank": ranks(fall)}, {})]


def share_with_collapse(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """One half of the seeds, or nearly all, have a fall of rank."""
    shown = (generator.random(seeds) < (0.97 if effect else 0.5))[:, None]
    dates = generator.normal(2.9, 0.2, seeds)
    flat = np.rint(80 + generator.normal(0, 0.7, (seeds, len(TIME))))
    falls = ranks(np.where(shown, falling(generator, dates), flat))
    return [({"accuracy": accuracy(generator, late(dates)), "rank": falls}, {})]


def stages_and_descents(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Three sizes; one half of the seeds have a second surge, and one half, or the same seeds, a second descent of
    rank.
    """
    runs: Runs = []
    for size in range(3):
        twice, again = (generator.random((2, seeds)) < 0.5)[:, :, None]
        early, second = (rise(generator.uniform(date, date + 0.3, seeds), 0.2) for date in (2.0, 3.2))
        test = 0.1 + 0.4 * early + 0.4 * np.where(twice, second, early)
        back = rise(np.full(seeds, 2.8), 0.2) * (twice if effect else again)
        curve = 80 - 50 * rise(np.full(seeds, 2.0), 0.3) + 40 * back * (1 - rise(np.full(seeds, 3.5), 0.2))
        noisy = np.rint(curve + generator.normal(0, 0.7, curve.shape))
        runs.append(({"accuracy": accuracy(generator, test), "rank": ranks(noisy)}, {"train_size": size}))
    return runs


def gaps(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Rank and norm fall at dates of their own in two runs; with the effect, the norm at the same in both and rank far
    apart.
    """
    runs: Runs = []
    for size in (1, 2):
        of_rank, of_norm = generator.normal(2.9, 0.3, (2, seeds))
        if effect:
            of_rank, of_norm = 2.4 + 0.8 * (size - 1) + generator.normal(0, 0.1, seeds), np.full(seeds, 2.9)
        known = {"accuracy": accuracy(generator, late(np.full(seeds, 2.9))), "rank": ranks(falling(generator, of_rank))}
        runs.append(
            (known | {"weight_norm": table(falling(generator, of_norm), "norm", layer=0)}, {"train_size": size})
        )
    return runs


def shapes(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Rank and norm fall near generalisation; with the effect, rank falls at it and the norm evenly over the whole
    run.
    """
    dates = generator.normal(2.9, 0.15, seeds)
    of_rank, of_norm = dates + generator.normal(0, 0.15, (2, seeds))
    steady = 80 - 60 * (TIME / TIME[-1])[None, :] + generator.normal(0, 0.7, (seeds, len(TIME)))
    norms = table(steady if effect else falling(generator, of_norm), "norm", layer=0)
    fall = falling(generator, dates if effect else of_rank)
    return [({"accuracy": accuracy(generator, late(dates)), "rank": ranks(fall), "weight_norm": norms}, {})]


def fall_before(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The norm wanders, and falls after generalisation or, with the effect, before."""
    dates = generator.normal(2.9, 0.15, seeds)
    norms = 80 - 30 * rise(dates + (-0.6 if effect else 0.8), 0.3) + walks(generator, seeds, 8.0)
    return [({"accuracy": accuracy(generator, late(dates)), "weight_norm": table(norms, "norm", layer=0)}, {})]


def between_runs(
    generator: np.random.Generator,
    seeds: int,
    effect: bool,
    axis: str,
    first: int,
    second: int,
    without: float,
    given: float,
    deviation: float,
) -> Runs:
    """Networks with and without a change to their training, from the same starts: `second` generalises so much later
    than `first`.
    """
    own = generator.normal(2.9, 0.15, seeds)
    later = {first: 0.0, second: given if effect else without}
    return [
        ({"accuracy": accuracy(generator, late(own + shift + generator.normal(0, deviation, seeds)))}, {axis: place})
        for place, shift in later.items()
    ]


def robust_again(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Accuracy under attack is lost and comes back with the fit, or more than a decade after."""
    fit = generator.normal(1.5, 0.05, seeds)
    back = (
        fit + (1.3 if effect else 0.2) + generator.normal(0, 0.35, seeds)
    )  # the rise at `fit` is complete 0.2 decades later
    withstand = 0.5 - 0.4 * rise(fit - 0.6, 0.3) + 0.6 * rise(back, 0.2)
    attacked = attacks(generator, withstand)
    return [({"accuracy": accuracy(generator, late(np.full(seeds, 1.0)), fits=fit), "adversarial": attacked}, {})]


PENALTY = partial(between_runs, axis="strength", first=1, second=0, without=0.0, given=0.2, deviation=0.08)
ARITHMETIC = partial(between_runs, axis="dtype", first=1, second=0, without=0.1, given=0.0, deviation=0.02)
CASES: dict[str, tuple[str, Draw]] = {
    "onset_by_depth": (
        "deep_grokking_deeper_generalises_later",
        partial(dates_by_axis, axis="depth", what="generalisation", step=0.35),
    ),
    "fit_by_depth": ("deep_grokking_deeper_fits_later", partial(dates_by_axis, axis="depth", what="fit", step=0.3)),
    "delay_by_depth": (
        "deep_grokking_deeper_delays_longer",
        partial(dates_by_axis, axis="depth", what="delay", step=0.35),
    ),
    "date_by_size": (
        "deep_grokking_more_data_generalises_earlier",
        partial(dates_by_axis, axis="train_size", what="generalisation", step=-0.6),
    ),
    "late_share_by_depth": ("deep_grokking_shallow_does_not_grok_deep_does", share_by_depth),
    "first_stage_by_depth": ("deep_grokking_first_stage_lower_in_deepest", first_stage_by_depth),
    "final_accuracy_by_depth": ("deep_grokking_depth_does_not_help", final_by_depth),
    "tunnel_by_depth": ("deep_grokking_tunnel_grows_with_depth", tunnels),
    "rank_over_layers": ("deep_grokking_rank_falls_over_layers", rank_over_layers),
    "dates_over_seeds": ("deep_grokking_dates_go_together_over_seeds", dates_over_seeds),
    "share_with_collapse": ("deep_grokking_rank_collapses_when_networks_grok", share_with_collapse),
    "stages_and_descents": ("deep_grokking_double_descent_goes_with_two_surges", stages_and_descents),
    "gaps_of_two_curves": ("deep_grokking_ranks_differ_where_norms_overlap", gaps),
    "shapes_of_two_curves": ("deep_grokking_norm_falls_smoothly_rank_does_not", shapes),
    "fall_before_the_event": ("deep_grokking_norm_falls_before_generalisation", fall_before),
    "date_with_rank_held_up": ("extensions_holding_rank_up_delays_generalisation", PENALTY),
    "date_in_float32": ("extensions_float32_keeps_the_date", ARITHMETIC),
    "return_of_robustness": ("always_grok_robustness_is_delayed", robust_again),
}
