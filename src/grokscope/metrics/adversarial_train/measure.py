"""Accuracy under attack at training images: the attack of the metric adversarial, with the labels of the training.

Where labels are random, accuracy at test images stays at chance and cannot be lost or come back; at the training images
it can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from grokscope.metrics.adversarial import measure as adversarial
from grokscope.metrics.adversarial.declaration import AdversarialSettings
from grokscope.metrics.adversarial_train.declaration import AdversarialTrainSettings
from grokscope.metrics.context import EvaluationContext
from grokscope.models.network import Network


def build(settings: AdversarialTrainSettings, context: EvaluationContext) -> Callable[[Network, int], pd.DataFrame]:
    """Measure on `settings.points` of the training images that all seeds share; each seed has labels of its own."""
    attacked = replace(context, test_inputs=context.train_inputs, test_targets=context.train_targets)
    return adversarial.build(
        AdversarialSettings(**settings.model_dump(exclude={"metric", "every", "at_most"})), attacked
    )
