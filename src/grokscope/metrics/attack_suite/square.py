"""Random search with squares, which needs no gradient (Andriushchenko and others 2020, arXiv 1912.00049, algorithm 1).

All images and seeds are tried with the same stripes and squares, in the infinity norm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from grokscope.metrics.adversarial.objectives.margin import objective as margin
from grokscope.metrics.attack_suite.pairs import Attacked, generator, pairs_of, pick, still_right
from grokscope.models.network import Network

FIRST_SHARE = 0.8
"""Share of the image that the first squares cover."""
HALVED_AFTER = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)
"""The share is halved after each of these squares, where 10 000 are tried; with fewer, sooner in proportion."""
LEFT_OUT_EVERY = 10
"""After this many squares the images that are fooled are left out."""


def side_of(query: int, queries: int, height: int, width: int) -> int:
    """Side of square number `query` of so many, in pixels."""
    halvings = sum(10_000 * query // queries > after for after in HALVED_AFTER)
    side = round(math.sqrt(FIRST_SHARE / 2**halvings * height * width))
    return max(1, min(side, height, width))


def square_attack(
    network: Network, images: Tensor, labels: Tensor, epsilons: Sequence[float], queries: int
) -> Attacked:
    """Search for images that fool the network around `images` (1, B, C, H, W), for each of E `epsilons`; `labels` are
    (S, B).

    It starts at vertical stripes of +epsilon and -epsilon. A square of side `side_of` is then set to +epsilon or
    -epsilon in each channel, and kept where that raises the margin of another class over the label's.
    """
    pairs = pairs_of(images, labels, epsilons)
    channels, height, width = images.shape[2:]
    random = generator(queries)
    stripes = _signs(random, (1, 1, channels, 1, width), images)
    chosen = torch.arange(pairs.labels.shape[1], device=labels.device).expand(len(labels), -1)
    best = torch.where(stripes > 0, pairs.highest, pairs.lowest).expand(len(labels), -1, -1, -1, -1).clone()
    own, lowest, highest = pairs.labels, pairs.lowest, pairs.highest
    with torch.no_grad():
        logits = network(best)
        pairs.note(chosen, best, logits.argmax(dim=-1) != own)
        reached = margin(logits, own)
        for query in range(queries):
            if query % LEFT_OUT_EVERY == 0:
                places = still_right(pairs.fooled.gather(1, chosen))
                if places is not None:
                    _store(pairs.images, chosen, best, pairs.fooled)
                    chosen, best, reached, own = (pick(values, places) for values in (chosen, best, reached, own))
                    lowest, highest = pick(pairs.lowest, chosen), pick(pairs.highest, chosen)
                if not chosen.shape[1]:
                    break
            side = side_of(query, queries, height, width)
            top, left = (int(random.integers(most - side + 1)) for most in (height, width))
            there = (..., slice(top, top + side), slice(left, left + side))
            up = _signs(random, (1, 1, channels, 1, 1), images) > 0
            tried = best.clone()
            tried[there] = torch.where(up, highest[there], lowest[there])
            logits = network(tried)
            pairs.note(chosen, tried, logits.argmax(dim=-1) != own)
            now = margin(logits, own)
            better = now > reached
            best = torch.where(better[..., None, None, None], tried, best)
            reached = torch.where(better, now, reached)
    _store(pairs.images, chosen, best, pairs.fooled)
    return pairs.found(len(epsilons))


def _signs(random: np.random.Generator, shape: tuple[int, ...], like: Tensor) -> Tensor:
    return torch.from_numpy(random.choice([-1.0, 1.0], size=shape)).to(like)


def _store(images: Tensor, chosen: Tensor, best: Tensor, fooled: Tensor) -> None:
    """Write the best images of pairs that are not fooled back."""
    seed, place = (~fooled.gather(1, chosen)).nonzero(as_tuple=True)
    images[seed, chosen[seed, place]] = best[seed, place]
