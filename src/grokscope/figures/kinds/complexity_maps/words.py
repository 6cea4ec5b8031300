"""Maps of local complexity in numbers: how many neurons are cut, and how many near the training sequences."""

from __future__ import annotations

import math

import numpy as np

from grokscope.analysis.inputs import ItemInputs
from grokscope.config.map_drawing import ComplexityMaps
from grokscope.figures.kinds.complexity_maps.stored import BlockMap, stored_maps
from grokscope.figures.parts.accuracy_words import accuracy_words
from grokscope.figures.parts.wording import number, sentence
from grokscope.metrics.embedding_map.near import NEAR, near_samples


def describe_maps(inputs: ItemInputs, settings: ComplexityMaps) -> str:
    """Mean, highest value, and mean near the three sequences of every map, and the accuracies of the run."""
    stored = stored_maps(inputs, settings)
    clamp = settings.clamped_at.at(inputs.scale)
    if not stored.maps:
        return "No map was kept."
    first = stored.maps[0]
    sentences = [
        f"Maps of seed {stored.seed}, radius {first.radius:.3g} and half-width {first.half_width:.3g} in units of the"
        f" embedding at step {number(first.step, 0)}; near means within {NEAR:g} half-widths of a training sequence."
    ]
    for step in dict.fromkeys(one.step for one in stored.maps):
        parts = [_told(one, clamp) for one in stored.maps if one.step == step]
        sentences.append(sentence(*parts, heading=f"step {number(step, 0)}"))
    return " ".join([*sentences, sentence(*accuracy_words(inputs, stored.run))])


def _told(one: BlockMap, clamp: float) -> str:
    if math.isnan(one.mean):
        return f"block {one.block} no finite value"
    near = float(np.nanmean(one.cuts[near_samples(one.samples, one.half_width, len(one.cuts))]))
    ratio = f" ({number(near / one.mean, 2)} times the mean)" if one.mean > 0 else ""
    above = float(np.mean(one.cuts >= clamp))
    return (
        f"block {one.block} {number(one.mean, 1)} neurons cut on average, {number(np.nanmax(one.cuts), 0)} at most,"
        f" {number(near, 1)} near the sequences{ratio}, {number(100 * above, 0)} % of the points at the clamp or above"
    )
