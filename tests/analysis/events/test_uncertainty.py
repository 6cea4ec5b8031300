"""How well events are dated: ranges that hold the known date, cliffs and glides, events that other readings lose."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis_support import SETTINGS, log_grid, noisy, ramp
from grokscope.analysis.detectors.curve import log_time, smooth
from grokscope.analysis.detectors.fit import fit_step
from grokscope.analysis.events import accuracy, complexity, indicators, rank, robustness
from grokscope.analysis.events.family import Occurrence, Points, Reader, arrays_of
from grokscope.analysis.events.uncertainty import Uncertainty, not_sharp, sharpness_of, uncertainties
from grokscope.analysis.sensitivity import ALTERNATIVES

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered in exp")  # of steps: sigmoids without width
DRAWS = 200
Shape = Callable[[np.ndarray, float, float], np.ndarray]
"""Steps, the step in the middle of a change, and its width from 10 to 90 % in decades -> a curve without noise."""


def onset_of(curve: Points, settings: Any) -> Any:
    early = arrays_of(curve) | {"train": 0.1 + 0.9 * ramp(np.asarray(curve["step"]), 60, 0.2)}
    return accuracy.reader_of("onset", Fraction(1, 10))(early, settings)


surges_of = accuracy.reader_of("surge_1", Fraction(1, 10))


MIDDLES: dict[str, tuple[Reader, str, str, float, Shape]] = {
    "generalisation": (
        accuracy.read_generalisation,
        "generalisation",
        "test",
        3000,
        lambda steps, middle, width: 0.1 + 0.8 * ramp(steps, middle, width),
    ),
    "onset": (onset_of, "onset", "test", 5000, lambda steps, middle, width: 0.1 + 0.8 * ramp(steps, middle, width)),
    "surge": (
        surges_of,
        "surge_1",
        "test",
        2000,
        lambda steps, middle, width: 0.15 + 0.7 * ramp(steps, middle, width),
    ),
    "second surge": (
        surges_of,
        "surge_2",
        "test",
        10_000,
        lambda steps, middle, width: 0.15 + 0.4 * ramp(steps, 50, 0.3) + 0.4 * ramp(steps, middle, width),
    ),
    "rank": (
        rank.read,
        "rank_collapse",
        "value",
        3000,
        lambda steps, middle, width: 100 - 80 * ramp(steps, middle, width),
    ),
    "double descent of rank": (
        rank.read,
        "rank_second_descent",
        "value",
        8000,
        lambda steps, middle, width: (
            100 - 85 * ramp(steps, 20) + 60 * ramp(steps, 400) - 55 * ramp(steps, middle, width)
        ),
    ),
    "double descent of complexity": (
        complexity.read,
        "complexity_second_descent",
        "value",
        5000,
        lambda steps, middle, width: 5 - 3 * ramp(steps, 8) + 3 * ramp(steps, 150) - 4 * ramp(steps, middle, width),
    ),
    "loss of robustness": (
        robustness.read,
        "robustness_lost",
        "value",
        500,
        lambda steps, middle, width: (
            0.05 + 0.5 * ramp(steps, 15) - 0.4 * ramp(steps, middle, width) + 0.4 * ramp(steps, 20000)
        ),
    ),
    "return of robustness": (
        robustness.read,
        "robustness_onset",
        "value",
        9000,
        lambda steps, middle, width: (
            0.05 + 0.5 * ramp(steps, 15) - 0.4 * ramp(steps, 200) + 0.4 * ramp(steps, middle, width)
        ),
    ),
}
every_event = pytest.mark.parametrize("case", MIDDLES)


def dated(case: str, middle: float, width: float, seed: int, points: int, noise: float) -> Uncertainty:
    """What is said of the date on one made-up curve; the noise is a share of the curve's range."""
    read, event, column, _, shape = MIDDLES[case]
    steps = log_grid(100_000, points)
    values = shape(steps, middle, width)
    curve = pd.DataFrame({"step": steps, column: noisy(values, noise * float(np.ptp(values)), seed)})
    return uncertainties(curve, read, SETTINGS, read(curve, SETTINGS))[event]


@every_event
def test_the_range_of_a_sharp_change_holds_its_middle(case: str) -> None:
    """Steps and sigmoids of up to half a decade, 60 to 400 checkpoints, noise of up to 2 % of the range."""
    generator, held, sharp = np.random.default_rng(1), 0, 0
    for seed in range(DRAWS):
        middle = MIDDLES[case][3] * 10 ** generator.uniform(-0.2, 0.2)
        width = 0.005 if seed % 4 == 0 else generator.uniform(0.05, 0.5)
        found = dated(case, middle, width, seed, int(generator.integers(60, 401)), generator.uniform(0, 0.02))
        held += found.earliest <= middle <= found.latest
        sharp += found.sharp(SETTINGS)
    assert held >= 0.95 * DRAWS
    assert sharp >= 0.95 * DRAWS


@pytest.mark.parametrize("case", ["generalisation", "rank", "surge"])
def test_a_glide_is_told_from_a_cliff(case: str) -> None:
    generator, glides = np.random.default_rng(2), 0
    for seed in range(DRAWS):
        points, noise = int(generator.integers(60, 401)), generator.uniform(0, 0.02)
        glides += not dated(case, 1000, 3.0, seed, points, noise).sharp(SETTINGS)
    assert glides >= 0.95 * DRAWS
    for seed in range(20):
        cliff = dated(case, 1000, 0.005, seed, 200, 0.01)
        assert cliff.sharp(SETTINGS)
        assert cliff.sharpness is not None
        assert cliff.sharpness > 0.9
        assert cliff.spread_decades < 0.15


@pytest.mark.parametrize(("width", "wanted"), [(1.0, True), (2.0, False)])
def test_a_change_over_one_decade_is_dated_and_one_over_two_is_not(width: float, wanted: bool) -> None:
    for seed in range(20):
        assert dated("generalisation", 1000, width, seed, 120, 0.01).sharp(SETTINGS) == wanted


@pytest.mark.parametrize("last", [14, 40])
def test_a_rank_that_glides_in_whole_numbers_is_told_from_one_that_falls(last: int) -> None:
    """A slow fall of whole numbers is a staircase, in which a step of three is half as steep again as one of two."""
    steps = log_grid(100_000, 100)
    for seed in range(20):
        middle = 3000 * 1.03**seed
        for width, wanted in ((0.3, ""), (3.0, "the date of the collapse of rank is not sharp: ")):
            curve = pd.DataFrame({"step": steps, "value": np.rint(80 - (80 - last) * ramp(steps, middle, width))})
            said = not_sharp(curve, rank.read, SETTINGS, "rank_collapse")
            assert said.startswith(wanted)
            assert bool(said) == bool(wanted)


@pytest.mark.parametrize("width", [0.1, 0.3, 1.0, 2.0])
def test_sharpness_of_a_sigmoid_and_of_a_straight_glide(width: float) -> None:
    """A logistic curve with slope k does tanh(k / 40) of its rise in the tenth of a decade around its middle."""
    time = np.linspace(0, 5, 2001)
    steps = 10**time - 1
    curve = smooth(steps, 1 / (1 + np.exp(-(time - 2.5) * 4.394 / width)), 0.0)
    assert curve is not None
    assert sharpness_of(curve, (0.0, 5.0)) == pytest.approx(np.tanh(4.394 / width / 40), rel=0.1)
    falling = smooth(steps, -np.clip((time - 1) / width, 0, 1), 0.0)
    assert falling is not None
    assert sharpness_of(falling, (1.0, 1.0 + width)) == pytest.approx(min(0.1 / width, 1), rel=0.01)
    flat = smooth(steps, np.ones(len(steps)), 0.0)
    assert flat is not None
    assert sharpness_of(flat, (0.0, 5.0)) is None


def test_the_range_of_a_fit_is_that_of_its_readings_one_by_one() -> None:
    steps = log_grid(20000, 80)
    values = noisy(0.1 + 0.9 * ramp(steps, 300, 0.3), 0.002, 0)
    curve = pd.DataFrame({"step": steps, "train": values})
    found = uncertainties(curve, accuracy.read_fit, SETTINGS, accuracy.read_fit(curve, SETTINGS))["fit"]
    smoothing = SETTINGS.smoothing_decades
    again = [
        *(fit_step(steps, values, fit_accuracy=0.99, smoothing_decades=factor * smoothing) for factor in (1, 0.5, 2)),
        *(fit_step(steps[at::2], values[at::2], fit_accuracy=0.99, smoothing_decades=smoothing) for at in (0, 1)),
        *(
            fit_step(steps, values, fit_accuracy=float(level), smoothing_decades=smoothing)
            for level in ALTERNATIVES["fit_accuracy"]
        ),
    ]
    known = [step for step in again if step is not None]
    assert (found.earliest, found.latest) == (min(known), max(known))
    assert (found.lost, found.readings) == (len(again) - len(known), 6)
    assert found.sharpness is None
    assert found.spread_decades == pytest.approx(float(log_time(max(known)) - log_time(min(known))))


def test_two_falls_that_are_equally_steep_leave_the_date_open() -> None:
    """A rank that falls in two steps without a rise between them: which one is steeper is a matter of chance."""
    steps = log_grid(100_000, 120)
    curve = 100 - 40 * ramp(steps, 100, 0.2) - 40 * ramp(steps, 10_000, 0.2)
    found = pd.DataFrame({"step": steps, "value": noisy(curve, 0.5, 0)})
    known = uncertainties(found, rank.read, SETTINGS, rank.read(found, SETTINGS))["rank_collapse"]
    assert known.earliest < 120
    assert known.latest > 8000
    assert "the date of the collapse of rank is not sharp: other readings put it from step" in not_sharp(
        found, rank.read, SETTINGS, "rank_collapse"
    )


def test_an_event_that_most_readings_do_not_find_is_not_sharp() -> None:
    curve = pd.DataFrame({"step": log_grid(), "value": 0.0})

    def lost_with(fewer: int) -> Reader:
        left = iter([*[None] * fewer, *[100.0] * 100])
        first = iter([True])

        def read(curve: pd.DataFrame, settings: Any) -> dict[str, Occurrence]:
            return {"migration": Occurrence(100.0 if next(first, False) else next(left), False)}

        return read

    assert not_sharp(curve, lost_with(4), SETTINGS, "migration") == ""
    assert "5 of 8 other readings do not find it" in not_sharp(curve, lost_with(5), SETTINGS, "migration")


def test_the_steepest_fall_of_a_norm_that_glides_is_not_sharp() -> None:
    steps = log_grid(100_000, 100)
    _, date = indicators.DATES["norm_fall"]
    for width, wanted in ((0.3, ""), (3.0, "the date of the steepest fall of the norm is not sharp")):
        curve = pd.DataFrame({"step": steps, "value": noisy(100 - 60 * ramp(steps, 1000, width), 0.2, 0)})
        said = not_sharp(curve, lambda *read, date=date: {"norm_fall": date(*read)}, SETTINGS, "norm_fall")
        assert said.startswith(wanted)
        assert bool(said) == bool(wanted)
