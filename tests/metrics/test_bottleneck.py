"""Metrics of a network whose last hidden layer is narrower than the others."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grokscope.metrics.local_complexity import measure as local_complexity
from grokscope.metrics.local_complexity.frames import shared_frame
from grokscope.metrics.probes import measure as probes
from grokscope.metrics.probes.declaration import ProbesSettings
from grokscope.metrics.rank import rank_table
from grokscope.metrics.spectra import measure as spectra
from grokscope.metrics.spectra.declaration import SpectraSettings
from grokscope.metrics.weight_norm import measure as weight_norm
from grokscope.metrics.weight_norm.declaration import WeightNormSettings
from metrics_helpers import SEEDS, brute_force, initialised, random_context, run_settings


def test_spectra_and_ranks_have_the_size_of_each_layer() -> None:
    run = run_settings(depth=4, width=12, bottleneck=5, dtype="float64")
    network, context = initialised(run), random_context(run)
    table = spectra.build(SpectraSettings(splits=["test"]), context)(network, 0)
    assert table.groupby("layer")["eigenvalues"].first().map(len).tolist() == [12, 12, 5, 10]
    found = rank_table(table.assign(run="r"))
    features = network.preactivations(context.test_inputs)
    for seed, values in zip(SEEDS, zip(*features, strict=True), strict=True):
        chosen = found[(found["seed"] == seed) & (found["definition"] == "relative_1e-6")].set_index("layer")["rank"]
        for layer, value in enumerate(values, start=1):
            eigenvalues = np.linalg.eigvalsh(np.cov(value.detach().numpy().T))
            assert chosen[layer] == (eigenvalues > 1e-6 * eigenvalues.max()).sum(), layer
    assert found[found["layer"] == 3]["rank"].max() <= 5


@pytest.mark.parametrize(("depth", "activation"), [(2, "relu"), (3, "relu"), (4, "relu"), (4, "gelu")])
def test_local_complexity_counts_the_neurons_that_are_there(depth: int, activation: str) -> None:
    run = run_settings(depth=depth, width=40, bottleneck=5, activation=activation, dtype="float64")
    network, points = initialised(run), random_context(run).train_inputs[:, :3]
    frame, radii = shared_frame((1, 28, 28), 3), [0.05, 0.5, 5.0]
    counts = local_complexity.count_cuts(network, points, frame, radii).numpy()
    for radius, of_radius in zip(radii, counts, strict=True):
        np.testing.assert_array_equal(of_radius, brute_force(network, points, frame, radius))


def test_probes_and_weight_norms_of_every_layer() -> None:
    """Ridge accuracies from numpy's normal equations, layer by layer."""
    run = run_settings(depth=4, width=12, bottleneck=5, dtype="float64")
    network, context = initialised(run), random_context(run)
    settings = ProbesSettings(kinds=["ridge", "logistic", "published"], ridge_penalty=0.1)
    scored = probes.build(settings, context)(network, 0)
    assert scored.groupby(["probe", "seed"])["layer"].apply(list).tolist() == [[1, 2, 3, 4]] * 6
    assert scored["accuracy"].between(0, 1).all()
    norms = weight_norm.build(WeightNormSettings(), context)(network, 0)
    with torch.no_grad():
        train, test = (network.preactivations(images) for images in (context.train_inputs, context.test_inputs))
    for position, seed in enumerate(SEEDS):
        for layer in range(1, 5):
            inputs, unseen = (layers[layer - 1][position].numpy() for layers in (train, test))
            centred, targets = inputs - inputs.mean(axis=0), np.eye(10)[context.train_targets[position].numpy()]
            gram = centred.T @ centred
            solved = np.linalg.solve(
                gram + 0.1 * np.trace(gram) / len(gram) * np.eye(len(gram)),
                centred.T @ (targets - targets.mean(axis=0)),
            )
            guesses = ((unseen - inputs.mean(axis=0)) @ solved + targets.mean(axis=0)).argmax(axis=1)
            of_layer = scored[(scored["seed"] == seed) & (scored["layer"] == layer)].set_index("probe")["accuracy"]
            assert of_layer["ridge"] == pytest.approx((guesses == context.test_targets[0].numpy()).mean(), abs=1e-7)
            parameters = [
                network.get_parameter(f"{name}_{layer}")[position].detach().numpy().ravel()
                for name in ("weight", "bias")
            ]
            found = norms[(norms["seed"] == seed) & (norms["layer"] == layer)]["norm"].item()
            assert found == pytest.approx(np.linalg.norm(np.concatenate(parameters)), rel=1e-12)
