"""Build the report."""

from package import job

with job(snakemake):
    from grokscope.provenance import machine
    from grokscope.report.build import build_report

    folder = snakemake.params.report_folder
    build_report(
        {
            "scale": snakemake.params.config["scale"],
            "config": snakemake.params.config,
            "papers": snakemake.params.papers,
            "plan": snakemake.params.plan,
            "provenance": machine(),
            "templates_folder": f"{folder}/templates",
            "report_folder": folder,
        },
        snakemake.output[0],
    )
