"""Judge the claims of one paper."""

from package import REPOSITORY, job

with job(snakemake) as stream:
    from grokscope.analysis.claims import judge
    from grokscope.analysis.inputs import read_item_inputs
    from grokscope.config.detector_settings import DetectorSettings
    from grokscope.files import write_json
    from grokscope.progress import Progress

    with Progress("judging claims", len(snakemake.output), stream=stream) as progress:
        for done, (given, target) in enumerate(zip(snakemake.params.judged, snakemake.output, strict=True), start=1):
            values = dict(given)
            identity = values.pop("identity")
            detectors = DetectorSettings.model_validate(values.pop("detectors"))
            inputs = read_item_inputs(**values, reference_folder=REPOSITORY / "reference", detectors=detectors)
            write_json(target, {**judge(inputs, detectors), "identity": identity})
            progress.update(done)
