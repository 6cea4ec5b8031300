# Needs: figures, verdicts and run cards. Makes: the report, one folder that opens without a network.


def report_plan():
    """Everything the report shows, as plain values."""
    return {
        "runs": [
            {
                "id": run,
                "settings_json": LAYOUT.settings.format(run=run),
                "seeds": SEEDS,
                "blocks": [
                    {
                        "name": block,
                        "seeds": seeds,
                        "training_json": training_file(run, block),
                    }
                    for block, seeds in BLOCKS[run].items()
                ],
                "tables_folder": str(Path(LAYOUT.events.format(run=run)).parent),
                "card_html": LAYOUT.card.format(run=run) + ".html",
            }
            for run in SELECTED_RUNS
        ],
        "figures": [
            {
                **PLAN.figures[name].as_dict(),
                **{Path(file).suffix[1:]: file for file in figure_files(name)},
                "command": f"snakemake --cores all {name} --config scale={CONFIG.scale}",
            }
            for name in PLAN.selected_figures
        ],
        "claims": [
            {**item.as_dict(), "json": LAYOUT.claim.format(claim=name)}
            for name, item in PLAN.claims.items()
        ],
        "untested_claims": [item.as_dict() for item in PLAN.untested_claims.values()],
    }


rule report:
    input:
        figures=[
            file for figure in PLAN.selected_figures for file in figure_files(figure)
        ],
        claims=[LAYOUT.claim.format(claim=claim) for claim in PLAN.claims],
        events=[LAYOUT.events.format(run=run) for run in SELECTED_RUNS],
        cards=[f"{LAYOUT.card.format(run=run)}.html" for run in SELECTED_RUNS],
        trainings=[
            training_file(run, block) for run in SELECTED_RUNS for block in BLOCKS[run]
        ],
        templates=[
            str(path)
            for path in sorted((REPOSITORY / "report").glob("[ts]*/**/*"))
            if path.is_file()
        ],
    output:
        report(
            directory(LAYOUT.report),
            htmlindex="index.html",
            caption="../../report/captions/report.rst",
            category="Report",
        ),
    log:
        f"logs/{CONFIG.scale}/report.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        config=CONFIG.model_dump(mode="json"),
        plan=report_plan(),
        papers=PLAN.papers,
        report_folder=str(REPOSITORY / "report"),
        code=code_version("grokscope.report.build"),
    script:
        "../scripts/report.py"
