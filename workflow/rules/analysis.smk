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


rule claim:
    input:
        lambda wildcards: item_files(PLAN.claims[wildcards.claim]),
    output:
        report(
            LAYOUT.claim,
            caption="../../report/captions/claim.rst",
            category="Verdicts",
            labels={"claim": "{claim}"},
        ),
    log:
        f"logs/{CONFIG.scale}/claim/{{claim}}.log",
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        inputs=lambda wildcards: item_parameters(PLAN.claims[wildcards.claim]),
        code=lambda wildcards: code_version(
            "grokscope.analysis.claims",
            f"grokscope.analysis.estimands.{PLAN.claims[wildcards.claim].settings.estimand}",
            f"grokscope.analysis.tests.{PLAN.claims[wildcards.claim].settings.test}",
        ),
    script:
        "../scripts/claim.py"
