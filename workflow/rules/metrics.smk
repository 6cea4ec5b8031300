# Needs: the checkpoints of a block. Makes: one table for each metric, with a row for every seed and checkpoint.
# An earlier table stays until the new one is there, and is then moved aside.


rule metric:
    input:
        metric_input,
    output:
        update(LAYOUT.metric),
    log:
        f"logs/{CONFIG.scale}/metric/{{run}}/{{block}}/{{metric}}.log",
    priority: lambda wildcards: training_cost(wildcards.run) // 10**11
    conda:
        "../../envs/training.yaml"
    threads: CONFIG.threads
    resources:
        mem_mb=lambda wildcards, attempt: attempt * metric_needs(wildcards).mem_mb,
        runtime=lambda wildcards: metric_needs(wildcards).runtime,
        gpu=GPU,
    params:
        settings=lambda wildcards: PLAN.runs[wildcards.run].settings.model_dump(
            mode="json"
        ),
        metric=lambda wildcards: PLAN.runs[wildcards.run]
        .metrics[wildcards.metric]
        .model_dump(mode="json"),
        data=lambda wildcards: data_path(wildcards.run),
        folder=LAYOUT.checkpoints,
        root=lambda wildcards: LAYOUT.root,
        reason=lambda wildcards: WANTED.metric(
            wildcards.run, wildcards.block, wildcards.metric
        ).reason,
        device=CONFIG.device,
        identity=lambda wildcards: WANTED.metric_identity(
            wildcards.run, wildcards.block, wildcards.metric
        ),
    script:
        "../scripts/metric.py"
