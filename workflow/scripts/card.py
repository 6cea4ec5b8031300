"""Execute the run card of one run."""

from pathlib import Path

from package import REPOSITORY, job

with job(snakemake):
    from grokscope.files import sha256_of, write_json
    from grokscope.report.card_execute import execute_card

    execute_card(
        REPOSITORY / "workflow" / "notebooks" / "run_card.ipynb",
        snakemake.output.notebook,
        snakemake.output.html,
        {
            "run": snakemake.wildcards.run,
            "tables_folder": str(Path(snakemake.input.events).parent),
            "settings_path": snakemake.input.settings,
            "data_path": snakemake.params.data,
            "training_paths": [path for path in snakemake.params.trainings if Path(path).is_file()],
            "scale": snakemake.params.scale,
            "detectors": snakemake.params.detectors,
        },
        REPOSITORY / "report",
    )
    files = {name: sha256_of(snakemake.output[name]) for name in ("notebook", "html")}
    write_json(
        snakemake.output.record,
        {"run": snakemake.wildcards.run, "sha256": files, "identity": snakemake.params.identity},
    )
