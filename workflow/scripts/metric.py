"""Measure one metric at every checkpoint of a block."""

from pathlib import Path

from package import job

with job(snakemake) as stream:
    from grokscope.config.blocks import block_seeds
    from grokscope.config.metric_settings import metric_settings
    from grokscope.config.run_settings import RunSettings
    from grokscope.data.known_content import known_content
    from grokscope.data.load import load_samples
    from grokscope.metrics.compute import compute_metric
    from grokscope.metrics.registry import measured_on
    from grokscope.metrics.tables import write_table
    from grokscope.metrics.unfinished import UnfinishedTable
    from grokscope.provenance import provenance
    from grokscope.results.aside import replace_result
    from grokscope.results.identity import with_content

    metric = metric_settings(snakemake.wildcards.metric, snakemake.params.metric)
    settings = RunSettings.model_validate(snakemake.params.settings)
    data, identity = snakemake.params.data, snakemake.params.identity
    if data is not None:
        identity = with_content(identity, known_content(settings.data.name, Path(data).parent))
    given = (
        snakemake.wildcards.metric,
        measured_on(metric, settings.model.kind),
        settings,
        load_samples(settings.data, data),
        block_seeds(snakemake.wildcards.block),
        Path(snakemake.params.folder),
        snakemake.wildcards.run,
    )
    unfinished = UnfinishedTable(
        snakemake.output.table,
        metric.metric,
        identity,
        provenance(snakemake.params.device, snakemake.threads),
    )
    how = {"device": snakemake.params.device, "threads": snakemake.threads, "stream": stream}
    table = compute_metric(*given, **how, training=identity["training"], unfinished=unfinished)
    if "arrays" in snakemake.output.keys():  # noqa: SIM118
        from grokscope.metrics.arrays import write_arrays
        from grokscope.metrics.compute_arrays import compute_arrays

        arrays = compute_arrays(*given, **how)
        replace_result(
            snakemake.output.arrays,
            snakemake.params.root,
            lambda path: write_arrays(path, metric.metric, arrays, identity),
            snakemake.params.reason,
        )
    replace_result(
        snakemake.output.table,
        snakemake.params.root,
        lambda path: write_table(path, metric.metric, table, identity),
        snakemake.params.reason,
    )
    unfinished.remove()
