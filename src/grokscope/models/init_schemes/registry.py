"""The schemes of initialisation by name; a new one is a module and a line here. Imports no torch."""

from __future__ import annotations

BY_SCHEME = "grokscope.models.init_schemes.by_architecture"
"""The module that has all weights drawn by a scheme; it is loaded by name, so it does not concern runs without one."""

BY_WEIGHT = "grokscope.models.init_schemes.initialise"
"""The module that draws the weights of architectures which have none of their own for it."""

INIT_SCHEMES = {
    "kaiming_normal": "grokscope.models.init_schemes.kaiming_normal",
    "xavier_uniform": "grokscope.models.init_schemes.xavier_uniform",
    "orthogonal": "grokscope.models.init_schemes.orthogonal",
}
"""Modules with `draw(inputs, outputs, generator)`, which gives a float64 weight (inputs, outputs) of one layer of one
seed. Biases are zero under all of them.
"""
