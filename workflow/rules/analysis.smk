# Needs: metric tables. Makes: tables of all seeds with ranks and events, run cards, and a verdict a claim.


rule summary:
    input:
        lambda wildcards: [
            file
            for metric in PLAN.runs[wildcards.run].metrics.names()
            for file in metric_files(wildcards.run, metric)
        ],
    output:
        events=LAYOUT.events,
        settings=LAYOUT.settings,
    log:
        f"logs/{CONFIG.scale}/summary/{{run}}.log",
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        run=lambda wildcards: {
            "id": wildcards.run,
            "paper": PLAN.runs[wildcards.run].paper,
            "variant": PLAN.runs[wildcards.run].variant,
            **PLAN.runs[wildcards.run].settings.model_dump(mode="json"),
            "metrics": PLAN.runs[wildcards.run].metrics.model_dump(
                mode="json", exclude_none=True
            ),
        },
        metric_files=lambda wildcards: {
            metric: metric_files(wildcards.run, metric)
            for metric in PLAN.runs[wildcards.run].metrics.names()
        },
        seeds=SEEDS,
        detectors=CONFIG.detectors.model_dump(mode="json"),
        code=code_version("grokscope.analysis.summary"),
    script:
        "../scripts/summary.py"


rule card:
    input:
        notebook=str(REPOSITORY / "workflow/notebooks/run_card.ipynb"),
        data=dataset_file,
        events=LAYOUT.events,
        settings=LAYOUT.settings,
        training=lambda wildcards: [
            training_file(wildcards.run, block) for block in BLOCKS[wildcards.run]
        ],
    output:
        notebook=f"{LAYOUT.card}.ipynb",
        html=report(
            f"{LAYOUT.card}.html",
            caption="../../report/captions/card.rst",
            category="Run cards",
            labels={"run": "{run}"},
        ),
    log:
        f"logs/{CONFIG.scale}/card/{{run}}.log",
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        scale=CONFIG.scale,
        detectors=CONFIG.detectors.model_dump(mode="json"),
        code=code_version("grokscope.report.card", "grokscope.report.card_execute"),
    script:
        "../scripts/card.py"


# One job judges all claims of a paper: reading tables and libraries takes longer than judging.
for paper_name, paper_claims in CLAIMS_BY_PAPER.items():

    rule:
        name:
            f"{paper_name}_claims"
        input:
            sorted(
                {
                    file
                    for claim in paper_claims
                    for file in item_files(PLAN.claims[claim])
                }
            ),
        output:
            [
                report(
                    LAYOUT.claim.format(claim=claim),
                    caption="../../report/captions/claim.rst",
                    category="Verdicts",
                    subcategory=paper_name,
                    labels={"claim": claim},
                )
                for claim in paper_claims
            ],
        log:
            f"logs/{CONFIG.scale}/claims/{paper_name}.log",
        conda:
            "../../envs/analysis.yaml"
        resources:
            mem_mb=2000,
            runtime=60,
        params:
            inputs=[item_parameters(PLAN.claims[claim]) for claim in paper_claims],
            code=code_version(
                "grokscope.analysis.claims",
                *sorted(
                    {
                        f"grokscope.analysis.estimands.{PLAN.claims[claim].settings.estimand}"
                        for claim in paper_claims
                    }
                ),
                *sorted(
                    {
                        f"grokscope.analysis.hypothesis_tests.{PLAN.claims[claim].settings.test}"
                        for claim in paper_claims
                    }
                ),
            ),
        script:
            "../scripts/claims.py"
