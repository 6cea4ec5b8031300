"""The difference of logits ratio (Croce and Hein 2020, arXiv 2003.01690, equation 6), which no scale or shift of the
logits changes.
"""

from __future__ import annotations

from torch import Tensor

from grokscope.metrics.adversarial.objectives.margin import objective as margin


def objective(logits: Tensor, labels: Tensor) -> Tensor:
    """Logits (S, B, at least 3 classes), labels (S, B) -> (S, B): how far the largest other logit exceeds the label's,
    as a share of the distance between the largest and the third largest; where these are alike, that distance counts
    as 1.
    """
    largest = logits.topk(3, dim=2).values
    distance = largest[..., 0] - largest[..., 2]
    return margin(logits, labels) / distance.where(distance > 0, 1)
