# Needs: the checkpoints of a block. Makes: one table a metric, with a row for every seed and checkpoint.


rule metric:
    input:
        data=dataset_file,
        training=LAYOUT.training,
    output:
        LAYOUT.metric,
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
        metric=lambda wildcards: getattr(
            PLAN.runs[wildcards.run].metrics, wildcards.metric
        ).model_dump(mode="json"),
        folder=LAYOUT.checkpoints,
        device=CONFIG.device,
        code=lambda wildcards: code_version(
            "grokscope.metrics.compute", f"grokscope.metrics.{wildcards.metric}"
        ),
    script:
        "../scripts/metric.py"
