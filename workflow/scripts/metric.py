"""Measure one metric at every checkpoint of a block."""

from pathlib import Path

from package import job

with job(snakemake) as stream:
    from grokscope.config.blocks import block_seeds
    from grokscope.config.metric_settings import MetricsSettings
    from grokscope.config.run_settings import RunSettings
    from grokscope.data.recorded import recorded_dataset
    from grokscope.metrics.compute import compute_metric
    from grokscope.metrics.tables import write_table

    name = snakemake.wildcards.metric
    table = compute_metric(
        name,
        getattr(MetricsSettings.model_validate({name: snakemake.params.metric}), name),
        RunSettings.model_validate(snakemake.params.settings),
        recorded_dataset(snakemake.input.data),
        block_seeds(snakemake.wildcards.block),
        Path(snakemake.params.folder),
        snakemake.wildcards.run,
        device=snakemake.params.device,
        threads=snakemake.threads,
        stream=stream,
    )
    write_table(snakemake.output[0], name, table)
