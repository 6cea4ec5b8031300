# Needs: metric tables. Makes: every figure as SVG, PDF, PNG and a description; a target named after each figure.


rule figure:
    input:
        lambda wildcards: needed(
            WANTED.figure(wildcards.figure),
            *measured_for(PLAN.figures[wildcards.figure]),
        ),
    output:
        svg=report(
            f"{LAYOUT.figure}.svg",
            caption="../../report/captions/figure.rst",
            category="Figures",
            subcategory=lambda wildcards: PLAN.figures[wildcards.figure].paper,
            labels=figure_labels,
        ),
        pdf=f"{LAYOUT.figure}.pdf",
        png=f"{LAYOUT.figure}.png",
        json=f"{LAYOUT.figure}.json",
    log:
        f"logs/{CONFIG.scale}/figure/{{figure}}.log",
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        item=lambda wildcards: figure_parameters(PLAN.figures[wildcards.figure]),
        identity=lambda wildcards: WANTED.figure_identity(wildcards.figure),
    script:
        "../scripts/figure.py"


for figure_name, planned in PLAN.figures.items():
    if planned.members:

        rule:
            name:
                figure_name
            input:
                figure_files(figure_name),
            localrule: True
