"""Draw one figure."""

from package import REPOSITORY, job

with job(snakemake):
    from grokscope.analysis.inputs import read_item_inputs
    from grokscope.config.detector_settings import DetectorSettings
    from grokscope.figures.write import write_figure

    given = dict(snakemake.params.item)
    detectors = DetectorSettings.model_validate(given.pop("detectors"))
    inputs = read_item_inputs(**given, reference_folder=REPOSITORY / "reference", detectors=detectors)
    outputs = {kind: snakemake.output[kind] for kind in ("svg", "pdf", "png", "json")}
    write_figure(inputs, **outputs, identity=snakemake.params.identity)
