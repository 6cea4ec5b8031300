"""Our follow-ups of Always Grok are drawn from made-up tables, with a panel for every condition."""

from __future__ import annotations

import pytest

from grokscope.figures.write import figure_module
from synthetic_figures import drawn, figure_inputs

PANELS = {
    "neural_collapse": 20,
    "optimisers": 8,
    "init_schemes": 12,
    "second_descent": 9,
    "label_noise": 3,
    "activations": 6,
    "batch_sizes": 2,
    "batch_sizes_epochs": 2,
    "interventions": 9,
    "jacobian": 6,
}


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_has_curves(name: str) -> None:
    inputs = figure_inputs(f"always_grok_{name}", "quick", seeds=2, steps=12)
    panels = [axes for axes in drawn(inputs).axes if axes.get_xlabel() or axes.lines]
    assert len(panels) == PANELS[name]
    assert all(axes.lines for axes in panels)
    assert figure_module(inputs.item).describe(inputs)


def test_epochs_are_on_the_axis_of_batches() -> None:
    axes = drawn(figure_inputs("always_grok_batch_sizes_epochs", "quick", seeds=1, steps=6)).axes
    assert {one.get_xlabel() for one in axes} == {"epochs"}
