"""How far the largest other logit exceeds the label's (Carlini and Wagner 2017, arXiv 1608.04644, objective f6).

The sign of its gradient does not depend on the scale of the logits, so that a network cannot seem robust by being sure.
"""

from __future__ import annotations

from torch import Tensor


def objective(logits: Tensor, labels: Tensor) -> Tensor:
    """Logits (S, B, classes), labels (S, B) -> (S, B)."""
    own = logits.gather(2, labels[..., None])
    others = logits.scatter(2, labels[..., None], float("-inf"))
    return others.amax(dim=2) - own[..., 0]
