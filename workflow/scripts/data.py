"""Get and check one data set; the record says where its file is and what is in it."""

from pathlib import Path

from package import job

with job(snakemake) as stream:
    from grokscope.data.ensure import ensure_dataset
    from grokscope.files import read_json, write_json

    path = ensure_dataset(
        snakemake.wildcards.dataset,
        Path(snakemake.params.cache),
        source=snakemake.params.source,
        user_folder=Path(snakemake.params.folder) if snakemake.params.folder else None,
    )
    write_json(snakemake.output[0], {"path": str(path), **read_json(path.with_suffix(".json"))})
