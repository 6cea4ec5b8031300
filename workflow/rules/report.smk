# Needs: figures, verdicts and run cards. Makes: the report, one folder that opens without a network, the same as a ZIP file, and one page that can be sent by mail.


rule report:
    input:
        lambda wildcards: needed(WANTED.report(), *shown()),
    output:
        folder=report(
            directory(LAYOUT.report),
            htmlindex="index.html",
            caption="../../report/captions/report.rst",
            category="Report",
        ),
        archive=LAYOUT.report_archive,
        mail=LAYOUT.report_mail,
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
        identity=WANTED.report_identity,
    script:
        "../scripts/report.py"
