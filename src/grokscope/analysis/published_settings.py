"""Settings of the published figures, from the papers and the released code (P2's radius: inferred from the published values at step 0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grokscope.analysis.comparison import Published

_MNIST_MLP: Mapping[str, Any] = {
    "data.name": "mnist",
    "data.subset": "first",
    "data.label_noise": 0,
    "model.kind": "mlp",
    "model.activation": "relu",
    "model.batch_norm": False,
    "training.batch_size": 200,
    "training.loss": "mse",
    "training.optimizer": "adamw",
    "training.learning_rate": 1e-3,
    "training.weight_decay": 0.01,
}
DEEP_GROKKING: Mapping[str, Any] = {**_MNIST_MLP, "model.width": 400, "model.init_scale": 8}
"""P1 Figs 1, 2 and 5; depth and number of training images are swept."""
_TUNNEL: Mapping[str, Any] = {**DEEP_GROKKING, "training.dtype": "float64"}
"""P1 Figs 3 and 4; depth is swept. The arithmetic decides what counts as rank."""
_DECAYS: Mapping[str, Any] = {key: value for key, value in DEEP_GROKKING.items() if key != "training.weight_decay"} | {"model.depth": 12}
"""P1 Figs 6 and 7; weight decay is swept. The paper does not state the depth: that of Fig 1 is taken."""
ALWAYS_GROK_MLP: Mapping[str, Any] = {**_MNIST_MLP, "data.train_size": 1000, "model.width": 200}
"""P2 Figs 2 and 10; depth and init_scale differ."""
ALWAYS_GROK_CNN: Mapping[str, Any] = {
    "data.name": "cifar10",
    "data.train_size": 50_000,
    "data.label_noise": 0,
    "model.kind": "cnn",
    "model.depth": 5,
    "model.width": 32,
    "model.batch_norm": False,
    "model.init_scale": 1,
    "model.normalize": True,
    "training.batch_size": 256,
    "training.loss": "cross_entropy",
    "training.optimizer": "adamw",
    "training.learning_rate": 1e-3,
    "training.weight_decay": 0,
}
"""P2 Fig 6, left; with a decay of 0, Adam and AdamW are the same."""
MNIST_LENGTH: Mapping[str, Any] = {"training.steps": 100_000, "training.dtype": "float64", "data.test_size": None}
"""What may differ without making curves incomparable: how far they go, arithmetic, how many test images."""
CNN_LENGTH: Mapping[str, Any] = {"training.steps": 258_000, "data.test_size": None}
MNIST_RADIUS = 0.05
CNN_RADIUS = 0.0010045
"""In pixels: 0.005 on inputs divided by P2's deviations, whose mean is 0.2009."""

PUBLISHED_FIGURES: Mapping[str, Published] = {
    "deep_grokking_fig1": Published({**DEEP_GROKKING, "model.depth": 12}, MNIST_LENGTH),
    "deep_grokking_fig2": Published(DEEP_GROKKING, MNIST_LENGTH),
    "deep_grokking_fig3": Published({**_TUNNEL, "data.train_size": 5000}, MNIST_LENGTH),
    "deep_grokking_fig4": Published({**_TUNNEL, "data.train_size": 7000}, MNIST_LENGTH),
    "deep_grokking_fig5": Published(DEEP_GROKKING, MNIST_LENGTH),
    "deep_grokking_fig6": Published({**_DECAYS, "data.train_size": 2000}, MNIST_LENGTH),
    "deep_grokking_fig7": Published({**_DECAYS, "data.train_size": 5000}, MNIST_LENGTH),
    "always_grok_fig2": Published(
        {**ALWAYS_GROK_MLP, "model.depth": 4, "model.init_scale": 1}, {**MNIST_LENGTH, "metrics.adversarial.steps": 100}, MNIST_RADIUS
    ),
    "always_grok_fig6_left": Published(ALWAYS_GROK_CNN, {**CNN_LENGTH, "metrics.adversarial.steps": 10}, CNN_RADIUS),
    "always_grok_fig10": Published({**ALWAYS_GROK_MLP, "model.init_scale": 8}, MNIST_LENGTH, MNIST_RADIUS),
}
"""By the figure's id."""
