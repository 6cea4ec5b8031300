# Reads and validates the configuration before any job, and makes the plan that the rules follow.
import re
import sys
from pathlib import Path

REPOSITORY = Path(
    workflow.current_basedir.get_path_or_uri(secret_free=True)
).parent.parent
sys.path.insert(0, str(REPOSITORY / "src"))

from snakemake.settings.types import RerunTrigger

from grokscope.config.blocks import block_seeds
from grokscope.config.experiment_files import find_experiments, load_experiments
from grokscope.config.resources import metric_resources, training_resources
from grokscope.config.run_work import RunWork
from grokscope.data.catalogue import DATASETS
from grokscope.errors import UserError
from grokscope.results.wanted import load_wanted

try:
    WANTED = load_wanted(config, REPOSITORY)
except UserError as error:
    sys.exit(f"error: {error}")

CONFIG, PLAN, LAYOUT, BLOCKS = (
    WANTED.config,
    WANTED.plan,
    WANTED.layout,
    WANTED.blocks,
)
SEEDS = WANTED.seeds
SELECTED_RUNS = PLAN.selected_runs()
SHOWN_RUNS = PLAN.shown_runs()
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


TOLD = set()


def forced():
    """Whether the command line forces jobs to run, finished or not.

    A result says itself what it was made from, and is compared with what is wanted here. Times, paths and what Snakemake remembers of earlier
    calls say nothing of a folder that was copied, moved or unpacked: they are switched off here, where the settings of the call are known.
    """
    settings = workflow.dag_settings
    settings.rerun_triggers = frozenset({RerunTrigger.MTIME})
    return bool(settings.forceall or settings.forcetargets or settings.forcerun)


def needed(standing, *files):
    """Input files of a job, given with whether they are finished themselves.

    A finished result needs none of its files, and none of them makes its job run. One that is there and is not what is wanted is made again,
    which is said with the reason.
    """
    if standing.finished and not forced():
        return [ancient(file) for file, finished in files if finished]
    if standing.outdated:
        workflow.dag.forcefiles.add(standing.path)
        if standing.path not in TOLD:
            TOLD.add(standing.path)
            print(f"{standing.path} is made again: {standing.reason}", file=sys.stderr)
    return [file for file, _ in files]


def dataset_of(run):
    """The record of a run's data set, and whether it is there with its file."""
    name = PLAN.runs[run].settings.data.name
    return LAYOUT.dataset.format(dataset=name), WANTED.data(name).finished


def data_path(run):
    """The file that holds a run's data set."""
    return f"{LAYOUT.data_folder}/{PLAN.runs[run].settings.data.name}.safetensors"


def training_file(run, block):
    return LAYOUT.training.format(run=run, block=block)


def trained(run, block):
    return training_file(run, block), WANTED.training(run, block).finished


def records(run):
    """Records of trainings that are there or have to be made: blocks that are measured already may come without."""
    return [
        training_file(run, block)
        for block in BLOCKS[run]
        if Path(training_file(run, block)).is_file()
        or not all(
            WANTED.metric(run, block, metric).finished
            for metric in PLAN.runs[run].metrics.names()
        )
    ]


def metric_files(run, metric):
    return [
        LAYOUT.metric.format(run=run, block=block, metric=metric)
        for block in BLOCKS[run]
    ]


def measured(run, metrics):
    """Tables of some metrics of a run, each with whether it is finished."""
    return [
        (
            LAYOUT.metric.format(run=run, block=block, metric=metric),
            WANTED.metric(run, block, metric).finished,
        )
        for metric in metrics
        for block in BLOCKS[run]
    ]


def measured_for(item):
    """Tables that a figure or claim is made from."""
    return [
        table for run in item.runs() for table in measured(run, item.settings.metrics)
    ]


def item_parameters(item):
    """What the script of a figure or claim needs beside its input files; plain values."""
    tables = {
        run: {metric: metric_files(run, metric) for metric in item.settings.metrics}
        for run in item.runs()
    }
    return WANTED.item_facts(item) | {"metric_files": tables}


def metric_input(wildcards):
    """The training of a block. Ends everything with one line when a table has to be made and the checkpoints for it are gone."""
    run, block, metric = wildcards.run, wildcards.block, wildcards.metric
    standing, training = WANTED.metric(run, block, metric), WANTED.training(run, block)
    file = LAYOUT.metric.format(run=run, block=block, metric=metric)
    if training.finished and (forced() or not standing.finished):
        gone = WANTED.checkpoints_gone(run, block, metric)
        if gone:
            folder = LAYOUT.checkpoints.format(run=run, block=block)
            sys.exit(
                f"error: {folder}: {gone} checkpoints are gone that {file} has to be measured from ({standing.reason or 'forced'}); nothing "
                "was started or removed. To train this block again: --config train_again=missing"
            )
    return needed(standing, trained(run, block), dataset_of(run))


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
    images = settings.training.steps * settings.training.batch_size
    return images * RunWork(settings).multiply_adds


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


def card_tables(run, file):
    """A file of the summary of a run, for its card."""
    path = file.format(run=run)
    return ancient(path) if WANTED.card(run).finished and not forced() else path


def shown():
    """Everything that the report is made from, each file with whether it is finished."""
    figures = [
        (file, WANTED.figure(figure).finished)
        for figure in PLAN.selected_figures
        for file in figure_files(figure)
    ]
    judged = not PLAN.claims or WANTED.claims(PLAN.claims).finished
    claims = [(LAYOUT.claim.format(claim=claim), judged) for claim in PLAN.claims]
    runs = [
        pair
        for run in SHOWN_RUNS
        for pair in (
            (LAYOUT.events.format(run=run), WANTED.summary(run).finished),
            (f"{LAYOUT.card.format(run=run)}.html", WANTED.card(run).finished),
        )
    ]
    trainings = [
        (file, Path(file).is_file()) for run in SELECTED_RUNS for file in records(run)
    ]
    return [*figures, *claims, *runs, *trainings]


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
                        "training_json": (
                            training_file(run, block)
                            if training_file(run, block) in records(run)
                            else None
                        ),
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
