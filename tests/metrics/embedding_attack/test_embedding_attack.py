"""Attacks on embedded sequences, held against a loop with autograd over single sequences and against a closed form."""

from __future__ import annotations

import dataclasses
from typing import cast

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from embedding_helpers import (
    SEEDS,
    alone,
    context_of,
    embed,
    spoil_embedding,
    transformer_of,
    transformer_run,
)
from grokscope.config.run_settings import RunSettings
from grokscope.config.run_work import RunWork
from grokscope.metrics.adversarial.pgd import random_start
from grokscope.metrics.embedding_attack import measure as embedding_attack
from grokscope.metrics.embedding_attack.declaration import EMBEDDING_ATTACK, EmbeddingAttackSettings
from grokscope.metrics.embedding_attack.pgd import attack
from grokscope.metrics.tables import check_table, columns_of
from grokscope.models.network import Network
from grokscope.models.transformer.embedded import EmbeddedNetwork
from task_support import register_tokens, token_settings

SHAPE = (4, 6)


def settings_of(**changes: object) -> EmbeddingAttackSettings:
    given = {"epsilons": [0.1, 0.9], "step_size": 0.15, "relative_epsilons": [0.5], "relative_step_size": 0.2}
    return EmbeddingAttackSettings.model_validate(
        given | {"steps": 4, "points": 6, "starts": ["none", "random"]} | changes
    )


def attacked_by_hand(
    network: Network, seed: int, sequence: Tensor, target: Tensor, radius: float, step: float, steps: int, start: Tensor
) -> tuple[Tensor, Tensor]:
    """The last iterate and its logits of one sequence (positions, width), whose target is a class or one for each
    position.
    """
    rest, moved = alone(network, seed), sequence + radius * start
    for _ in range(steps):
        variable = moved.clone().requires_grad_()
        logits = rest(variable[None])[-1][0]
        functional.cross_entropy(logits.view(-1, logits.shape[-1]), target.view(-1), reduction="sum").backward()
        assert variable.grad is not None
        moved = torch.clamp(moved + step * variable.grad.sign(), sequence - radius, sequence + radius)
    with torch.no_grad():
        return moved, rest(moved[None])[-1][0]


@pytest.fixture(params=["one class for each sample", "one for each position"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RunSettings:
    if "sample" in request.param:
        return transformer_run()
    register_tokens(monkeypatch)
    return transformer_run({"name": "reversal", "train_size": 20})


def test_accuracies_are_those_of_single_sequences_attacked_by_hand(run: RunSettings) -> None:
    network, context, settings = transformer_of(run), context_of(run), settings_of()
    # what the first seed answers is taken for right, so that there is something to lose
    answers = network(context.test_inputs)[:1].argmax(dim=-1)
    context = dataclasses.replace(context, test_targets=answers)
    table = embedding_attack.build(settings, context)(network, 7)
    check_table("embedding_attack", table.assign(run="r")[columns_of("embedding_attack")])
    tokens, targets = context.points("test", 6)
    shape = network.layers[0].shape
    accuracies = []
    for place, seed in enumerate(SEEDS):
        unit = float(np.mean(np.abs(embed(network, place, context.train_inputs[0]).numpy())))
        sequences = embed(network, place, tokens[0])
        for measured, epsilon, factor, step in (
            ("fixed", 0.1, 1.0, 0.15),
            ("fixed", 0.9, 1.0, 0.15),
            ("relative", 0.5, unit, 0.2),
        ):
            for start in ("none", "random"):
                noise = random_start(epsilon, 6, shape) if start == "random" else torch.zeros(6, *shape)
                right = [
                    (
                        attacked_by_hand(
                            network, place, one, target, epsilon * factor, step * factor, 4, moved.double()
                        )[1].argmax(dim=-1)
                        == target
                    )
                    for one, target, moved in zip(sequences, targets[place], noise, strict=True)
                ]
                key = {"seed": seed, "measured": measured, "epsilon": epsilon, "start": start}
                row = table[(table[list(key)] == pd.Series(key)).all(axis=1)]
                assert row["accuracy"].item() == pytest.approx(torch.stack(right).double().mean().item())
                assert row["zero_gradient_start"].item() == row["zero_gradient_last"].item() == 0
                assert row["points"].item() == 6
                accuracies.append(row["accuracy"].item())
        clean = alone(network, place)(sequences)[-1].argmax(dim=-1) == targets[place]
        rows = table[(table["seed"] == seed) & (table["epsilon"] == 0)]
        assert len(rows) == 4
        np.testing.assert_allclose(rows["accuracy"], clean.double().mean().item())
    assert len(set(accuracies)) > 2, "the attacks should differ"


def test_the_iterates_are_those_of_the_loop(run: RunSettings) -> None:
    network, context = transformer_of(run), context_of(run)
    tokens, targets = context.points("test", 5)
    with torch.no_grad():
        sequences = network.first(tokens)
    radii = torch.tensor([[0.1, 0.5], [0.2, 0.3]], dtype=torch.float64)
    steps = torch.tensor([0.08, 0.11], dtype=torch.float64)
    found = attack(EmbeddedNetwork(network), sequences, targets, radii, steps, 5)
    for place in range(2):
        for size in range(2):
            for number in range(5):
                moved, logits = attacked_by_hand(
                    network,
                    place,
                    sequences[place, number],
                    targets[place, number],
                    radii[place, size].item(),
                    steps[place].item(),
                    5,
                    torch.zeros(sequences.shape[2:], dtype=torch.float64),
                )
                torch.testing.assert_close(found.sequences[place, size, number], moved, rtol=0, atol=1e-12)
                torch.testing.assert_close(found.logits[place, size, number], logits, rtol=0, atol=1e-9)


class TwoClasses(nn.Module):
    """Embedded sequences (S, B, positions, width) -> two logits that are linear in them."""

    def __init__(self, seeds: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.weight = torch.randn(seeds, 2, *SHAPE, generator=generator, dtype=torch.float64)

    def forward(self, sequences: Tensor) -> Tensor:
        return torch.einsum("sbtd,sctd->sbc", sequences, self.weight)


def test_a_linear_network_is_moved_to_its_optimum() -> None:
    """The logit of the other class leads by (w' - w) x, which in the ball is largest at x + epsilon sign(w' - w)."""
    network = TwoClasses(2)
    generator = torch.Generator().manual_seed(2)
    sequences = torch.randn(2, 7, *SHAPE, generator=generator, dtype=torch.float64)
    targets = torch.randint(2, (2, 7), generator=generator)
    radii = torch.tensor([[0.3, 0.05], [0.1, 0.2]], dtype=torch.float64)
    found = attack(
        cast(EmbeddedNetwork, network), sequences, targets, radii, torch.tensor([0.1, 0.1], dtype=torch.float64), 3
    )
    rows = torch.arange(2)[:, None]
    towards = network.weight[rows, 1 - targets] - network.weight[rows, targets]  # (S, B, positions, width)
    best = sequences[:, None] + radii[:, :, None, None, None] * towards.sign()[:, None]
    torch.testing.assert_close(found.sequences, best, rtol=0, atol=1e-12)
    lead = (sequences * towards).sum(dim=(2, 3))[:, None] + radii[:, :, None] * towards.abs().sum(dim=(2, 3))[:, None]
    right = found.logits.argmax(dim=-1) == targets[:, None]
    assert torch.equal(right, lead < 0)
    assert right.any()
    assert not right.all()


def test_a_sequence_without_gradient_stays_where_it_is() -> None:
    """A softmax that is exactly one-hot: class 0 leads by far, so that only the other classes have a gradient."""
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    with torch.no_grad():
        network.get_parameter("bias_6")[:, :, 0] += 2000
    table = embedding_attack.build(settings_of(points=None), context)(network, 0)
    share = (context.test_targets == 0).double().mean().item()
    assert 0 < share < 1
    for column in ("accuracy", "zero_gradient_start", "zero_gradient_last"):
        np.testing.assert_allclose(table[column], share)


def test_sequences_in_several_parts_are_attacked_the_same(run: RunSettings) -> None:
    network, context = transformer_of(run), context_of(run)
    whole = embedding_attack.build(settings_of(), context)(network, 0)
    parts = embedding_attack.build(settings_of(), context, chunk=4)(network, 0)
    pd.testing.assert_frame_equal(parts, whole)


def test_a_seed_that_is_not_finite_has_no_values() -> None:
    run = transformer_run()
    network, context = transformer_of(run), context_of(run)
    sound = embedding_attack.build(settings_of(), context)(network, 0)
    spoil_embedding(network, 0)
    table = embedding_attack.build(settings_of(), context)(network, 0)
    values = ["accuracy", "zero_gradient_start", "zero_gradient_last"]
    assert table.loc[table["seed"] == SEEDS[0], values].isna().all(axis=None)
    pd.testing.assert_frame_equal(table[table["seed"] == SEEDS[1]], sound[sound["seed"] == SEEDS[1]])


def test_what_cannot_be_measured_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(EMBEDDING_ATTACK.complaints(settings_of(), RunWork(transformer_run()))) == []
    nothing = settings_of(epsilons=[], relative_epsilons=[])
    assert "epsilons" in next(iter(EMBEDDING_ATTACK.complaints(nothing, RunWork(transformer_run()))))
    register_tokens(monkeypatch)
    found = list(EMBEDDING_ATTACK.complaints(settings_of(), RunWork(token_settings("reversal"))))
    assert "mixer is no embedding" in found[0]
