# Reads and validates the configuration before any job, and makes the plan that the rules follow.
import re
import sys
from pathlib import Path

REPOSITORY = Path(
    workflow.current_basedir.get_path_or_uri(secret_free=True)
).parent.parent
sys.path.insert(0, str(REPOSITORY / "src"))

from grokscope.code_version import code_version
from grokscope.config.blocks import block_seeds, plan_blocks
from grokscope.config.dataset_facts import DATASET_FACTS
from grokscope.config.experiment_files import find_experiments, load_experiments
from grokscope.config.layout import Layout
from grokscope.config.resources import metric_resources, training_resources
from grokscope.config.start import load_plan
from grokscope.errors import UserError

try:
    CONFIG, PLAN = load_plan(config, REPOSITORY)
except UserError as error:
    sys.exit(f"error: {error}")

LAYOUT = Layout.of(CONFIG)
SEEDS = CONFIG.seed_list()
SELECTED_RUNS = PLAN.selected_runs()
SHOWN_RUNS = PLAN.shown_runs()
BLOCKS = {
    run: plan_blocks(SEEDS, CONFIG.block_size, Path(LAYOUT.run_folder.format(run=run)))
    for run in PLAN.runs
}
CLAIMS_BY_PAPER = {
    paper["id"]: [
        claim for claim, item in PLAN.claims.items() if item.paper == paper["id"]
    ]
    for paper in PLAN.papers
    if any(item.paper == paper["id"] for item in PLAN.claims.values())
}
GPU = 1 if CONFIG.device == "cuda" else 0


wildcard_constraints:
    run="|".join(map(re.escape, PLAN.runs)) or "none",
    block=r"seeds_[0-9_-]+",
    metric="[a-z_]+",
    figure="|".join(map(re.escape, PLAN.figures)) or "none",


def dataset_file(wildcards):
    """The record of a run's data set. Content is checked by hash, so the date of the record says nothing."""
    return ancient(
        LAYOUT.dataset.format(dataset=PLAN.runs[wildcards.run].settings.data.name)
    )


def training_file(run, block):
    return LAYOUT.training.format(run=run, block=block)


def metric_files(run, metric):
    return [
        LAYOUT.metric.format(run=run, block=block, metric=metric)
        for block in BLOCKS[run]
    ]


def item_files(item):
    """Metric tables that a figure or claim is made from."""
    return [
        file
        for run in item.runs()
        for metric in item.settings.metrics
        for file in metric_files(run, metric)
    ]


def item_parameters(item):
    """What the script of a figure or claim needs beside its input files; plain values."""
    return {
        "item": item.as_dict(),
        "scale": CONFIG.scale,
        "seeds": SEEDS,
        "metric_files": {
            run: {metric: metric_files(run, metric) for metric in item.settings.metrics}
            for run in item.runs()
        },
        "settings": {
            run: {
                **PLAN.runs[run].settings.model_dump(mode="json"),
                "metrics": PLAN.runs[run].metrics.model_dump(
                    mode="json", exclude_none=True, include=set(item.settings.metrics)
                ),
            }
            for run in item.runs()
        },
        "detectors": CONFIG.detectors.model_dump(mode="json"),
        "reference_folder": str(REPOSITORY / "reference"),
    }


def figure_parameters(item):
    """As of any item, and the published settings of its runs, with which theirs are compared."""
    return {**item_parameters(item), "published": PLAN.published_of(item)}


def figure_files(figure):
    return [
        f"{LAYOUT.figure.format(figure=figure)}.{suffix}"
        for suffix in ("svg", "pdf", "png", "json")
    ]


def training_cost(run):
    """Rough multiplications of one seed's training: the longest jobs start first."""
    settings = PLAN.runs[run].settings
    model = settings.model
    return (
        settings.training.steps
        * settings.training.batch_size
        * model.width
        * (784 + model.depth * model.width)
    )


def training_needs(wildcards):
    """Memory and run time that the training of a block asks for."""
    return training_resources(
        PLAN.runs[wildcards.run].settings,
        len(block_seeds(wildcards.block)),
        CONFIG.device,
        CONFIG.threads,
    )


def metric_needs(wildcards):
    """Memory and run time that a metric of a block asks for."""
    run = PLAN.runs[wildcards.run]
    return metric_resources(
        wildcards.metric,
        getattr(run.metrics, wildcards.metric),
        run.settings,
        len(block_seeds(wildcards.block)),
        CONFIG.device,
        CONFIG.threads,
    )


def figure_labels(wildcards):
    item = PLAN.figures[wildcards.figure]
    return {"figure": item.settings.where, "variant": item.variant}


def report_plan():
    """Everything the report shows, as plain values."""
    return {
        "runs": [
            {
                "id": run,
                "settings_json": LAYOUT.settings.format(run=run),
                "seeds": SEEDS,
                "blocks": [
                    {
                        "name": block,
                        "seeds": seeds,
                        "training_json": training_file(run, block),
                    }
                    for block, seeds in BLOCKS[run].items()
                ],
                "tables_folder": str(Path(LAYOUT.events.format(run=run)).parent),
                "card_html": LAYOUT.card.format(run=run) + ".html",
            }
            for run in SHOWN_RUNS
        ],
        "grid_runs": [run for run in SELECTED_RUNS if run not in SHOWN_RUNS],
        "figures": [
            {
                **PLAN.figures[name].as_dict(),
                **{Path(file).suffix[1:]: file for file in figure_files(name)},
                "command": f"snakemake --cores all {name} --config scale={CONFIG.scale}",
            }
            for name in PLAN.selected_figures
        ],
        "claims": [
            {**item.as_dict(), "json": LAYOUT.claim.format(claim=name)}
            for name, item in PLAN.claims.items()
        ],
        "untested_claims": [item.as_dict() for item in PLAN.untested_claims.values()],
    }


def report_papers():
    """The papers with their variants, for the page that compares these."""
    found = []
    for paper, name in zip(PLAN.papers, CONFIG.experiments, strict=True):
        _, experiments = load_experiments(find_experiments(name, REPOSITORY))
        about = experiments.model_dump(
            mode="json", include={"base", "default_variant", "variants"}
        )
        found.append({**paper, **about})
    return found
