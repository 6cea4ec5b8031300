# Needs: data sets. Makes: the checkpoints of a block (kept outside the declared outputs, so that a training can be continued) and their record.
# An earlier record stays until the new one is there, and is then moved aside.


rule training:
    input:
        training_input,
    output:
        update(LAYOUT.training),
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
        data=lambda wildcards: data_path(wildcards.run),
        folder=LAYOUT.checkpoints,
        root=lambda wildcards: LAYOUT.root,
        checkpoint_root=LAYOUT.checkpoint_root,
        reason=lambda wildcards: WANTED.training(wildcards.run, wildcards.block).reason,
        device=CONFIG.device,
        state_seconds=CONFIG.state_seconds,
        code=lambda wildcards: WANTED.training_identity(
            wildcards.run, wildcards.block
        )["code"],
    script:
        "../scripts/training.py"
