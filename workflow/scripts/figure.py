"""Draw one figure."""

from package import job

with job(snakemake):
    from grokscope.analysis.inputs import read_item_inputs
    from grokscope.config.detector_settings import DetectorSettings
    from grokscope.figures.write import write_figure

    given = dict(snakemake.params.inputs)
    detectors = DetectorSettings.model_validate(given.pop("detectors"))
    write_figure(read_item_inputs(**given, detectors=detectors), **{kind: snakemake.output[kind] for kind in ("svg", "pdf", "png", "json")})
