"""Smallest effects that matter: claims name them, in the unit of their effect; the numbers hang together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments_support import REPOSITORY, all_experiments, as_one_file, refusal, written
from grokscope.analysis.detectors.curve import log_time
from grokscope.analysis.reference import read_reference
from grokscope.config.detector_settings import DetectorSettings
from grokscope.config.smallest_effects import shared_smallest_effects
from grokscope.config.start import load_plan
from grokscope.training.schedule import checkpoint_steps

SHARED = shared_smallest_effects()
VALUE = {name: effect.value for name, effect in SHARED.items()}
DETECTORS = DetectorSettings()
DATES = {"axis": "weight_decay", "event": "fit", "where": {"train_size": "smaller"}}
OWN = {"value": 0.02, "unit": "rank per decade of weight decay", "reason": "It is ours.", "source": "A guess."}


def with_claim(**settings: Any) -> dict[str, Any]:
    """The experiments of Deep Grokking with this claim alone."""
    tree = as_one_file("deep_grokking")
    known: dict[str, Any] = {"statement": "It is so.", "where": "Fig 6", "sweeps": ["weight_decays"]}
    known |= {"effect": {"event_step_by_axis": DATES}, "family": "deep_grokking_weight_decay"}
    known |= {"means": {"supported": "yes.", "contradicted": "no."}, "premise": {"shown": "fit"}}
    tree["claims"] = {"mine": known | settings}
    return tree


def refused(tree: dict[str, Any], folder: Path) -> str:
    return refusal({"experiments": [written(tree, folder / "changed.yaml")]})


def accepted(tree: dict[str, Any], folder: Path) -> Any:
    """The claim as it is planned."""
    _, plan = load_plan({"experiments": [written(tree, folder / "changed.yaml")], "figures": "all"}, REPOSITORY)
    return plan.claims["deep_grokking_mine"].settings


def test_every_one_is_named_by_a_claim_and_has_its_unit() -> None:
    claims = [claim for _, paper in all_experiments() for claim in paper.claims.values()]
    assert {claim.smallest_effect_name for claim in claims} == set(SHARED)
    assert all(claim.smallest_effect == VALUE[claim.smallest_effect_name] for claim in claims)
    for effect in SHARED.values():
        assert effect.reason.endswith(".")
        assert not effect.source.endswith(".")


def test_the_same_question_has_the_same_number_in_both_papers() -> None:
    (deep, always, ours) = (paper for _, paper in all_experiments())
    later = {paper.claims[name].smallest_effect_name for paper, name in (
        (deep, "deeper_generalises_later"), (always, "deeper_generalises_later"), (ours, "depth_on_cifar10")
    )}  # fmt: skip
    assert later == {"later_per_layer"}
    assert deep.claims["deeper_generalises_later"].unit == always.claims["deeper_generalises_later"].unit
    assert deep.claims["deeper_generalises_later"].unit == "decades of steps per layer"
    assert deep.claims["more_data_generalises_earlier"].unit == "decades of steps per doubling of the training set"
    assert always.claims["weight_decay_robust_later"].unit == "decades of steps per decade of weight decay"
    assert deep.claims["deeper_delays_longer"].unit == "decades from fit to generalisation per layer"
    assert ours.claims["bottleneck_hastens_generalisation"].unit == "decades of steps"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"expect": {"less": 0.1}},
            ["claims.mine", "expect.less", "name of a smallest effect", "smallest_effects.yaml", "0.1"],
        ),
        ({"expect": {"less": "much"}}, ["mine.expect", "'much'", "those that fit are later_per_decade_of_decay"]),
        (
            {"expect": {"less": "later_per_layer"}},
            [
                "mine.expect",
                "'decades of steps per layer'",
                "'decades of steps per decade of weight decay'",
                "that fit",
            ],
        ),
        ({"expect": {"less": "accuracy"}}, ["mine.expect", "'accuracy (fraction)'", "later_per_decade_of_decay"]),
        ({}, ["mine.expect", "should name a smallest effect", "later_per_decade_of_decay"]),
        (
            {"expect": {"less": "lag"}, "effect": {"curve_level": {"curve": "rank", "statistic": "final"}}},
            ["mine.expect", "none fits", "'rank'"],
        ),
    ],
)
def test_a_claim_names_one_that_fits(settings: dict[str, Any], words: list[str], tmp_path: Path) -> None:
    message = refused(with_claim(**settings), tmp_path)
    for word in ("changed.yaml", *words):
        assert word in message


def test_a_paper_may_have_some_of_its_own(tmp_path: Path) -> None:
    level = {"curve": "rank", "statistic": "final", "axis": "weight_decay", "where": {"train_size": "smaller"}}
    tree = with_claim(expect={"less": "mine"}, effect={"curve_level": level})
    tree["smallest_effects"] = {"mine": OWN}
    found = accepted(tree, tmp_path)
    assert (found.smallest_effect, found.unit) == (0.02, "final rank per decade of weight decay")
    tree["smallest_effects"] = {"mine": OWN, "lag": OWN}
    assert "smallest_effects.lag: is defined in experiments/smallest_effects.yaml too" in refused(tree, tmp_path)
    tree["smallest_effects"] = {"mine": OWN | {"value": 0}}
    assert "smallest_effects.mine.value: should be greater than 0" in refused(tree, tmp_path)
    tree["smallest_effects"] = {"mine": {key: text for key, text in OWN.items() if key != "reason"}}
    assert "smallest_effects.mine.reason: required key is missing" in refused(tree, tmp_path)


def test_values_without_a_place_are_left_out_by_positions(tmp_path: Path) -> None:
    def without_decay(**more: Any) -> dict[str, Any]:
        effect = {"event_step_by_axis": DATES | more}
        tree = with_claim(expect={"less": "later_per_decade_of_decay"}, effect=effect)
        tree["sweeps"]["weight_decays"]["axes"]["weight_decay"]["values"]["paper"][0] = 0
        return tree

    message = refused(without_decay(), tmp_path)
    for word in ("mine.parameters.axis", "weight_decay 0", "sweep weight_decays", "among decades", "by positions"):
        assert word in message
    assert accepted(without_decay(positions=["middle", "strong"]), tmp_path).parameters["positions"] == [1, 2]


def test_an_axis_is_one_setting_in_all_sweeps_of_a_claim(tmp_path: Path) -> None:
    dates = {"axis": "depth", "event": "fit"}
    sweeps = ["depths", "others"]
    tree = with_claim(expect={"less": "later_per_layer"}, effect={"event_step_by_axis": dates}, sweeps=sweeps)
    tree["sweeps"]["others"] = {
        "axes": {"depth": {"key": "training.steps", "values": [50, 60]}},
        "run_id": "t{training.steps}",
    }
    message = refused(tree, tmp_path)
    for word in ("mine.parameters.axis", "depth is another setting in sweep others than in depths"):
        assert word in message


def test_numbers_hang_together() -> None:
    """Those along an axis add up to the one between conditions over a range that the papers show."""
    assert VALUE["lag"] == DETECTORS.delay_decades
    assert VALUE["later_per_layer"] * (6 - 2) == pytest.approx(VALUE["lag"])
    assert VALUE["later_per_doubling_of_data"] * np.log2(7000 / 2000) == pytest.approx(VALUE["lag"], abs=0.01)
    assert VALUE["later_per_doubling_of_width"] * np.log2(64 / 16) == pytest.approx(VALUE["lag"])
    assert VALUE["later_per_doubling_of_batch"] * np.log2(512 / 64) == pytest.approx(VALUE["lag"], abs=0.011)
    assert VALUE["later_per_decade_of_decay"] * np.log10(0.05 / 0.005) == pytest.approx(VALUE["lag"])
    assert VALUE["accuracy"] == DETECTORS.surge_rise == DETECTORS.robustness_change == VALUE["share_without_gradient"]
    assert VALUE["stage_accuracy_per_layer"] * (12 - 8) == pytest.approx(DETECTORS.surge_rise)
    assert VALUE["final_accuracy_per_layer"] * (12 - 4) == pytest.approx(0.02)
    assert VALUE["complexity"] == pytest.approx(-np.log10(1 - DETECTORS.complexity_change * 0.6), abs=0.006)
    assert VALUE["complexity_per_layer"] * (6 - 2) == pytest.approx(VALUE["complexity"])
    assert VALUE["rank_gap"] == pytest.approx(-np.log10(1 - DETECTORS.rank_drop) / 3, abs=0.002)
    assert VALUE["tunnel_per_layer"] * (12 - 4) == 1
    assert VALUE["more_common"] == 2 * VALUE["most"]
    assert VALUE["more_of_the_grid"] == pytest.approx(2 / 18, abs=0.012)
    assert VALUE["much_later"] == pytest.approx(np.log10(2), abs=0.002)
    assert VALUE["long_after"] == pytest.approx(np.log10(3), abs=0.03)


def test_sources_say_what_the_published_values_and_the_checkpoints_say() -> None:
    def curve(file: str, **chosen: Any) -> tuple[np.ndarray, np.ndarray]:
        rows = read_reference(REPOSITORY / "reference" / f"always_grok_{file}.csv")
        for key, value in chosen.items():
            rows = rows[rows[key] == value]
        rows = rows.sort_values("step")
        return log_time(rows["step"].to_numpy()), rows["value"].to_numpy(dtype=np.float64)

    def crossing(time: np.ndarray, values: np.ndarray, share: float) -> float:
        """When the curve last passes a share of its gain from start to end."""
        level = values[0] + share * (np.median(values[time > time[-1] - 0.1]) - values[0])
        last = int(np.flatnonzero(values < level)[-1])
        return float(np.interp(level, values[last : last + 2], time[last : last + 2]))

    depths = [2, 3, 4, 5, 6]
    rises = {depth: curve("fig10_accuracy", split="test", depth=depth) for depth in depths}
    assert np.polyfit(depths, [crossing(*rises[depth], 0.5) for depth in depths], 1)[0] == pytest.approx(
        0.09, abs=0.005
    )
    for depth in (4, 5, 6):
        assert 0.29 < crossing(*rises[depth], 0.9) - crossing(*rises[depth], 0.1) < 0.45
    peaks = [np.log10(curve("fig10_lc_train", depth=depth)[1].max()) for depth in depths]
    assert np.polyfit(depths, peaks, 1)[0] == pytest.approx(0.09, abs=0.005)
    time, train = curve("fig10_accuracy", split="train", depth=4)
    fit = time[np.argmax(train >= 0.99 * (100 if train.max() > 1.5 else 1))]
    assert crossing(*rises[4], 0.5) - fit == pytest.approx(1.0, abs=0.1)
    ranges = []
    for figure in ("fig01", "fig02", "fig06a"):
        values = curve(f"{figure}_local_complexity", split="train")[1]
        ranges.append(np.ptp(values) / values.max())
    np.testing.assert_allclose(ranges, [0.50, 0.97, 0.60], atol=0.006)
    ends = {epsilon: curve("fig02_accuracy", split="adversarial", epsilon=epsilon)[1][-1] for epsilon in (0.06, 0.2)}
    assert ends[0.06] - ends[0.2] == pytest.approx(14, abs=0.6)
    spacing = {}
    _, plan = load_plan({"scale": "quick", "figures": "all"}, REPOSITORY)
    for figure in ("deep_grokking_fig1", "always_grok_fig2"):
        settings = plan.runs[plan.figures[figure].runs()[0]].settings
        steps = checkpoint_steps(settings.checkpoints, settings.training.steps)
        spacing[figure] = np.diff(log_time(np.array(steps)))[-1]
    assert spacing["deep_grokking_fig1"] == pytest.approx(0.06, abs=0.005)
    assert spacing["always_grok_fig2"] == pytest.approx(0.08, abs=0.005)
