"""The points around which a metric measures: samples, evenly spaced in their order, and random points."""

from __future__ import annotations

from torch import Tensor

from grokscope.data.declared import Tokens
from grokscope.data.registry import task_facts
from grokscope.metrics.context import EvaluationContext
from grokscope.metrics.few_points import FewPoints
from grokscope.metrics.local_complexity.frames import random_points


def chosen_points(counts: FewPoints, context: EvaluationContext) -> dict[str, Tensor]:
    """The points of every kind that has any, `(S or 1, points, *shape)` in the run's dtype: those at which local
    complexity is measured when it is asked for as many.
    """
    found = {split: context.points(split, getattr(counts, split))[0] for split in ("train", "test")}
    box = task_facts(context.run.data).input
    assert not isinstance(box, Tokens), "refused when the run was planned: tokens have no neighbourhoods"
    found["random"] = random_points(counts.random, box.shape, box.lowest, box.highest).to(context.test_inputs)
    return {split: inputs for split, inputs in found.items() if inputs.shape[1] > 0}
