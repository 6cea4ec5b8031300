# Needs: the checkpoints of a block. Makes: one table for each metric, with a row for every seed and checkpoint, and arrays beside it for metrics that
# declare some. An earlier table stays until the new one is there, and is then moved aside.
WITH_ARRAYS = "|".join(map(re.escape, WANTED.metrics_with_arrays))


rule metric:
    input:
        metric_input,
    output:
        table=update(LAYOUT.metric),
    log:
        f"logs/{CONFIG.scale}/metric/{{run}}/{{block}}/{{metric}}.log",
    wildcard_constraints:
        metric=(
            rf"(?!(?:{WITH_ARRAYS})\.)[a-z][a-z0-9_]*"
            if WITH_ARRAYS
            else "[a-z][a-z0-9_]*"
        ),
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


if WITH_ARRAYS:

    use rule metric as metric_with_arrays with:
        output:
            table=update(LAYOUT.metric),
            arrays=update(LAYOUT.arrays),
        wildcard_constraints:
            metric=WITH_ARRAYS,
