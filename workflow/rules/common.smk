# Reads and validates the configuration before any job, and makes the plan that the rules follow.
import re

from snakemake.settings.types import RerunTrigger

from grokscope.config.blocks import block_seeds
from grokscope.config.experiment_files import find_experiments, load_experiments
from grokscope.config.own_files import source_complaint
from grokscope.config.resources import metric_resources, training_resources
from grokscope.config.run_work import RunWork
from grokscope.data.registry import FILES
from grokscope.results.checkpoint_files import checkpoints_are_gone
from grokscope.results.wanted import load_wanted

# Snakemake itself would wait for such a core for ever.
for option, number in (
    ("--cores", workflow.resource_settings.cores),
    ("--jobs", workflow.resource_settings.nodes),
):
    if number is not None and number < 1:
        sys.exit(
            f"error: {option} {number}: nothing could ever start; give a number from 1 on"
        )

try:
    WANTED = load_wanted(config, REPOSITORY, hashes="--target-jobs" not in sys.argv)
except UserError as error:
    sys.exit(f"error: {error}")

CONFIG, PLAN, LAYOUT, BLOCKS = (
    WANTED.config,
    WANTED.plan,
    WANTED.layout,
    WANTED.blocks,
)
SELECTED_RUNS = WANTED.runs_there(PLAN.selected_runs())
SHOWN_RUNS = WANTED.runs_there(PLAN.shown_runs())
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
    metric="[a-z][a-z0-9_]*",
    figure="|".join(map(re.escape, PLAN.figures)) or "none",


def data_path(run):
    """The file that holds a run's data set; None for data that are made."""
    if not WANTED.datasets(run):
        return None
    return f"{LAYOUT.data_folder}/{PLAN.runs[run].settings.data.name}.safetensors"


def training_file(run, block):
    return WANTED.training_path(run, block)


def metric_files(run, metric):
    return [
        WANTED.metric_path(run, block, metric)
        for block in WANTED.metric_blocks(run, metric)
    ]


def figure_files(figure):
    return [
        f"{LAYOUT.figure.format(figure=figure)}.{suffix}"
        for suffix in ("svg", "pdf", "png", "json")
    ]


def training_cost(run):
    """Rough multiplications of one seed's training: the longest jobs start first."""
    settings = PLAN.runs[run].settings
    samples = settings.training.steps * settings.training.batch_size
    return samples * RunWork(settings).multiply_adds


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
        run.metrics[wildcards.metric],
        run.settings,
        len(block_seeds(wildcards.block)),
        CONFIG.device,
        CONFIG.threads,
    )


def figure_labels(wildcards):
    item = PLAN.figures[wildcards.figure]
    return {"figure": item.settings.where, "variant": item.variant}
