from pathlib import Path

import numpy as np
import pytest
import torch

from grokscope.metrics.moments import Moments
from grokscope.metrics.spectra import measure as spectra
from grokscope.metrics.spectra.declaration import SpectraSettings
from grokscope.metrics.tables import check_table, read_table, write_table
from metrics_helpers import SEEDS, initialised, random_context, run_settings, spoil


def _reference(layer: np.ndarray) -> tuple[int, np.ndarray]:
    """Number of samples and descending eigenvalues by numpy, positions of a convolution being samples."""
    samples = layer if layer.ndim == 2 else np.moveaxis(layer, 1, -1).reshape(-1, layer.shape[1])
    return len(samples), np.linalg.eigvalsh(np.cov(samples, rowvar=False))[::-1]


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
@pytest.mark.parametrize("chunk", [None, 1, 7])
def test_spectra_are_those_of_numpy(kind: str, chunk: int | None) -> None:
    settings = run_settings(kind=kind, width=6, init_scale=4.0)
    context, network = random_context(settings), initialised(settings)
    table = spectra.build(SpectraSettings(splits=["test", "train"]), context, chunk)(network, 3)
    assert len(table) == 2 * len(network.layer_kinds) * len(SEEDS)
    precise = initialised(settings).double()
    for row in table.itertuples():
        layer = precise.preactivations(context.inputs(row.split).double())[row.layer - 1]
        points, expected = _reference(layer[SEEDS.index(row.seed)].detach().numpy())
        assert row.points == points
        np.testing.assert_allclose(row.eigenvalues, expected, rtol=1e-9, atol=1e-13 * expected[0])


def test_network_stays_in_its_own_dtype_and_only_the_chosen_points_count() -> None:
    settings = run_settings()
    context, network = random_context(settings), initialised(settings)
    few = spectra.build(SpectraSettings(points=11), context)(network, 0)
    assert set(few.points) == {11}
    assert next(network.parameters()).dtype == torch.float32
    fewer = spectra.build(SpectraSettings(), random_context(settings, test=30))(network, 0)
    assert not np.allclose(few.eigenvalues[0], fewer.eigenvalues[0])


def test_more_features_than_points_leaves_at_most_points_minus_one() -> None:
    settings = run_settings(width=50)
    table = spectra.build(SpectraSettings(points=10), random_context(settings))(initialised(settings), 0)
    eigenvalues = np.array(table.loc[table.layer == 1, "eigenvalues"].iloc[0])
    assert len(eigenvalues) == 50
    assert (np.abs(eigenvalues) > 1e-12 * eigenvalues[0]).sum() == 9


def test_moments_keep_small_variances_on_large_means() -> None:
    generator = torch.Generator().manual_seed(1)
    samples = torch.randn(2, 500, 3, dtype=torch.float64, generator=generator)
    moments = Moments()
    for part in (samples + 1e8).split([1, 199, 300], dim=1):
        moments.add(part)
    for position in range(2):
        np.testing.assert_allclose(moments.covariance()[position], np.cov(samples[position], rowvar=False), atol=1e-6)
    assert moments.count == 500


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_diverged_seed_is_nan_and_leaves_the_other_alone(value: float) -> None:
    settings = run_settings()
    context, network = random_context(settings), initialised(settings)
    measure = spectra.build(SpectraSettings(), context)
    before = measure(network, 0)
    spoil(network, 1, value)
    after = measure(network, 0)
    for old, new in zip(before.itertuples(), after.itertuples(), strict=True):
        assert len(new.eigenvalues) == len(old.eigenvalues)
        if new.seed == SEEDS[1]:
            assert np.isnan(new.eigenvalues).all()
        else:
            np.testing.assert_array_equal(new.eigenvalues, old.eigenvalues)


def test_table_survives_a_file_and_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    settings = run_settings()
    network = initialised(settings)
    spoil(network, 0)
    table = spectra.build(SpectraSettings(), random_context(settings))(network, 4)
    table.insert(0, "run", "a_run")
    for name in ("one.parquet", "two.parquet"):
        write_table(tmp_path / name, "spectra", check_table("spectra", table))
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    again = read_table(tmp_path / "one.parquet", "spectra")
    assert again.drop(columns="eigenvalues").equals(table.drop(columns="eigenvalues"))
    for old, new in zip(table.eigenvalues, again.eigenvalues, strict=True):
        np.testing.assert_array_equal(old, new)
