# Needs: a network, a package client or a folder of yours. Makes: one checked file a data set in the cache, outside the work tree, and its record.


# Content is checked by hash whatever its source, so a data set that is recorded needs no job. Were there one, with a reason to run again,
# Snakemake would leave out everything behind its ancient() record, missing outputs too.
rule data:
    output:
        LAYOUT.dataset,
    log:
        "logs/data/{dataset}.log",
    wildcard_constraints:
        dataset="|".join(
            name
            for name in DATASET_FACTS
            if not Path(LAYOUT.dataset.format(dataset=name)).exists()
        )
        or "none",
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
