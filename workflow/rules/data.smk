# Needs: a network, a package client or a folder of yours. Makes: one checked file a data set in the cache, outside the work tree, and its record.


rule data:
    output:
        LAYOUT.dataset,
    log:
        "logs/data/{dataset}.log",
    retries: 1
    localrule: True  # compute nodes of clusters often have no network
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        cache=LAYOUT.data_folder,
        source=CONFIG.data.source,
        folder=CONFIG.data.folder,
    script:
        "../scripts/data.py"
