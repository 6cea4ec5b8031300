"""Events of seeds, one module for each family: how they are read from tables and dated on curves.

Words, metrics and thresholds of every event stand in `grokscope.analysis.declarations.events`, which the workflow's
driver can read too.
"""

from grokscope.analysis.tables import hidden_layers, rank_split, select

__all__ = ["hidden_layers", "rank_split", "select"]
