# What jobs need: nothing if a result is finished, wherever it came from, otherwise the files that it is made from.
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

    A finished result needs none of its files, and none of them makes its job run. A result that exists with another identity is made again,
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


def datasets_of(run):
    """The record of a run's data set, and whether it is there with its file; none for data that are made."""
    return [(standing.path, standing.finished) for standing in WANTED.datasets(run)]


def data_input(wildcards):
    """Nothing: a data set is made from files of others. Ends everything with one line where it is known that these cannot be had."""
    dataset = wildcards.dataset
    there = Path(LAYOUT.data_folder, f"{dataset}.safetensors").is_file()
    complaint = None if there else source_complaint(dataset, CONFIG)
    if complaint:
        sys.exit(f"error: {complaint}")
    return needed(WANTED.data(dataset))


def card_data(run):
    """The data set of a run card. A run whose blocks all lie in an archive is shown without it where it is not there."""
    archived = all((run, block) in WANTED.archived for block in BLOCKS[run])
    return [
        (file, finished)
        for file, finished in datasets_of(run)
        if finished or not archived
    ]


def trained(run, block):
    return training_file(run, block), WANTED.training(run, block).finished


def training_input(wildcards):
    """The data set of a training. Ends everything with one line when it has to be trained and must not be."""
    run, block = wildcards.run, wildcards.block
    standing = WANTED.training(run, block)
    if CONFIG.missing == "leave_out" and (forced() or not standing.finished):
        sys.exit(
            f"error: {standing.path} would be trained ({standing.reason or 'forced'}), while missing is leave_out; to "
            "train it: --config missing=train"
        )
    return needed(standing, *datasets_of(run))


def records(run):
    """Records of trainings that are there or have to be made: blocks that are measured already may come without."""
    return [
        training_file(run, block) for block in BLOCKS[run] if has_record(run, block)
    ]


def has_record(run, block):
    """Whether the record of a training is there, or is made on the way."""
    if WANTED.training(run, block).finished or CONFIG.missing == "leave_out":
        return WANTED.training(run, block).finished
    names = WANTED.metrics_of_run(run)
    measured_all = all(WANTED.metric(run, block, name).finished for name in names)
    return Path(training_file(run, block)).is_file() or not measured_all


def measured(run, metrics):
    """Tables of some metrics of a run, each with whether it is finished."""
    return [
        (
            WANTED.metric_path(run, block, metric),
            WANTED.metric(run, block, metric).finished,
        )
        for metric in metrics
        for block in WANTED.metric_blocks(run, metric)
    ]


def measured_for(item):
    """Tables that a figure or claim is made from."""
    return [
        table for run in item.runs() for table in measured(run, item.settings.metrics)
    ]


def metric_input(wildcards):
    """The training of a block. Ends everything with one line when a table has to be made and the checkpoints for it are gone."""
    run, block, metric = wildcards.run, wildcards.block, wildcards.metric
    standing, training = WANTED.metric(run, block, metric), WANTED.training(run, block)
    if CONFIG.missing == "leave_out" and (forced() or not standing.finished):
        sys.exit(
            f"error: {standing.path} would be measured ({standing.reason or 'forced'}), while missing is leave_out; to "
            "measure it: --config missing=train"
        )
    file = LAYOUT.metric.format(run=run, block=block, metric=metric)
    if training.finished and (forced() or not standing.finished):
        gone = WANTED.checkpoints_gone(run, block, metric)
        if gone:
            folder = LAYOUT.checkpoints.format(run=run, block=block)
            sys.exit(
                f"error: {folder}: {checkpoints_are_gone(gone)} that {file} has to be measured from ({standing.reason or 'forced'}); nothing "
                "was started or removed. To train this block again: --config train_again=missing"
            )
    return needed(standing, trained(run, block), *datasets_of(run))


def figure_parameters(item):
    """As of any item, and the published settings of its runs, with which theirs are compared."""
    return {**WANTED.item_inputs(item), "published": PLAN.published_of(item)}


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
