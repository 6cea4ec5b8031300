"""The network of a run: the size of its data set's images, its dtype, and the statistics that P2 normalises by."""

from __future__ import annotations

import pytest
import torch

from grokscope.config.run_settings import RunSettings
from grokscope.models.build import network_of_run


def run(**sections: dict[str, object]) -> RunSettings:
    base: dict[str, dict[str, object]] = {
        "data": {"name": "cifar10", "train_size": 10},
        "model": {"kind": "cnn", "depth": 2, "width": 3, "normalize": True},
        "training": {
            "steps": 1,
            "batch_size": 5,
            "loss": "mse",
            "optimizer": "adamw",
            "learning_rate": 1e-3,
            "dtype": "float64",
        },
        "checkpoints": {"grid": "log"},
    }
    return RunSettings.model_validate({name: {**values, **sections.get(name, {})} for name, values in base.items()})


def test_pixels_from_0_to_1_become_the_data_box_of_the_paper() -> None:
    """P2's random points of CIFAR-10 lie in [-2.4291, 2.7537]: the box of the first channel's 0 and the third channel's
    1.
    """
    network = network_of_run(run(), seeds=2)
    black, white = (
        network.normalized(torch.full((1, 1, 3, 32, 32), value, dtype=torch.float64)) for value in (0.0, 1.0)
    )
    assert black.min().item() == pytest.approx(-2.4291, abs=5e-5)
    assert white.max().item() == pytest.approx(2.7537, abs=2e-4)  # the paper rounds the means to four digits


def test_shape_and_dtype_are_those_of_the_run() -> None:
    network = network_of_run(run(), seeds=2)
    assert network(torch.rand(1, 4, 3, 32, 32, dtype=torch.float64)).shape == (2, 4, 10)
    grey = network_of_run(run(data={"name": "mnist"}, model={"kind": "mlp"}, training={"dtype": "float32"}), seeds=3)
    assert grey(torch.rand(1, 4, 1, 28, 28)).dtype == torch.float32
    assert grey.get_parameter("weight_1").shape == (3, 784, 3)
