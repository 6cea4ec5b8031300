import numpy as np
import pytest
import torch

from grokscope.metrics.accuracy import measure as accuracy
from grokscope.metrics.accuracy.declaration import AccuracySettings
from grokscope.metrics.tables import make_table
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_accuracy_and_loss_are_those_of_numpy(loss: str, shared: bool, kind: str) -> None:
    settings = run_settings(kind=kind, width=4, dtype="float64", loss=loss)
    context, network = random_context(settings, shared=shared), initialised(settings)
    table = accuracy.build(AccuracySettings(), context)(network, 7)
    assert len(table) == 4
    for row in table.itertuples():
        position = SEEDS.index(row.seed)
        logits = network(context.inputs(row.split)).detach().numpy()[position]
        labels = context.targets(row.split)[position].numpy()
        assert row.accuracy == pytest.approx(np.mean(logits.argmax(axis=1) == labels))
        if loss == "mse":
            expected = np.mean((logits - np.eye(10)[labels]) ** 2)
        else:
            expected = np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])
        assert row.loss == pytest.approx(expected)
        assert row.step == 7


def test_chunks_do_not_change_the_result() -> None:
    context, network = random_context(run_settings()), initialised(run_settings())
    whole = accuracy.build(AccuracySettings(), context)(network, 0)
    chunked = accuracy.build(AccuracySettings(), context, chunk=7)(network, 0)
    np.testing.assert_allclose(chunked[["accuracy", "loss"]], whole[["accuracy", "loss"]], rtol=1e-6)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_diverged_seed_is_nan_and_leaves_the_other_alone(value: float) -> None:
    context, network = random_context(run_settings()), initialised(run_settings())
    measure = accuracy.build(AccuracySettings(), context)
    before = measure(network, 0)
    spoil(network, 1, value)
    after = measure(network, 0)
    assert after.loc[after.seed == SEEDS[1], ["accuracy", "loss"]].isna().all(axis=None)
    assert after[after.seed == SEEDS[0]].equals(before[before.seed == SEEDS[0]])


def test_correct_labels_give_accuracy_one() -> None:
    context, network = random_context(run_settings()), initialised(run_settings())
    with torch.no_grad():
        context.train_targets.copy_(network(context.train_inputs).argmax(dim=2))
    table = accuracy.build(AccuracySettings(), context)(network, 0)
    assert (table.loc[table.split == "train", "accuracy"] == 1.0).all()


def test_rows_with_a_wrong_column_are_refused() -> None:
    with pytest.raises(ValueError, match="a row of table accuracy"):
        make_table("accuracy", [{"seed": 1, "step": 2, "split": "test", "accuracy": 0.5}])
