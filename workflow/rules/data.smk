# Needs: a network, a package client or a folder of yours. Makes: one checked file a data set, outside the work tree.


rule data:
    output:
        LAYOUT.dataset,
    params:
        source=CONFIG.data.source,
        folder=CONFIG.data.folder,
    resources:
        mem_mb=2000,
        runtime=60,
    retries: 1
    log:
        "logs/data/{dataset}.log",
    conda:
        "../../envs/training.yaml"
    script:
        "../scripts/data.py"
