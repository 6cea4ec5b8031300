"""Train one block of one run, continuing where an interrupted training stopped."""

from pathlib import Path

from package import job

with job(snakemake) as stream:
    from grokscope.config.blocks import block_seeds
    from grokscope.config.run_settings import RunSettings
    from grokscope.data.load import load_samples
    from grokscope.files import write_json
    from grokscope.results.aside import replace_result
    from grokscope.training.replayed import replaying
    from grokscope.training.train import train_block

    settings = RunSettings.model_validate(snakemake.params.settings)
    with replaying(snakemake.params.device):
        record = train_block(
            settings,
            load_samples(settings.data, snakemake.params.data),
            block_seeds(snakemake.wildcards.block),
            Path(snakemake.params.folder),
            device=snakemake.params.device,
            threads=snakemake.threads,
            code=snakemake.params.code,
            aside_root=snakemake.params.checkpoint_root,
            state_seconds=snakemake.params.state_seconds,
            stream=stream,
        )
    replace_result(
        snakemake.output[0], snakemake.params.root, lambda path: write_json(path, record), snakemake.params.reason
    )
