"""How long a map of local complexity of a transformer takes: 128 x 128 points on the plane through three embedded
sequences, 25 directions.

Two networks of quick size: modular addition (2 blocks of width 128 on 4 tokens) and a character GPT (4 blocks of width
64 on 32 tokens). The time grows with the number of points, so maps with fewer are measured and their time is
multiplied. Processor seconds of one thread, for each block; a map takes them for each of its blocks, and two cores
share the work, so that the target is a minute on two cores.
Run with `python benchmarks/embedding_map.py`: about half a minute.
"""

from __future__ import annotations

import time

import torch

from grokscope.data.declared import Classes, Tokens
from grokscope.metrics.embedding_map.declaration import EmbeddingMapSettings
from grokscope.metrics.embedding_map.measure import made
from grokscope.models.build import build_network
from grokscope.models.init_schemes.by_architecture import initialise_by_scheme
from grokscope.models.registry import model_settings
from rows import Row, make_row, print_rows

SIDE = 128
NETWORKS = {
    "modular addition": (
        {"blocks": 2, "width": 128, "heads": 4, "norm": "post"},
        Tokens(4, 99),
        Classes(97),
        32,
    ),
    "character GPT": (
        {"blocks": 4, "width": 64, "heads": 4, "init_scheme": "gpt2"},
        Tokens(32, 65),
        Classes(65, of_positions=True),
        16,
    ),
}
"""Settings, input, target, and how many points the measured map has along each side."""


def rows() -> list[Row]:
    """Seconds of one thread for a map of one block."""
    torch.set_num_threads(1)
    found = []
    for name, (model, tokens, target, grid) in NETWORKS.items():
        settings = model_settings(kind="transformer", **model)
        network = build_network(settings, tokens, target, 1).eval()
        initialise_by_scheme(network, [0], 1.0, settings.scheme)
        samples = torch.randint(
            tokens.vocabulary, (1, 100, tokens.positions), generator=torch.Generator().manual_seed(0)
        )
        made(EmbeddingMapSettings(radius=0.1, grid=4), network, samples)  # warms up
        began = time.process_time()
        made(EmbeddingMapSettings(radius=0.1, grid=grid), network, samples)
        seconds = (time.process_time() - began) * (SIDE / grid) ** 2 / model["blocks"]
        found.append(make_row(f"map of one block, {SIDE} x {SIDE} points, {name}", seconds, "s", "<= 120"))
    return found


if __name__ == "__main__":
    print_rows(rows())
