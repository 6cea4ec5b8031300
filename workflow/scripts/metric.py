"""Measure one metric at every checkpoint of a block."""

from pathlib import Path

from package import job

with job(snakemake) as stream:
    from grokscope.config.blocks import block_seeds
    from grokscope.config.metric_settings import metric_settings
    from grokscope.config.run_settings import RunSettings
    from grokscope.data.load import load_samples
    from grokscope.metrics.compute import compute_metric
    from grokscope.metrics.registry import measured_on
    from grokscope.metrics.tables import write_table
    from grokscope.metrics.unfinished import UnfinishedTable
    from grokscope.provenance import provenance
    from grokscope.results.aside import replace_result

    metric = metric_settings(snakemake.wildcards.metric, snakemake.params.metric)
    settings = RunSettings.model_validate(snakemake.params.settings)
    given = (
        snakemake.wildcards.metric,
        measured_on(metric, settings.model.kind),
        settings,
        load_samples(settings.data, snakemake.params.data),
        block_seeds(snakemake.wildcards.block),
        Path(snakemake.params.folder),
        snakemake.wildcards.run,
    )
    unfinished = UnfinishedTable(
        snakemake.output.table,
        metric.metric,
        snakemake.params.identity,
        provenance(snakemake.params.device, snakemake.threads),
    )
    how = {"device": snakemake.params.device, "threads": snakemake.threads, "stream": stream}
    table = compute_metric(*given, **how, training=snakemake.params.identity["training"], unfinished=unfinished)
    if "arrays" in snakemake.output.keys():  # noqa: SIM118
        from grokscope.metrics.arrays import write_arrays
        from grokscope.metrics.compute_arrays import compute_arrays

        arrays = compute_arrays(*given, **how)
        replace_result(
            snakemake.output.arrays,
            snakemake.params.root,
            lambda path: write_arrays(path, metric.metric, arrays, snakemake.params.identity),
            snakemake.params.reason,
        )
    replace_result(
        snakemake.output.table,
        snakemake.params.root,
        lambda path: write_table(path, metric.metric, table, snakemake.params.identity),
        snakemake.params.reason,
    )
    unfinished.remove()
