"""Execute the run card of one run."""

from pathlib import Path

from package import REPOSITORY, job

with job(snakemake):
    from grokscope.files import read_json
    from grokscope.report.card_execute import execute_card

    execute_card(
        snakemake.input.notebook,
        snakemake.output.notebook,
        snakemake.output.html,
        {
            "run": snakemake.wildcards.run,
            "tables_folder": str(Path(snakemake.input.events).parent),
            "settings_path": snakemake.input.settings,
            "data_path": read_json(snakemake.input.data)["path"],
            "training_paths": list(snakemake.input.training),
            "scale": snakemake.params.scale,
            "detectors": snakemake.params.detectors,
        },
        REPOSITORY / "report",
    )
