"""Merge archives into one."""

from pathlib import Path

from package import job

with job(snakemake):
    from grokscope.archive.merge import merge_archives
    from grokscope.archive.open import open_archive
    from grokscope.archive.publish import archive_to_write
    from grokscope.errors import UserError

    sources = [Path(name).expanduser() for name in snakemake.params.archives]
    if not sources:
        raise UserError("merge: no archives are named; name them with --config archives='[first, second]'")
    goal = archive_to_write(snakemake.params.publish_to, open_archive(sources[0], hashes=False).index.scale)
    if goal.exists() and goal.resolve() not in [source.resolve() for source in sources]:
        sources.insert(0, goal)
    done = merge_archives(sources, goal)
    print(f"{goal}: {done.new} new blocks, {done.extended} with more tables than before, {done.blocks} in all")
