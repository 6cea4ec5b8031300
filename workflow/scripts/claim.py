"""Judge one claim."""

from package import job

with job(snakemake):
    from grokscope.analysis.claims import judge
    from grokscope.analysis.inputs import read_item_inputs
    from grokscope.config.detector_settings import DetectorSettings
    from grokscope.files import write_json

    given = dict(snakemake.params.inputs)
    detectors = DetectorSettings.model_validate(given.pop("detectors"))
    write_json(snakemake.output[0], judge(read_item_inputs(**given, detectors=detectors), detectors))
