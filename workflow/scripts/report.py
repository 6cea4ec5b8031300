"""Build the report."""

from package import REPOSITORY, job

with job(snakemake):
    from grokscope.machine import machine
    from grokscope.report.build import build_report

    build_report(
        {
            "scale": snakemake.params.config["scale"],
            "config": snakemake.params.config,
            "papers": snakemake.params.papers,
            "plan": snakemake.params.plan,
            "provenance": machine(),
            "templates_folder": str(REPOSITORY / "report" / "templates"),
            "report_folder": str(REPOSITORY / "report"),
            "docs_folder": str(REPOSITORY / "docs"),
            "identity": snakemake.params.identity,
        },
        snakemake.output.folder,
        snakemake.output.archive,
    )
