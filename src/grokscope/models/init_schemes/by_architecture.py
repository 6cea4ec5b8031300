"""Initial weights by a named scheme, drawn by the architecture's own module where it has one."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from grokscope.models.init_schemes.registry import BY_WEIGHT
from grokscope.models.network import Network


def initialise_by_scheme(network: Network, seeds: Sequence[int], init_scale: float, scheme: str) -> None:
    """Draw the parameters of every seed in place by `scheme` and multiply them by `init_scale`."""
    module = getattr(network, "initialised_by", BY_WEIGHT)
    importlib.import_module(module).initialise_by_scheme(network, seeds, init_scale, scheme)
