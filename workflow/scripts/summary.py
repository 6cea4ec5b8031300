"""Join the blocks of one run; derive ranks and events."""

from pathlib import Path

from package import job

with job(snakemake):
    from grokscope.analysis.summary import summarise_run
    from grokscope.config.detector_settings import DetectorSettings
    from grokscope.data.registry import chance_of
    from grokscope.files import write_json

    identity = snakemake.params.identity
    summarise_run(
        snakemake.wildcards.run,
        snakemake.params.metric_files,
        snakemake.params.seeds,
        Path(snakemake.output.events).parent,
        chance_of(snakemake.params.run, snakemake.wildcards.run),
        DetectorSettings.model_validate(snakemake.params.detectors),
        identity,
        snakemake.params.steps,
    )
    write_json(snakemake.output.settings, {**snakemake.params.run, "identity": identity})
