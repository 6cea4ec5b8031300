# Needs: data sets. Makes: the checkpoints of a block (kept outside the declared outputs, so that a training can go on) and their record.


rule training:
    input:
        data=dataset_file,
    output:
        LAYOUT.training,
    log:
        f"logs/{CONFIG.scale}/training/{{run}}/{{block}}.log",
    priority: lambda wildcards: training_cost(wildcards.run) // 10**9
    conda:
        "../../envs/training.yaml"
    threads: CONFIG.threads
    resources:
        mem_mb=lambda wildcards, attempt: attempt * training_needs(wildcards).mem_mb,
        runtime=lambda wildcards: training_needs(wildcards).runtime,
        gpu=GPU,
    params:
        settings=lambda wildcards: PLAN.runs[wildcards.run].settings.model_dump(
            mode="json"
        ),
        folder=LAYOUT.checkpoints,
        device=CONFIG.device,
        code=code_version("grokscope.training.train"),
    script:
        "../scripts/training.py"
