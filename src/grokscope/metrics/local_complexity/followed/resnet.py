"""Local complexity of pre-activation residual networks, by following each point."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.local_complexity.declaration import LocalComplexitySettings
from grokscope.metrics.local_complexity.followed.carried import Carried
from grokscope.metrics.local_complexity.followed.measure import build_with
from grokscope.metrics.local_complexity.followed.normalisation import normalisation
from grokscope.models.network import Network
from grokscope.models.resnet.network import ResidualNetwork

FLIPS = 1.7
"""Flips for each vertex that take as long as the vertices of one radius: windows soon grow large here."""


def build(settings: LocalComplexitySettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure local complexity around train, test and random points."""
    return build_with(walk, settings, context, FLIPS)


def walk(network: Network, seed: int, z: Carried) -> None:
    """The layers of `ResidualNetwork.rest`, of one seed."""
    assert isinstance(network, ResidualNetwork)
    x = _before_normalisation(network, seed, z)
    for number, block in enumerate(network.blocks, start=1):
        start, middle, end = 2 * number - 1, 2 * number, 2 * number + 1
        y = z.activated(start)
        inside = y.convolved(network.get_parameter(f"weight_{middle}")[seed], None, block.stride, 1)
        branch = _normalised(network, seed, middle, inside).activated(middle)
        shortcut = x
        if block.projects:
            shortcut = y.convolved(network.get_parameter(f"shortcut_{end}")[seed], None, block.stride, 0)
        x = branch.convolved(network.get_parameter(f"branch_{end}")[seed], None, 1, 1).plus(shortcut)
        z = _normalised(network, seed, end, x) if number < len(network.blocks) else x
    last = len(network.layers)
    averages = z.pooled((z.centre.shape[2], z.centre.shape[3])).reported(last - 1)
    weight, bias = network.get_parameter(f"weight_{last}")[seed], network.get_parameter(f"bias_{last}")[seed, 0]
    averages.linear(weight, bias).reported(last)


def _normalised(network: Network, seed: int, layer: int, x: Carried) -> Carried:
    return x.by_channel(*normalisation(network, seed, layer)) if network.use_batch_norm else x


def _before_normalisation(network: Network, seed: int, z: Carried) -> Carried:
    """What layer 1 is the batch normalisation of; not finite where a scale is 0, and then the walk ends."""
    if not network.use_batch_norm:
        return z
    factor, shift = normalisation(network, seed, 1)
    return z.by_channel(1 / factor, -shift / factor)
