"""Tables of accuracy under attack."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from grokscope.metrics.accuracy import measure as accuracy
from grokscope.metrics.accuracy.declaration import AccuracySettings
from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.pgd import attack, random_start
from grokscope.metrics.tables import columns_of
from metrics_helpers import SEEDS, attack_settings, initialised, random_context, run_settings, spoil

SHAPE = (1, 28, 28)


@pytest.mark.parametrize("starts", [["none"], ["random"], ["random", "none"]])
def test_rows_are_accuracies_of_the_last_iterates(starts: list[str]) -> None:
    run = run_settings(dtype="float64", init_scale=3.0)
    network, context = initialised(run), random_context(run)
    table = adversarial.build(attack_settings(starts=starts), context)(network, 9)
    assert list(table.columns) == [column for column in columns_of("adversarial") if column != "run"]
    assert len(table) == len(starts) * len(SEEDS) * 3
    assert set(table["step"]) == {9}
    assert set(table["points"]) == {12}
    chosen = [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27]  # 12 of 30 points
    images, labels = context.test_inputs[:, chosen], context.targets("test")[:, chosen]
    for start in starts:
        for epsilon in (0.05, 0.2):
            noise = None if start == "none" else random_start(epsilon, 12, SHAPE).to(images)[None]
            result = attack(network, images, labels, [epsilon], 4 / 255, 4, noise)
            right = (result.logits.argmax(dim=-1)[:, 0] == labels).double().mean(dim=1)
            chosen = table[(table["start"] == start) & (table["epsilon"] == epsilon)]
            assert list(chosen["seed"]) == SEEDS
            np.testing.assert_allclose(chosen["accuracy"], right)


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("epsilons", [[0.1], [0.0, 0.1], [0.0]])
def test_epsilon_zero_comes_first_and_is_the_clean_accuracy(kind: str, epsilons: list[float]) -> None:
    run = run_settings(kind=kind, width=4)
    network, context = initialised(run), random_context(run)
    table = adversarial.build(attack_settings(epsilons=epsilons, starts=["none", "random"], points=None), context)(
        network, 0
    )
    clean = accuracy.build(AccuracySettings(), context)(network, 0)
    for (_, seed), rows in table.groupby(["start", "seed"]):
        assert list(rows["epsilon"]) == sorted({0.0, *epsilons})
        assert (
            rows["accuracy"].iloc[0]
            == clean.loc[(clean["seed"] == seed) & (clean["split"] == "test"), "accuracy"].item()
        )
    assert set(table["points"]) == {30}


@pytest.mark.parametrize("chunk", [1, 5, 100])
def test_chunks_do_not_change_the_result(chunk: int) -> None:
    run = run_settings(dtype="float64")
    network, context = initialised(run), random_context(run)
    chosen = attack_settings(starts=["none", "random"])
    whole, chunked = (adversarial.build(chosen, context, chunk=size)(network, 0) for size in (None, chunk))
    exact = ["seed", "step", "epsilon", "start", "points"]
    assert whole[exact].equals(chunked[exact])
    np.testing.assert_allclose(whole.drop(columns=exact), chunked.drop(columns=exact), rtol=1e-12)


def test_random_starts_are_reproducible_and_differ_by_epsilon_and_point() -> None:
    start = random_start(0.1, 5, SHAPE)
    assert torch.equal(start, random_start(0.1, 5, SHAPE))
    assert torch.equal(start[:3], random_start(0.1, 3, SHAPE))
    assert not torch.allclose(start, random_start(0.2, 5, SHAPE))
    assert not torch.allclose(start[0], start[1])
    assert start.min() >= -1
    assert start.max() <= 1
    assert start.mean().abs() < 0.05
    assert start.square().mean().item() == pytest.approx(1 / 3, abs=0.03)
    run = run_settings()
    network, context = initialised(run), random_context(run)
    first, second = (adversarial.build(attack_settings(starts=["random"]), context)(network, 0) for _ in range(2))
    assert first.equals(second)
    alone = adversarial.build(attack_settings(starts=["random"], epsilons=[0.2]), context)(
        network, 0
    )  # epsilons do not share randomness
    assert alone.equals(first[first["epsilon"] != 0.05].reset_index(drop=True))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_diverged_seed_is_nan_and_leaves_the_other_alone(value: float) -> None:
    run = run_settings()
    network, context = initialised(run), random_context(run)
    measure = adversarial.build(attack_settings(starts=["none", "random"]), context)
    whole = measure(network, 0)
    spoil(network, 1, value)
    table = measure(network, 0)
    measured = ["accuracy", "zero_gradient_start", "zero_gradient_last"]
    assert table.loc[table["seed"] == SEEDS[1], measured].isna().all(axis=None)
    assert table[table["seed"] == SEEDS[0]].equals(whole[whole["seed"] == SEEDS[0]])


def test_batch_normalisation_is_in_evaluation_mode() -> None:
    run = run_settings(batch_norm=True)
    network, context = initialised(run).train(), random_context(run)
    before = network.get_buffer("running_mean_1").clone()
    adversarial.build(attack_settings(), context)(network, 0)
    assert torch.equal(before, network.get_buffer("running_mean_1"))
