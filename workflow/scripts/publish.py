"""Pack everything that is measured into an archive."""

from package import job

with job(snakemake):
    from grokscope.archive.publish import publish

    print(publish(snakemake.params.blocks, snakemake.params.scale, snakemake.params.folder, snakemake.params.results))
