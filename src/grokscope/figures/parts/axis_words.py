"""A sweep's axes and the values on them, in words."""

from __future__ import annotations

from typing import Any

LABELS = {
    "train_size": "training images N",
    "depth": "depth (layers)",
    "width": "width (units of a layer)",
    "weight_decay": "weight decay",
    "init_scale": "init scale (factor)",
    "dtype": "arithmetic",
    "optimizer": "optimiser",
    "data_set": "data set",
}
NAMES = {
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
    "adamw": "AdamW",
    "adam": "Adam",
    "rmsprop": "RMSprop",
    "sgd": "SGD with momentum",
    "plain_sgd": "SGD without momentum",
    "torch": "PyTorch's default",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "gelu": "GELU",
    "kaiming_normal": "Kaiming normal",
    "xavier_uniform": "Xavier uniform",
}
SENTENCES = {
    "train_size": "N = {}",
    "depth": "depth {}",
    "width": "width {}",
    "weight_decay": "weight decay {}",
    "init_scale": "init scale {}",
    "batch_norm": "batch normalisation {}",
}
PLAIN = ("activation", "arithmetic", "data_set", "dtype", "init_scheme", "optimizer")
"""Axes whose values need no name beside them."""


def axis_label(axis: str) -> str:
    """What an axis of a sweep holds, with its unit."""
    return LABELS.get(axis, axis.replace("_", " "))


def value_name(value: Any) -> str:
    """A value on an axis as a tick label: `AdamW`, `0.05`, `3200`, `on`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return NAMES.get(value, value) if isinstance(value, str) else f"{value:.10g}"


def told_place(axis: str, value: Any) -> str:
    """A value where nothing around tells which axis it is on: `N = 3200`, `Kaiming normal`, `strength 10`."""
    if axis in SENTENCES or axis in PLAIN:
        return place_name(axis, value)
    return f"{axis_label(axis).split(' (')[0]} {value_name(value)}"


def place_name(axis: str, value: Any) -> str:
    """A value with its axis: `N = 3200`, `depth 8`, `weight decay 0.05`, `Fashion-MNIST`."""
    return SENTENCES.get(axis, "{}").format(value_name(value))
