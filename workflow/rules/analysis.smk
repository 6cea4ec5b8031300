# Needs: metric tables. Makes: tables of all seeds with ranks and events, run cards, and one verdict for each claim.
# All claims of a paper are one long job: what it waits for comes first, so that it is not left alone at the end.
LONG_LAST_STEP = 10**9


rule summary:
    input:
        lambda wildcards: needed(
            WANTED.summary(wildcards.run),
            *measured(wildcards.run, WANTED.metrics_of_run(wildcards.run)),
        ),
    output:
        events=LAYOUT.events,
        settings=LAYOUT.settings,
    log:
        f"logs/{CONFIG.scale}/summary/{{run}}.log",
    priority: LONG_LAST_STEP + 1
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        run=lambda wildcards: WANTED.run_facts(wildcards.run),
        metric_files=lambda wildcards: {
            metric: metric_files(wildcards.run, metric)
            for metric in WANTED.metrics_of_run(wildcards.run)
        },
        seeds=lambda wildcards: WANTED.seeds_of_run(wildcards.run),
        steps=lambda wildcards: WANTED.steps_to_keep(wildcards.run),
        detectors=CONFIG.detectors.model_dump(mode="json"),
        identity=lambda wildcards: WANTED.summary_identity(wildcards.run),
    script:
        "../scripts/summary.py"


rule card:
    input:
        needed=lambda wildcards: needed(
            WANTED.card(wildcards.run),
            *card_data(wildcards.run),
            *((file, Path(file).is_file()) for file in records(wildcards.run)),
        ),
        events=lambda wildcards: card_tables(wildcards.run, LAYOUT.events),
        settings=lambda wildcards: card_tables(wildcards.run, LAYOUT.settings),
    output:
        notebook=f"{LAYOUT.card}.ipynb",
        html=report(
            f"{LAYOUT.card}.html",
            caption="../../report/captions/card.rst",
            category="Run cards",
            labels={"run": "{run}"},
        ),
        record=f"{LAYOUT.card}.json",
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
        data=lambda wildcards: data_path(wildcards.run),
        trainings=lambda wildcards: [
            training_file(wildcards.run, block) for block in BLOCKS[wildcards.run]
        ],
        identity=lambda wildcards: WANTED.card_identity(wildcards.run),
    script:
        "../scripts/card.py"


# One job judges all claims of a paper: reading tables and libraries takes longer than judging.
for paper_name, paper_claims in CLAIMS_BY_PAPER.items():

    rule:
        name:
            f"{paper_name}_claims"
        input:
            lambda wildcards, names=tuple(paper_claims): needed(
                WANTED.claims(names),
                *sorted(
                    {
                        table
                        for claim in names
                        for table in measured_for(PLAN.claims[claim])
                    }
                ),
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
        priority: LONG_LAST_STEP
        conda:
            "../../envs/analysis.yaml"
        resources:
            mem_mb=2000,
            runtime=60,
        params:
            judged=[
                {
                    **WANTED.item_inputs(PLAN.claims[claim]),
                    "identity": WANTED.claim_identity(claim),
                }
                for claim in paper_claims
            ],
        script:
            "../scripts/claims.py"
