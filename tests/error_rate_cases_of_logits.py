"""How often claims on attacks and on the logits of convolutional networks are supported on whole made-up runs.

Without an effect means, for
- the return of robustness: what is lost at the fit stays lost on average;
- a share of points: it is the smallest that matters;
- curves that move together: one wanders, the other comes back once;
- levels and dates under two conditions: they are alike in distribution;
- local complexity that is said to be the same: the two runs lie apart by the smallest difference that matters.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from error_rate_cases_of_attacks import suite
from error_rate_cases_of_sweeps import fitted, robustness_by_axis
from error_rate_support import TIME, Draw, Reals, Runs, accuracy, attacks, measured, rise, table, walks

EPSILON, LARGEST = 0.012054, 0.04018


def lost_and_back(generator: np.random.Generator, seeds: int, effect: bool) -> tuple[pd.DataFrame, Reals, Reals]:
    """Accuracy with a fit, and two curves that are lost there. One comes back late; the other does not, or does too."""
    fit = generator.normal(1.5, 0.05, seeds)
    back = rise(generator.normal(4.0, 0.1, seeds), 0.3)
    lost = 0.5 - 0.35 * rise(fit - 0.6, 0.3)
    moved = (0.2 if effect else 0.0) + generator.normal(0, 0.04, seeds)
    known = accuracy(generator, 0.1 + 0.7 * rise(np.full(seeds, 1.0)), fits=fit)
    return known, lost + 0.3 * back, lost + moved[:, None] * back


def under_a_control(
    generator: np.random.Generator,
    seeds: int,
    effect: bool,
    attack: str,
    epsilon: float = EPSILON,
    place: int | None = None,
) -> Runs:
    """The published attack sees a return; another attack does so on average, or not."""
    known, published, other = lost_and_back(generator, seeds, effect)
    tables = {"accuracy": known, "attack_suite": suite(generator, epsilon, published=published, **{attack: other})}
    return [(tables, {} if place is None else {"treatment": place})]


def from_a_random_start(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The same with the start of the published attack."""
    known, published, other = lost_and_back(generator, seeds, effect)
    both = [
        attacks(generator, values).assign(epsilon=EPSILON, start=start)
        for start, values in (("none", published), ("random", other))
    ]
    return [({"accuracy": known, "adversarial": pd.concat(both, ignore_index=True)}, {})]


def under_auto_pgd(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The same with Auto-PGD beside the published attack."""
    known, published, other = lost_and_back(generator, seeds, effect)
    columns = {"epsilon": EPSILON, "start": "random", "zero_gradient": 0.0, "points": 1000}
    tables = {
        "adversarial": attacks(generator, published).assign(epsilon=EPSILON),
        "apgd": table(measured(generator, other), "accuracy", **columns),
    }
    return [({"accuracy": known} | tables, {})]


def with_vanishing_gradients(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """Accuracy under attack comes back; the share of points without a gradient wanders, or rises with it."""
    moves = rise(generator.uniform(2.5, 3.6, seeds), 0.6)
    share = np.clip(0.2 + walks(generator, seeds, 0.05) + 0.5 * effect * moves, 0, 1)
    values = attacks(generator, 0.5 - 0.4 * rise(np.full(seeds, 1.5)) + 0.6 * moves).assign(
        epsilon=EPSILON, zero_gradient_start=share.ravel()
    )
    return [({"accuracy": fitted(generator, seeds), "adversarial": values}, {})]


def zero_losses(generator: np.random.Generator, seeds: int, effect: bool, split: str) -> Runs:
    """The share of samples with a loss of zero ends at the smallest one that matters, or at nothing."""
    level = np.clip((0.0 if effect else 0.05) + generator.normal(0, 0.015, seeds), 0, 1)
    shares = measured(generator, level[:, None] * rise(np.full(seeds, 2.5)))
    zero = table(shares, "zero_loss", split=split, zero_gradient=0.0, points=1000)
    return [({"accuracy": fitted(generator, seeds), "zero_loss": zero}, {})]


def final_robustness(generator: np.random.Generator, seeds: int, effect: bool, places: tuple[int, int]) -> Runs:
    """Accuracy under attack ends alike in both runs, or lower by a fifth of the images in the second."""
    own = generator.normal(0, 0.03, seeds)
    runs: Runs = []
    for number, place in enumerate(places):
        final = 0.5 + own + generator.normal(0, 0.03, seeds) - 0.2 * effect * number
        withstand = final[:, None] * rise(np.full(seeds, 2.0), 0.3)
        attacked = attacks(generator, withstand).assign(epsilon=EPSILON)
        runs.append(({"accuracy": fitted(generator, seeds), "adversarial_sweep": attacked}, {"treatment": place}))
    return runs


def with_a_treatment(generator: np.random.Generator, seeds: int, effect: bool, place: int, curve: str) -> Runs:
    """In one run accuracy under attack does not come back on average, or does."""
    known, _, other = lost_and_back(generator, seeds, effect)
    tables = (
        {"attack_suite": suite(generator, EPSILON, worst_case=other)}
        if curve == "attacked_accuracy"
        else {"adversarial_sweep": attacks(generator, other).assign(epsilon=EPSILON)}
    )
    return [({"accuracy": known} | tables, {"treatment": place})]


def spreads(generator: np.random.Generator, seeds: int, effect: bool, places: tuple[int, int]) -> Runs:
    """The spread of the logits grows alike in both runs, or to a tenth in the second."""
    own = generator.normal(0, 0.1, seeds)
    runs: Runs = []
    for number, place in enumerate(places):
        final = 1.5 + own + generator.normal(0, 0.1, seeds) - 1.0 * effect * number
        values = 10 ** (final[:, None] * rise(np.full(seeds, 1.5), 1.0))
        spread = table(values, "logit_spread", split="test", centroid_alignment=0.1, without_centroid=0.0, points=200)
        runs.append(({"accuracy": fitted(generator, seeds), "logit_geometry": spread}, {"treatment": place}))
    return runs


def complexities(generator: np.random.Generator, seeds: int, effect: bool, places: tuple[int, int]) -> Runs:
    """Local complexity in two runs lies 0.05 decades apart on average, or a hundredth of a decade."""
    own = 12 - 5 * rise(generator.normal(3.5, 0.1, seeds), 0.5)
    apart = (0.005 if effect else 0.05) + generator.normal(0, 0.002 if effect else 0.01, seeds)
    runs: Runs = []
    for number, place in enumerate(places):
        values = own * 10 ** (number * apart[:, None] + generator.normal(0, 0.003, (seeds, len(TIME))))
        local = table(values, "value", split="train", radius=0.001, layer=0)
        runs.append(({"accuracy": fitted(generator, seeds), "local_complexity": local}, {"treatment": place}))
    return runs


def hot_ends(generator: np.random.Generator, seeds: int, effect: bool, beside: str) -> Runs:
    """Accuracy under the published attack ends five points from another size's, or from the share without a gradient,
    or half a point.
    """
    apart = (0.005 if effect else 0.05) + generator.normal(0, 0.005, seeds)
    up = rise(generator.normal(3.0, 0.1, seeds), 0.3)
    own = np.broadcast_to((0.3 + generator.normal(0, 0.03, seeds))[:, None], up.shape)
    largest = attacks(generator, own * up).assign(epsilon=LARGEST)
    other = generator.binomial(1000, np.clip((own + apart[:, None]) * up, 0, 1)) / 1000
    if beside == "gradient":
        sweep = largest.assign(zero_gradient_start=other.ravel())
    else:
        sweep = pd.concat([largest, largest.assign(epsilon=EPSILON, accuracy=other.ravel())], ignore_index=True)
    return [({"accuracy": fitted(generator, seeds), "adversarial_sweep": sweep}, {"treatment": HOT})]


def hot_worst_case(generator: np.random.Generator, seeds: int, effect: bool) -> Runs:
    """The worst of all attacks ends where the published one does on average, or 15 points lower."""
    up = rise(generator.normal(3.0, 0.1, seeds), 0.3)
    apart = (0.15 if effect else 0.0) + generator.normal(0, 0.02, seeds)
    worst = (0.3 - apart)[:, None] * up
    suites = suite(generator, LARGEST, published=0.3 * up, worst_case=worst)
    return [({"accuracy": fitted(generator, seeds), "attack_suite": suites}, {"treatment": HOT})]


PLAIN, HOT, COLD, SMOOTHED, SMALL, DECAYED = 0, 1, 2, 3, 4, 6


def _control(name: str, attack: str, epsilon: float = EPSILON) -> tuple[str, Draw]:
    return f"always_grok_{name}", partial(under_a_control, attack=attack, epsilon=epsilon)


CASES: dict[str, tuple[str, Draw]] = {
    "cnn_in_the_worst_case": _control("return_survives_the_worst_case_cnn", "worst_case"),
    "cnn_in_the_worst_large_case": _control("large_return_survives_the_worst_case_cnn", "worst_case", LARGEST),
    "cnn_in_float64": _control("return_survives_float64_cnn", "float64"),
    "cnn_at_one_scale": _control("return_survives_rescaled_logits_cnn", "rescaled_cross_entropy"),
    "cnn_by_its_margin": _control("return_survives_the_margin_cnn", "margin"),
    "cnn_from_a_random_start": ("always_grok_return_survives_a_random_start_cnn", from_a_random_start),
    "resnet_under_auto_pgd": ("always_grok_return_survives_auto_pgd", under_auto_pgd),
    "cnn_by_other_seeds": _control("return_survives_other_seeds_cnn", "transfer"),
    "cnn_by_search": _control("return_survives_a_search_cnn", "square"),
    "cnn_without_gradients": ("always_grok_robustness_returns_as_gradients_vanish_cnn", with_vanishing_gradients),
    "cnn_tests_with_a_loss": ("always_grok_attack_sees_the_label_cnn", partial(zero_losses, split="test")),
    "cnn_trained_with_a_loss": ("always_grok_training_goes_on_cnn", partial(zero_losses, split="train")),
    "robustness_with_small_logits": (
        "always_grok_return_needs_large_logits",
        partial(final_robustness, places=(PLAIN, SMALL)),
    ),
    "robustness_with_smooth_labels": (
        "always_grok_return_needs_labels_as_they_are",
        partial(final_robustness, places=(PLAIN, SMOOTHED)),
    ),
    "return_when_hot": (
        "always_grok_high_temperature_hastens_the_return",
        partial(robustness_by_axis, axis="treatment", places=(PLAIN, HOT), step=-0.5, epsilon=EPSILON),
    ),
    "return_when_cold": (
        "always_grok_low_temperature_delays_the_return",
        partial(robustness_by_axis, axis="treatment", places=(PLAIN, COLD), step=0.5, epsilon=EPSILON),
    ),
    "return_when_hot_in_the_worst_case": (
        "always_grok_hot_return_survives_the_worst_case",
        partial(under_a_control, attack="worst_case", place=HOT),
    ),
    "hot_sizes": ("always_grok_hot_attacks_are_alike", partial(hot_ends, beside="size")),
    "hot_points_without_gradient": (
        "always_grok_hot_accuracy_is_points_without_a_gradient",
        partial(hot_ends, beside="gradient"),
    ),
    "hot_in_the_worst_case": ("always_grok_hot_worst_case_is_lower", hot_worst_case),
    "return_of_small_logits": (
        "always_grok_robustness_returns_with_small_logits",
        partial(with_a_treatment, place=SMALL, curve="robust_accuracy"),
    ),
    "return_of_smooth_labels": (
        "always_grok_robustness_returns_with_smoothed_labels",
        partial(with_a_treatment, place=SMOOTHED, curve="robust_accuracy"),
    ),
    "return_of_decayed_weights": (
        "always_grok_robustness_returns_with_weight_decay",
        partial(with_a_treatment, place=DECAYED, curve="robust_accuracy"),
    ),
    "worst_case_of_small_logits": (
        "always_grok_robustness_of_small_logits_is_real",
        partial(with_a_treatment, place=SMALL, curve="attacked_accuracy"),
    ),
    "spread_of_small_logits": ("always_grok_small_logits_stay_small", partial(spreads, places=(PLAIN, SMALL))),
    "spread_of_smooth_labels": ("always_grok_smoothed_logits_stay_small", partial(spreads, places=(PLAIN, SMOOTHED))),
    "spread_of_decayed_weights": ("always_grok_decayed_logits_stay_small", partial(spreads, places=(PLAIN, DECAYED))),
    "spread_by_temperature": ("always_grok_temperature_moves_the_logits", partial(spreads, places=(HOT, COLD))),
    "complexity_of_small_logits": (
        "always_grok_small_logits_leave_complexity_alone",
        partial(complexities, places=(PLAIN, SMALL)),
    ),
    "complexity_by_temperature": (
        "always_grok_temperature_leaves_complexity_alone",
        partial(complexities, places=(HOT, COLD)),
    ),
}
