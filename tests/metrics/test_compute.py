import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.data.samples import Samples
from grokscope.errors import UserError
from grokscope.metrics import unfinished
from grokscope.metrics.accuracy.declaration import AccuracySettings
from grokscope.metrics.adversarial.declaration import AdversarialSettings
from grokscope.metrics.apgd.declaration import ApgdSettings
from grokscope.metrics.attack_suite.declaration import AttackSuiteSettings
from grokscope.metrics.compute import compute_metric, network_of
from grokscope.metrics.context import build_context
from grokscope.metrics.declared import MetricSettings
from grokscope.metrics.input_gradients.declaration import InputGradientsSettings
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings, PointCounts
from grokscope.metrics.logit_geometry.declaration import LogitGeometrySettings
from grokscope.metrics.probes.declaration import ProbesSettings
from grokscope.metrics.spectra.declaration import SpectraSettings
from grokscope.metrics.tables import check_table, columns_of, read_table, write_table
from grokscope.metrics.unfinished import UnfinishedTable
from grokscope.metrics.weight_norm.declaration import WeightNormSettings
from grokscope.metrics.zero_loss.declaration import ZeroLossSettings
from grokscope.models.initialise import initialise
from grokscope.provenance import provenance
from grokscope.training.checkpoints import CheckpointStore
from grokscope.training.schedule import checkpoint_steps, selected_steps
from metrics_helpers import SEEDS, run_settings

SETTINGS = {
    "accuracy": AccuracySettings(),
    "weight_norm": WeightNormSettings(),
    "spectra": SpectraSettings(),
    "probes": ProbesSettings(kinds=["ridge", "logistic", "published"]),
    "local_complexity": LocalComplexitySettings(
        radii=[0.05], directions=3, points=PointCounts(train=5, test=5, random=5)
    ),
    "adversarial": AdversarialSettings(epsilons=[0.1], steps=2, points=5),
    "attack_suite": AttackSuiteSettings(epsilons=[0.1], published_steps=2, steps=3, restarts=2, queries=5, points=5),
    "logit_geometry": LogitGeometrySettings(points=5),
    "apgd": ApgdSettings(epsilons=[0.1], steps=2, points=5),
    "input_gradients": InputGradientsSettings(points=5),
    "zero_loss": ZeroLossSettings(),
}


@pytest.fixture
def dataset() -> Samples:
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, size=(100, 1, 28, 28), dtype=np.uint8), random.integers(10, size=100)
    return Samples("mnist", images[:60], labels[:60], images[60:], labels[60:])


def _checkpoints(settings: RunSettings, folder: Path, seeds: list[int]) -> list[int]:
    """Checkpoints of a network that only grows."""
    steps = checkpoint_steps(settings.checkpoints, settings.training.steps)
    network = network_of(settings, len(seeds))
    initialise(network, seeds, settings.model.init_scale)
    for step in steps:
        CheckpointStore(folder).save(step, {name: tensor * (1 + step) for name, tensor in network.state_dict().items()})
    return steps


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_table_has_all_steps_and_seeds_and_survives_its_file(name: str, dataset: Samples, tmp_path: Path) -> None:
    settings = run_settings()
    steps = _checkpoints(settings, tmp_path, SEEDS)
    stream = io.StringIO()
    threads = torch.get_num_threads()
    table = compute_metric(name, SETTINGS[name], settings, dataset, SEEDS, tmp_path, "some_run", stream=stream)
    assert list(table.columns) == columns_of(name)
    assert sorted(table.step.unique()) == steps
    assert sorted(table.seed.unique()) == SEEDS
    assert set(table.run) == {"some_run"}
    assert f"{name} of some_run: {len(steps)}/{len(steps)}" in stream.getvalue()
    assert torch.get_num_threads() == threads
    write_table(tmp_path / "table.parquet", name, table)
    again = read_table(tmp_path / "table.parquet", name)
    pd.testing.assert_frame_equal(again, table, check_exact=True)


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_measurement_that_is_killed_goes_on_with_the_same_bits(
    name: str, dataset: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "SECONDS", 0.0)
    monkeypatch.setattr(unfinished, "WRITING_SHARE", 1e9)
    settings, stream = run_settings(), io.StringIO()
    steps = _checkpoints(settings, tmp_path, SEEDS)
    whole = compute_metric(name, SETTINGS[name], settings, dataset, SEEDS, tmp_path, "r", stream=stream)
    facts = provenance()

    def left(**changes: object) -> UnfinishedTable:
        return UnfinishedTable(tmp_path / "x.parquet", name, {"settings": name}, facts | changes)

    hidden = CheckpointStore(tmp_path).path(steps[3])
    content = hidden.read_bytes()
    hidden.write_bytes(b"")  # the measurement ends here
    with pytest.raises(UserError):
        compute_metric(name, SETTINGS[name], settings, dataset, SEEDS, tmp_path, "r", stream=stream, unfinished=left())
    hidden.write_bytes(content)
    assert sorted(set(left().read()["step"])) == steps[:3]  # type: ignore[index]
    assert left(threads=2).read() is None
    for step in steps[:3]:
        # the checkpoints that are measured are there, but are not read again
        CheckpointStore(tmp_path).path(step).write_bytes(b"")
    again = compute_metric(
        name, SETTINGS[name], settings, dataset, SEEDS, tmp_path, "r", stream=stream, unfinished=left()
    )
    pd.testing.assert_frame_equal(again, whole, check_exact=True)
    left().remove()
    assert left().read() is None


def test_a_damaged_file_of_unfinished_rows_counts_as_none(tmp_path: Path) -> None:
    rows = UnfinishedTable(tmp_path / "x.parquet", "accuracy", {}, provenance())
    rows.path.write_bytes(b"PAR1")
    assert rows.read() is None


def test_a_seed_does_not_depend_on_its_block(dataset: Samples, tmp_path: Path) -> None:
    settings = run_settings(dtype="float64")
    _checkpoints(settings, tmp_path / "both", SEEDS)
    _checkpoints(settings, tmp_path / "one", SEEDS[1:])
    both = compute_metric("accuracy", AccuracySettings(), settings, dataset, SEEDS, tmp_path / "both", "r")
    one = compute_metric("accuracy", AccuracySettings(), settings, dataset, SEEDS[1:], tmp_path / "one", "r")
    pd.testing.assert_frame_equal(both[both.seed == SEEDS[1]].reset_index(drop=True), one, rtol=1e-12)


def test_context_holds_pixels_of_the_settings(dataset: Samples) -> None:
    context = build_context(run_settings(dtype="float64"), dataset, SEEDS)
    assert context.train_inputs.shape == (1, 40, 1, 28, 28)
    assert context.test_inputs.shape == (1, 30, 1, 28, 28)
    assert context.train_targets.shape == (2, 40)
    assert context.targets("test").shape == (2, 30)
    chosen = [index for index in range(40) if index % 4 != 3]  # 30 of 40 test images, evenly spaced
    np.testing.assert_array_equal(context.test_inputs[0].numpy(), dataset.test_inputs[chosen] / 255)
    np.testing.assert_array_equal(context.test_targets[0].numpy(), dataset.test_targets[chosen])
    images, labels = context.points("test", 10)
    np.testing.assert_array_equal(images[0].numpy(), dataset.test_inputs[::4] / 255)
    np.testing.assert_array_equal(labels.numpy(), [dataset.test_targets[::4]] * 2)
    images, labels = context.points("train", None)
    assert images is context.train_inputs
    assert labels.shape == (2, 40)


def test_missing_checkpoints_are_an_error_of_one_line(dataset: Samples, tmp_path: Path) -> None:
    settings = run_settings()
    steps = _checkpoints(settings, tmp_path, SEEDS)
    CheckpointStore(tmp_path).path(steps[2]).unlink()
    with pytest.raises(
        UserError, match=f"1 of {len(steps)} checkpoints are missing, the first of step {steps[2]}; train"
    ) as caught:
        compute_metric("accuracy", AccuracySettings(), settings, dataset, SEEDS, tmp_path, "r")
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_checkpoints_of_another_network_are_an_error_of_one_line(dataset: Samples, tmp_path: Path) -> None:
    _checkpoints(run_settings(width=5), tmp_path, SEEDS)
    with pytest.raises(UserError, match="not a checkpoint of this run") as caught:
        compute_metric("accuracy", AccuracySettings(), run_settings(), dataset, SEEDS, tmp_path, "r")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("every", "at_most", "expected"),
    [
        (None, None, [0, 1, 2, 5, 10, 20, 33]),
        (5, None, [0, 5, 10, 20, 33]),
        (None, 3, [0, 5, 33]),
        (5, 3, [0, 10, 33]),
        (None, 2, [0, 33]),
        (None, 99, [0, 1, 2, 5, 10, 20, 33]),
    ],
)
def test_selected_steps(every: int | None, at_most: int | None, expected: list[int]) -> None:
    assert (
        selected_steps(MetricSettings(metric="accuracy", every=every, at_most=at_most), [0, 1, 2, 5, 10, 20, 33])
        == expected
    )


def test_bad_tables_are_refused(tmp_path: Path) -> None:
    good = pd.DataFrame({"run": ["r", "r"], "seed": [1, 2], "step": [0, 0], "layer": [0, 0], "norm": [1.0, np.nan]})
    assert check_table("weight_norm", good) is good
    with pytest.raises(ValueError, match="two rows of"):
        check_table("weight_norm", good.assign(seed=1))
    with pytest.raises(ValueError, match="column seed: type float64 instead of int64"):
        check_table("weight_norm", good.assign(seed=[1.0, 2.0]))
    with pytest.raises(ValueError, match="has the columns"):
        check_table("weight_norm", good[["seed", "run", "step", "layer", "norm"]])
    (tmp_path / "bad.parquet").write_text("no table")
    with pytest.raises(UserError, match=r"bad\.parquet: damaged"):
        read_table(tmp_path / "bad.parquet", "weight_norm")
