"""The detectors on the authors' own curves."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from detector_support import detect
from grokscope.analysis.detectors.complexity_phases import complexity_phases
from grokscope.analysis.detectors.generalisation import generalisation
from grokscope.analysis.detectors.robustness import robustness_phases
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
