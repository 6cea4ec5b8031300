"""One shallow network: accuracy, weight norm and ranks on one axis of steps, to be laid beside the same figure at another scale."""

from __future__ import annotations

from matplotlib.figure import Figure

from grokscope.analysis.inputs import ItemInputs
from grokscope.figures.accuracy_words import accuracy_words
from grokscope.figures.curves import last_step_of, members_along
from grokscope.figures.legends import below_legend, event_key, kinds_of_line, line_key, title
from grokscope.figures.own_experiment import comparable as comparable
from grokscope.figures.panels import draw_curves, log_value_axis, mark_events, percent_axis, step_axis
from grokscope.figures.rank_curves import rank_label, rank_words
from grokscope.figures.run_curves import DARK, course, draw_accuracies, note_failures, rank_axis, say_blanks, second_last_ranks, weight_norms
from grokscope.figures.style import SPLIT_COLOURS, new_figure, styled
from grokscope.figures.wording import event_phrase, event_steps, seed_list, sentence


@styled
def draw(inputs: ItemInputs) -> Figure:
    """Three panels side by side."""
    (member,) = members_along(inputs)
    run = member["run"]
    figure = new_figure(11.2, 3.9)
    accuracy, norm, rank = figure.subplots(1, 3)
    draw_accuracies(accuracy, inputs, run)
    draw_curves(norm, weight_norms(inputs, run), DARK)
    draw_curves(rank, second_last_ranks(inputs, run), DARK)
    say_blanks(inputs, [run], [(accuracy, "accuracy"), (norm, "weight_norm"), (rank, "rank")])
    for axes in (accuracy, norm, rank):
        mark_events(axes, event_steps(inputs, run, "generalisation"), SPLIT_COLOURS["test"])
        step_axis(axes, last_step_of(inputs, "accuracy", "weight_norm", "rank"))
    note_failures(accuracy, inputs, {"": run})
    percent_axis(accuracy)
    log_value_axis(norm)
    norm.set_ylabel("norm of all weights")
    rank_axis(rank, rank_label(inputs, "rank of the second-last layer\n(dimensions)"))
    seeds = seed_list(inputs)
    keys = [line_key(split, SPLIT_COLOURS[split]) for split in ("train", "test")]
    below_legend(figure, [*keys, *kinds_of_line(len(seeds)), event_key("generalisation (median step)", SPLIT_COLOURS["test"])])
    title(figure, inputs.item["settings"]["title"], inputs.scale, len(seeds), inputs.item["variant"])
    return figure


def describe(inputs: ItemInputs) -> str:
    """Accuracies and events, and the course of norm and rank."""
    (member,) = members_along(inputs)
    run = member["run"]
    return sentence(
        *accuracy_words(inputs, run),
        event_phrase(inputs, run, "rank_collapse", "rank collapse"),
        course(weight_norms(inputs, run), "norm of all weights", 1) or "weight norm not measured",
        rank_words(inputs, run) or "rank not measured",
    )
