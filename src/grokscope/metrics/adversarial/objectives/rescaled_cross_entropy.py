"""The cross-entropy of logits that are divided by their own spread, so that it saturates for no network."""

from __future__ import annotations

from torch import Tensor

from grokscope.metrics.adversarial.objectives.cross_entropy import objective as cross_entropy


def objective(logits: Tensor, labels: Tensor) -> Tensor:
    """Logits (S, B, classes), labels (S, B) -> (S, B); the spread is the standard deviation over the classes of an
    image, which counts as a constant in the gradient. Logits that are all alike are left as they are. With two classes
    the value says only which logit is the larger one, and the gradient is that of the margin.
    """
    spread = logits.detach().std(dim=2, correction=0, keepdim=True)
    return cross_entropy(logits / spread.where(spread > 0, 1), labels)
