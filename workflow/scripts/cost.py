"""Measure what the chosen scale and figures will cost and print it; the log keeps the table as Markdown."""

import sys
from pathlib import Path

from package import REPOSITORY, job

# the processes that measure load this file again, under another name
if __name__ == "__main__":
    with job(snakemake) as stream:
        from grokscope.cost.answer import costs, jobs_at_once
        from grokscope.cost.table import as_markdown, as_text
        from grokscope.results.wanted import load_wanted

        wanted = load_wanted(snakemake.params.config, REPOSITORY)
        jobs = jobs_at_once(wanted.config, snakemake.params.cores, snakemake.params.nodes, snakemake.params.gpus)
        found = costs(wanted, jobs, stream=stream)
        sys.stdout.write(as_text(found))
        with Path(snakemake.log[0]).open("a", encoding="utf-8") as log:
            log.write(as_markdown(found))
