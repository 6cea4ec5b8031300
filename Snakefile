# Snakemake starts here. The workflow itself is workflow/Snakefile.
include: "workflow/Snakefile"


workflow.default_target = "all"
