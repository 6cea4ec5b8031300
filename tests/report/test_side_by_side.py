"""What the page that compares runs says of what it cannot compare, and how it writes numbers."""

from __future__ import annotations

from typing import Any

import pytest

from browser import require_chromium
from experiments_support import REPOSITORY

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCRIPTS = ("numbers.js", "compare-panels.js")


def run(layers: int, fits: list[float | None], *panels: str) -> dict[str, Any]:
    """A run with accuracy, a metric of each layer, other panels, and the dates of the fit in its seeds."""

    def panel(name: str, series: list[str]) -> dict[str, Any]:
        return {"id": name, "title": name.capitalize(), "series": [{"name": one, "values": []} for one in series]}

    fitted = {"name": "fit", "words": "training set fitted", "steps": fits, "panel": "accuracy"}
    both = panel("accuracy", ["train", "test"])
    depth = [f"layer {layer + 1}" for layer in range(layers)]
    return {
        "seeds": list(range(len(fits))),
        "steps_per_epoch": 10,
        "panels": [both, panel("rank", depth), *(panel(one, ["all"]) for one in panels)],
        "events": [fitted] if any(fit is not None for fit in fits) else [],
    }


@pytest.fixture(scope="module")
def asked(opened: Any) -> Any:
    """Evaluates JavaScript with the scripts of the page; `view` takes every seed and calls runs by their seeds."""
    require_chromium()
    page = opened.new_page()
    text = "".join((REPOSITORY / "report" / "static" / name).read_text(encoding="utf-8") for name in SCRIPTS)
    view = "window.view = {picked: (run) => run.seeds, label: (run) => `${run.seeds.length} seeds`};"
    page.evaluate(f"{text}\nwindow.sides = grokscopeSideBySide; window.numbers = grokscopeNumbers; {view}")
    yield page.evaluate
    page.close()


def test_what_is_left_out_is_named_with_the_runs_that_lack_it(asked: Any) -> None:
    runs = [run(4, [1.0], "probes", "loss"), run(4, [1.0], "loss"), run(4, [1.0])]
    found = asked("(runs) => sides.leftOut(runs)", runs)
    assert found == {"count": 2, "lines": ["Not measured in run 2 and run 3: Probes.", "Not measured in run 3: Loss."]}
    assert asked("(runs) => sides.leftOut(runs)", [run(4, [1.0]), run(4, [2.0])]) == {"count": 0, "lines": []}


def test_layers_count_from_the_end_where_depths_differ(asked: Any) -> None:
    lines = "(runs) => sides.linesOf(runs.map((run) => run.panels[1]))"
    assert asked(lines, [run(2, [1.0]), run(2, [1.0])]) == ["layer 1", "layer 2"]
    wanted = ["layer 1", "layer 2", "second-last layer", "last layer"]
    assert asked(lines, [run(2, [1.0]), run(12, [1.0])]) == wanted


def test_runs_and_seeds_without_a_place_on_the_axis_are_named(asked: Any) -> None:
    runs = [run(2, [100.0, 200.0]), run(2, [None, None, None]), run(2, [None, 5.0, 6.0, 7.0])]
    found = asked("(runs) => sides.unplaced(runs, 'fit', null, view)", runs)
    assert found == [
        "Run 2 (3 seeds) has no place on this axis: none of its seeds fits the training set.",
        "Run 3 (4 seeds) is drawn without 1 of its 4 seeds: not every seed fits the training set.",
    ]
    assert asked("(runs) => sides.unplaced(runs, 'decades', null, view)", runs) == []
    aligned = asked("(runs) => sides.unplaced(runs, 'decades', {name: 'fit', words: 'x'}, view)", runs)
    assert aligned == found


def test_a_run_without_the_metric_of_an_event_is_not_said_to_never_show_it(asked: Any) -> None:
    event = {"name": "probe_rise", "words": "rise of probes", "steps": [9.0], "panel": "probes_ridge"}
    runs = [run(2, [1.0], "probes_ridge"), run(2, [1.0], "probes_other"), run(2, [1.0])]
    runs[0]["events"].append(event)
    row = asked("([event, runs]) => sides.rowOfEvent(event, runs, {...view, table: []})", [event, runs])
    assert row == ["rise of probes", "\u2013", "\u2013", "9", "never", "not measured"]


def test_a_minus_sign_stands_before_no_zero(asked: Any) -> None:
    texts = ["-0.0", "-0", "-0.00 %", "-0.3", "-10", "-6.75e-5", "2"]
    assert asked("(texts) => texts.map(numbers.minus)", texts) == ["0.0", "0", "0.00 %", "−0.3", "−10", "−6.75e−5", "2"]
