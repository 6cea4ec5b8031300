# Needs: metric tables, finished or in part. Makes: an archive of them outside the results folder, or one archive of several.
from grokscope.archive.publish import archive_to_write, publishable


rule publish:
    log:
        f"logs/{CONFIG.scale}/publish.log",
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        blocks=lambda wildcards: publishable(WANTED),
        scale=CONFIG.scale,
        folder=str(archive_to_write(CONFIG.publish_to, CONFIG.scale)),
        results=LAYOUT.root,
    script:
        "../scripts/publish.py"


rule merge:
    log:
        "logs/merge.log",
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        archives=CONFIG.archives,
        publish_to=CONFIG.publish_to,
    script:
        "../scripts/merge.py"
