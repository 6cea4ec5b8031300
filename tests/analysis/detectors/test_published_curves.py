"""The detectors on the authors' own curves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis_support import SETTINGS
from detector_support import detect
from grokscope.analysis.detectors.complexity_phases import complexity_phases
from grokscope.analysis.detectors.generalisation import generalisation
from grokscope.analysis.detectors.robustness import robustness_phases
from grokscope.analysis.events import accuracy, complexity, robustness
from grokscope.analysis.events.uncertainty import not_sharp
from grokscope.analysis.reference import read_reference


def published(name: str) -> pd.DataFrame:
    return read_reference(Path(__file__).parents[3] / "reference" / f"always_grok_{name}.csv")


def test_the_authors_own_curves_show_what_they_say() -> None:
    """P2 Fig 2: robustness returns from about 10 000 steps on; Fig 10: a peak at 4000 to 5300 steps, then
    generalisation, later in deeper networks.
    """
    accuracy, local = published("fig02_accuracy"), published("fig02_local_complexity")
    attacked = accuracy[accuracy["epsilon"] == 0.06]
    found = detect(robustness_phases, attacked["step"].to_numpy(), attacked["value"].to_numpy() / 100)
    assert found.lost is not None
    assert found.onset is not None
    assert found.lost < 700
    assert 10000 < found.onset < 30000
    train = local[local["split"] == "train"]
    assert detect(complexity_phases, train["step"].to_numpy(), train["value"].to_numpy()).double_descent
    accuracy, local = published("fig10_accuracy"), published("fig10_lc_train")
    migrations, rises = [], []
    for depth in (2, 3, 4, 5, 6):
        test = accuracy[(accuracy["depth"] == depth) & (accuracy["split"] == "test")]
        rise = detect(generalisation, test["step"], test["value"] / (100 if test["percent"].any() else 1))
        curve = local[local["depth"] == depth]
        phases = detect(complexity_phases, curve["step"].to_numpy(), curve["value"].to_numpy())
        assert rise is not None
        assert phases.peak is not None
        assert phases.migration is not None
        assert 3900 < phases.peak < 5400
        rises.append(rise.step)
        migrations.append(phases.migration)
    assert all(migration < rise for migration, rise in zip(migrations, rises, strict=True))
    assert rises[1:] == sorted(rises[1:])


def test_which_of_the_authors_own_dates_are_sharp() -> None:
    """Sharp are the dates that the paper speaks of: loss and return of robustness (Fig 2), and in Fig 10 the peaks of
    complexity, the start of migration and the rise of test accuracy. At depth 5 a second peak is almost as high, at
    depth 6 the fit is lost and comes back, and at depth 2 test accuracy glides. The middle of the second descent is not
    sharp at any depth: complexity falls at once by half and then for a decade.
    """
    attacked = published("fig02_accuracy")
    for epsilon in (0.06, 0.1):
        curve = attacked[attacked["epsilon"] == epsilon]
        for event in ("robustness_lost", "robustness_onset"):
            assert not not_sharp(curve.assign(value=curve["value"] / 100), robustness.read, SETTINGS, event)
    two_peaks = published("fig02_local_complexity")
    two_peaks = two_peaks[two_peaks["split"] == "train"]
    said = not_sharp(two_peaks, complexity.read, SETTINGS, "complexity_peak")
    assert "other readings put it from step 667 to 10005" in said
    accuracies, local = published("fig10_accuracy"), published("fig10_lc_train")
    blurred = set()
    for depth in (2, 3, 4, 5, 6):
        for split, event, read in (
            ("train", "fit", accuracy.read_fit),
            ("test", "generalisation", accuracy.read_generalisation),
        ):
            rows = accuracies[(accuracies["depth"] == depth) & (accuracies["split"] == split)]
            curve = pd.DataFrame({"step": rows["step"], split: rows["value"] / (100 if rows["percent"].any() else 1)})
            blurred |= {(depth, event)} if not_sharp(curve, read, SETTINGS, event) else set()
        curve = local[local["depth"] == depth]
        for event in ("complexity_peak", "migration", "complexity_second_descent"):
            blurred |= {(depth, event)} if not_sharp(curve, complexity.read, SETTINGS, event) else set()
    glides = {(depth, "complexity_second_descent") for depth in (2, 3, 4, 5, 6)}
    others = {(5, "complexity_peak"), (5, "migration"), (6, "fit"), (2, "generalisation")}
    assert blurred == glides | others
