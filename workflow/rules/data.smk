# Needs: a network, a package client or your own folder. Makes: one checked file for each data set, in the cache outside the work tree, and its record.


# The content is checked by its hash whatever its source, so a data set that is already there needs no job.
rule data:
    input:
        data_input,
    output:
        LAYOUT.dataset,
    log:
        "logs/data/{dataset}.log",
    wildcard_constraints:
        dataset="|".join(FILES),
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
