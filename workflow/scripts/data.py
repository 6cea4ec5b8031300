"""Get, check and write one data set."""

from pathlib import Path

from package import job

with job(snakemake) as stream:
    from grokscope.data.ensure import ensure_dataset

    ensure_dataset(
        snakemake.wildcards.dataset,
        Path(snakemake.output[0]).parent,
        source=snakemake.params.source,
        user_folder=Path(snakemake.params.folder) if snakemake.params.folder else None,
    )
