import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression, Ridge

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.moments import Moments
from grokscope.metrics.probes import measure as probes
from grokscope.metrics.probes.declaration import ProbesSettings
from grokscope.metrics.probes.logistic import logistic_head
from grokscope.metrics.probes.published_probe import published_head
from grokscope.metrics.probes.ridge import ridge_head
from margins import assert_equal_to_rounding, assert_mean_above, assert_unequal
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


def _problems(count: int = 300, width: int = 7, classes: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    """Features (2, count, width) of uneven scale and mean, and labels that are partly linear in them."""
    random = np.random.default_rng(5)
    features = (
        random.normal(size=(2, count, width)) * 10.0 ** np.linspace(-2, 3, width) + random.normal(size=width) * 50
    )
    standard = (features - features.mean(axis=1, keepdims=True)) / features.std(axis=1, keepdims=True)
    labels = (standard @ random.normal(size=(width, classes)) + random.gumbel(size=(2, count, classes))).argmax(axis=2)
    return torch.from_numpy(features), torch.from_numpy(labels)


@pytest.mark.parametrize("penalty", [1e-6, 1e-2])
def test_ridge_head_is_that_of_scikit_learn(penalty: float) -> None:
    features, labels = _problems()
    targets = torch.nn.functional.one_hot(labels, 4).double()
    moments = Moments()
    for part in torch.cat([features, targets], dim=2).split(70, dim=1):
        moments.add(part)
    head = ridge_head(moments.mean, moments.gram, 4, penalty)
    for position in range(2):
        own = features[position].numpy()
        gram = (own - own.mean(axis=0)).T @ (own - own.mean(axis=0))
        reference = Ridge(alpha=penalty * np.linalg.eigvalsh(gram).mean(), solver="svd").fit(
            own, targets[position].numpy()
        )
        np.testing.assert_allclose(head.scores(features)[position], reference.predict(own), rtol=1e-7, atol=1e-8)
        np.testing.assert_allclose(head.weight[position].T, reference.coef_, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("penalty", [1e-4, 1e-1])
def test_logistic_head_is_that_of_scikit_learn(penalty: float) -> None:
    features, labels = _problems()
    head = logistic_head(features, labels, 4, penalty, tolerance=1e-10)
    for position in range(2):
        own = features[position].numpy()
        centre, deviation = own.mean(axis=0), own.std(axis=0)
        reference = LogisticRegression(C=1 / (penalty * len(own)), tol=1e-10, max_iter=10_000)
        reference.fit((own - centre) / deviation, labels[position].numpy())
        np.testing.assert_allclose(head.weight[position].T.numpy() * deviation, reference.coef_, rtol=1e-5, atol=1e-6)
        probabilities = head.scores(features)[position].softmax(dim=1)
        np.testing.assert_allclose(probabilities, reference.predict_proba((own - centre) / deviation), atol=1e-6)


def test_logistic_head_of_separable_correlated_and_constant_features() -> None:
    random = np.random.default_rng(2)
    labels = torch.from_numpy(random.integers(3, size=(1, 90)))
    shared = torch.nn.functional.one_hot(labels, 3).double() + 0.01 * torch.from_numpy(random.normal(size=(1, 90, 3)))
    features = torch.cat([shared, shared + 1e-5, torch.full((1, 90, 1), 3.7, dtype=torch.float64)], dim=2)
    head = logistic_head(features, labels, 3, 1e-3)
    assert (head.scores(features).argmax(dim=2) == labels).all()
    assert (head.weight[0, -1] == 0).all()


def _clusters(draw: int, seeds: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Features (seeds, count, 60) around one centre for each of five labels."""
    centres = torch.randn(5, 60, generator=torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(draw)
    labels = torch.randint(5, (seeds, count), generator=generator)
    return 3 * centres[labels] + torch.randn(seeds, count, 60, generator=generator), labels


@pytest.mark.trained
def test_published_head_learns_separable_data_and_is_deterministic() -> None:
    seeds = [11, 12, 13, 14, 15]
    features, labels = _clusters(1, 5, 2000)
    head = published_head(features, labels, 5, seeds)
    unseen, unseen_labels = _clusters(2, 5, 500)
    right = (head.scores(unseen).argmax(dim=2) == unseen_labels).double().mean(dim=1)
    assert_mean_above(right, 0.99, resolution=1 / 500)
    again = published_head(features, labels, 5, seeds)
    assert torch.equal(head.weight, again.weight)
    of_block = {"weight": head.weight[1], "bias": head.bias[1]}
    alone, other = (published_head(features[1:2], labels[1:2], 5, [seed]) for seed in (12, 16))
    assert_equal_to_rounding({"weight": alone.weight[0], "bias": alone.bias[0]}, of_block, 1e-4)
    assert_unequal({"weight": other.weight[0], "bias": other.bias[0]}, of_block, 1e-4)


@pytest.mark.trained
def test_published_head_follows_the_recipe_step_by_step() -> None:
    features, labels = _clusters(3, 1, 50)
    features = features.double()
    head = published_head(features, labels, 5, [4])
    generator = torch.Generator().manual_seed(4)
    chosen = torch.randperm(50, generator=generator)[:40]
    orders = [chosen[torch.randperm(40, generator=generator)] for _ in range(30)]
    layer = torch.nn.Linear(60, 5, dtype=torch.float64)
    bound = 60**-0.5
    with torch.no_grad():
        layer.weight.copy_(torch.empty(60, 5, dtype=torch.float64).uniform_(-bound, bound, generator=generator).T)
        layer.bias.copy_(torch.empty(1, 5, dtype=torch.float64).uniform_(-bound, bound, generator=generator)[0])
    optimiser = torch.optim.Adam(layer.parameters(), lr=1e-3)
    for order in orders:
        optimiser.zero_grad()
        loss = (
            torch.nn.functional.cross_entropy(layer(features[0, order]), labels[0, order]) + 1e-3 * layer.weight.norm()
        )
        loss.backward()
        optimiser.step()
    expected = {"weight": layer.weight.detach().T, "bias": layer.bias.detach()}
    assert_equal_to_rounding({"weight": head.weight[0], "bias": head.bias[0, 0]}, expected, 1e-7)


ALL_KINDS = ProbesSettings(kinds=["ridge", "logistic", "published"])


def _learnable(context: EvaluationContext) -> EvaluationContext:
    """Write the label into the pixels of both splits."""
    for split in ("train", "test"):
        images, labels = context.inputs(split), context.targets(split)
        images *= 0.1
        for seed in range(images.shape[0]):
            for label in range(10):
                row, column = 7 * (label // 4), 7 * (label % 4)
                images[seed, labels[seed] == label, 0, row : row + 7, column : column + 7] += 0.8
    return context


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_probes_read_a_label_that_is_in_the_pixels(kind: str) -> None:
    settings = run_settings(kind=kind, width=20 if kind == "mlp" else 6, init_scale=2.0)
    context = _learnable(random_context(settings, train=400, test=100))
    network = initialised(settings)
    table = probes.build(ALL_KINDS, context)(network, 9)
    assert len(table) == 3 * len(network.layer_kinds) * len(SEEDS)
    first = table[table.layer == 1].groupby("probe")["accuracy"].min()
    assert (first[["ridge", "logistic"]] > 0.95).all()
    chunked = probes.build(ProbesSettings(), context, chunk=33)(network, 9)
    whole = table[table.probe == "ridge"].reset_index(drop=True)
    np.testing.assert_allclose(chunked.accuracy, whole.accuracy, atol=0.021)  # a near tie may fall either way


def test_ridge_accuracy_is_that_of_scikit_learn_on_every_layer() -> None:
    settings = run_settings(dtype="float64")
    context, network = random_context(settings, train=300, test=200), initialised(settings)
    penalty = 1e-4
    table = probes.build(ProbesSettings(ridge_penalty=penalty), context)(network, 0)
    with torch.no_grad():
        train, test = (network.preactivations(context.inputs(split)) for split in ("train", "test"))
    for row in table.itertuples():
        position = SEEDS.index(row.seed)
        own = train[row.layer - 1][position].numpy()
        strength = penalty * ((own - own.mean(axis=0)) ** 2).sum() / own.shape[1]
        reference = Ridge(alpha=strength, solver="svd").fit(own, np.eye(10)[context.train_targets[position].numpy()])
        predicted = reference.predict(test[row.layer - 1][position].numpy()).argmax(axis=1)
        assert row.accuracy == pytest.approx(np.mean(predicted == context.test_targets[0].numpy()))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_diverged_seed_is_nan_and_leaves_the_other_alone(value: float) -> None:
    settings = run_settings()
    context, network = random_context(settings), initialised(settings)
    measure = probes.build(ALL_KINDS, context)
    before = measure(network, 0)
    spoil(network, 0, value)
    after = measure(network, 0)
    assert after.loc[after.seed == SEEDS[0], "accuracy"].isna().all()
    assert after[after.seed == SEEDS[1]].equals(before[before.seed == SEEDS[1]])


def test_dead_layers_give_the_majority_class() -> None:
    settings = run_settings()
    context, network = random_context(settings), initialised(settings)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.mul_(0.0 if name.startswith("weight") else 1.0)
        context.train_targets[:, :15] = 6
        context.test_targets[:, :] = 6
    table = probes.build(ProbesSettings(kinds=["ridge", "logistic"]), context)(network, 0)
    assert (table.accuracy == 1.0).all()
