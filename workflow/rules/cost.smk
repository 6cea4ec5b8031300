# Needs: nothing, not even a data set. Makes: a table, printed, of what the chosen scale and figures will cost on this machine.


rule cost:
    log:
        f"logs/{CONFIG.scale}/cost.log",
    conda:
        "../../envs/training.yaml"
    threads: workflow.resource_settings.cores or 1
    resources:
        mem_mb=3000,
        runtime=30,
        gpu=GPU,
    params:
        config=CONFIG.model_dump(mode="json"),
        cores=workflow.resource_settings.cores,
        nodes=workflow.resource_settings.nodes,
        gpus=getattr(workflow.resource_settings.resources.get("gpu"), "value", None),
    script:
        "../scripts/cost.py"
