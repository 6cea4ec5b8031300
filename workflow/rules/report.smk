# Needs: figures, verdicts and run cards. Makes: the report, one folder that opens without a network, and the same as a ZIP file.


rule report:
    input:
        figures=[
            file for figure in PLAN.selected_figures for file in figure_files(figure)
        ],
        claims=[LAYOUT.claim.format(claim=claim) for claim in PLAN.claims],
        events=[LAYOUT.events.format(run=run) for run in SHOWN_RUNS],
        cards=[f"{LAYOUT.card.format(run=run)}.html" for run in SHOWN_RUNS],
        trainings=[
            training_file(run, block) for run in SELECTED_RUNS for block in BLOCKS[run]
        ],
        templates=[
            str(path)
            for path in sorted((REPOSITORY / "report").glob("[ts]*/**/*"))
            if path.is_file()
        ],
        documents=[str(path) for path in sorted((REPOSITORY / "docs").glob("*.md"))],
    output:
        folder=report(
            directory(LAYOUT.report),
            htmlindex="index.html",
            caption="../../report/captions/report.rst",
            category="Report",
        ),
        archive=LAYOUT.report_archive,
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
        papers=report_papers(),
        code=code_version("grokscope.report.build"),
    script:
        "../scripts/report.py"
