"""Transformers against torch's own modules with the same weights."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from grokscope.models.registry import model_settings
from margins import assert_equal_to_rounding
from transformer_support import (
    BATCH,
    CLASSES,
    POSITIONS,
    SEEDS,
    pairs,
    plain_with_weights,
    token_rows,
    transformer,
    transformer_settings,
)

CASES = list(product(["post", "pre", "none"], ["causal", "full"], [False, True], [False, True]))
CLOSE = {"rtol": 1e-9, "atol": 1e-11}


def labels(of_positions: bool) -> Tensor:
    shape = (len(SEEDS), BATCH, POSITIONS) if of_positions else (len(SEEDS), BATCH)
    return torch.randint(CLASSES, shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.trained
@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize(("norm", "attention", "tied", "of_positions"), CASES)
def test_outputs_gradients_and_a_step_are_torchs(
    norm: str, attention: str, tied: bool, of_positions: bool, activation: str
) -> None:
    settings = transformer_settings(norm=norm, attention=attention, tied=tied, activation=activation)
    network = transformer(settings, of_positions)
    tokens, targets = token_rows(len(SEEDS)), labels(of_positions)
    plain = [plain_with_weights(network, settings, index) for index in range(len(SEEDS))]
    # without a large `eps`, a first step of Adam is the sign of a gradient, which rounding decides near 0
    optimisers = [
        torch.optim.AdamW(parameters, lr=1e-2, weight_decay=0.3, eps=1e-2)
        for parameters in (network.parameters(), *(module.parameters() for module in plain))
    ]
    found: dict[str, Tensor] = {}
    expected: dict[str, Tensor] = {}
    outputs = network(tokens)
    functional.cross_entropy(outputs.flatten(0, -2), targets.flatten(), reduction="sum").backward()
    for index, module in enumerate(plain):
        theirs = module(tokens[index])
        found[f"outputs {index}"], expected[f"outputs {index}"] = outputs[index], theirs
        functional.cross_entropy(theirs.flatten(0, -2), targets[index].flatten(), reduction="sum").backward()
        for name, parameter, transposed in pairs(module, len(network.layers)):
            gradient = network.get_parameter(name).grad[index]
            theirs = parameter.grad.T if transposed else parameter.grad
            found[f"gradient {name} {index}"] = gradient.reshape(theirs.shape)
            expected[f"gradient {name} {index}"] = theirs
    for optimiser in optimisers:
        optimiser.step()
    for index, module in enumerate(plain):
        for name, parameter, transposed in pairs(module, len(network.layers)):
            theirs = parameter.T if transposed else parameter
            found[f"{name} {index}"] = network.get_parameter(name)[index].reshape(theirs.shape)
            expected[f"{name} {index}"] = theirs
    assert_equal_to_rounding(found, expected, 1e-9)


@pytest.mark.parametrize("of_positions", [False, True])
@pytest.mark.parametrize("norm", ["post", "pre", "none"])
def test_reported_layers_are_those_of_the_plain_blocks(norm: str, of_positions: bool) -> None:
    settings = transformer_settings(norm=norm)
    network, tokens = transformer(settings, of_positions), token_rows()
    reported = network.preactivations(tokens)
    seen: list[Tensor] = []
    for index in range(len(SEEDS)):
        module = plain_with_weights(network, settings, index)
        seen.clear()
        for block in module.blocks:
            for linear in (block.linear1, block.linear2):
                linear.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
        embedded = module.tokens(tokens[0]) + module.positions.weight
        outputs = module.after_embedding(embedded)
        expected = [embedded, *seen, outputs]
        assert len(reported) == len(expected) == len(network.layers) == 6
        for own, theirs in zip(reported, expected, strict=True):
            torch.testing.assert_close(own[index], theirs, **CLOSE)


@pytest.mark.parametrize("of_positions", [False, True])
def test_a_causal_position_does_not_see_what_comes_after_it(of_positions: bool) -> None:
    tokens = token_rows()
    later = tokens.clone()
    later[..., -1] = (later[..., -1] + 1) % 3
    for attention, blind in (("causal", True), ("full", False)):
        network = transformer(transformer_settings(attention=attention), of_positions)
        before, after = (network.preactivations(rows)[2][:, :, :-1] for rows in (tokens, later))
        assert torch.equal(before, after) == blind


def test_gradients_reach_the_embedded_tokens() -> None:
    network = transformer(transformer_settings())
    embedded = network.first(token_rows()).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(network.rest(embedded)[-1].sum(), embedded)
    assert bool((gradient.abs().sum(dim=-1) > 0).all())


def test_what_is_tied_is_one_parameter() -> None:
    network = transformer(transformer_settings(tied=True))
    assert not {"weight_6", "bias_6"} & set(dict(network.named_parameters()))
    assert network.layers[-1].parameters == 2 * 12  # of the last normalisation
    tokens = token_rows()
    tokens[tokens == 0] = 1
    (gradient,) = torch.autograd.grad(network(tokens).square().sum(), [network.get_parameter("token_embedding")])
    assert bool((gradient[:, 0] != 0).any())  # of a token that does not occur, but has a class


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"heads": 5}, "heads 5 does not divide width 12"),
        ({"batch_norm": True}, "batch_norm"),
        ({"activation": "tanh"}, "activation"),
        ({"init_scheme": "orthogonal"}, "init_scheme"),
    ],
)
def test_impossible_settings(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        transformer_settings(**changes)


def test_the_usual_hidden_units_by_their_number_are_none() -> None:
    plain = model_settings(kind="transformer", blocks=2, width=12, heads=3)
    assert transformer_settings(hidden=48) == plain
    assert plain.hidden_units == 48
    assert transformer_settings(init_scheme=None, hidden=None).init_scheme == "torch"
