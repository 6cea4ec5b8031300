"""Measure one metric at every checkpoint of a block."""

from pathlib import Path

from package import job

with job(snakemake) as stream:
    from grokscope.config.blocks import block_seeds
    from grokscope.config.metric_settings import metric_settings
    from grokscope.config.run_settings import RunSettings
    from grokscope.data.recorded import recorded_dataset
    from grokscope.metrics.compute import compute_metric
    from grokscope.metrics.tables import write_table
    from grokscope.metrics.unfinished import UnfinishedTable
    from grokscope.provenance import provenance
    from grokscope.results.aside import replace_result

    metric = metric_settings(snakemake.wildcards.metric, snakemake.params.metric)
    unfinished = UnfinishedTable(
        snakemake.output[0],
        metric.metric,
        snakemake.params.identity,
        provenance(snakemake.params.device, snakemake.threads),
    )
    table = compute_metric(
        snakemake.wildcards.metric,
        metric,
        RunSettings.model_validate(snakemake.params.settings),
        recorded_dataset(snakemake.params.data),
        block_seeds(snakemake.wildcards.block),
        Path(snakemake.params.folder),
        snakemake.wildcards.run,
        device=snakemake.params.device,
        threads=snakemake.threads,
        stream=stream,
        training=snakemake.params.identity["training"],
        unfinished=unfinished,
    )
    replace_result(
        snakemake.output[0],
        snakemake.params.root,
        lambda path: write_table(path, metric.metric, table, snakemake.params.identity),
        snakemake.params.reason,
    )
    unfinished.remove()
