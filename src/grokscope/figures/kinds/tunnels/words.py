"""Tunnels in numbers: the words beside `grokscope.figures.kinds.tunnels.panels`."""

from __future__ import annotations

from typing import Any

import pandas as pd

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.drawing import Tunnels
from grokscope.config.rank_words import RANK_WORDS
from grokscope.figures.kinds.tunnels.curves import Tunnel, depth, tunnels
from grokscope.figures.kinds.tunnels.panels import authors_lengths, length_words
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.curves import members_along
from grokscope.figures.parts.wording import sentence

OTHER_SHARES = (0.25, 0.5, 0.9)


def describe_tunnels(inputs: ItemInputs, figure: Tunnels) -> str:
    """Accuracies, then the length of the tunnel at the end, at the start and at other thresholds, for every depth."""
    return " ".join(_describe_run(inputs, figure, member) for member in members_along(inputs, "depth"))


def _describe_run(inputs: ItemInputs, figure: Tunnels, member: dict[str, Any]) -> str:
    run, layers = member["run"], depth(inputs, member)
    parts = accuracy_words(inputs, run)
    found = tunnels(inputs, run)
    parts += [_length(tunnel) for tunnel in found] or ["rank not measured"]
    if layers in (theirs := authors_lengths(inputs, figure)):
        parts.append(f"the authors' value is {theirs[layers]}")
    parts += [_other_readings(tunnel) for tunnel in found[:1]]
    return sentence(*parts, heading=f"depth {layers}")


def _length(tunnel: Tunnel) -> str:
    what = f"rank below {tunnel.limit:g} of {tunnel.width}, {RANK_WORDS[tunnel.definition]}"
    return f"length of the tunnel ({what}) {length_words(tunnel.at_end())} of {tunnel.ranks.shape[1]} layers at the end"


def _other_readings(tunnel: Tunnel) -> str:
    curves: pd.DataFrame = tunnel.by_step()
    shares = ", ".join(f"{length_words(tunnel.at_end(share))} at {share:g}" for share in OTHER_SHARES)
    return (
        f"length {length_words(curves.iloc[0])} at step {curves.index[0]}; with the threshold at another share of the"
        f" width {shares}"
    )
