# Needs: metric tables. Makes: every figure as SVG, PDF, PNG and a description; a target of each figure's name.


rule figure:
    input:
        lambda wildcards: item_files(PLAN.figures[wildcards.figure]),
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
        inputs=lambda wildcards: figure_parameters(PLAN.figures[wildcards.figure]),
        code=lambda wildcards: code_version(
            "grokscope.figures.write",
            PLAN.figures[wildcards.figure].module,
        ),
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
