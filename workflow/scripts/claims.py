"""Judge the claims of one paper."""

from package import REPOSITORY, job

with job(snakemake) as stream:
    from grokscope.analysis.claim_records import corrected_verdicts
    from grokscope.analysis.claims import judge_alone
    from grokscope.analysis.inputs import read_item_inputs
    from grokscope.config.detector_settings import DetectorSettings
    from grokscope.files import write_json
    from grokscope.progress import Progress

    judged, identities = [], []
    with Progress("judging claims", len(snakemake.output), stream=stream) as progress:
        for done, given in enumerate(snakemake.params.judged, start=1):
            values = dict(given)
            identities.append(values.pop("identity"))
            detectors = DetectorSettings.model_validate(values.pop("detectors"))
            inputs = read_item_inputs(**values, reference_folder=REPOSITORY / "reference", detectors=detectors)
            judged.append(judge_alone(inputs, detectors))
            progress.update(done)
    for found, identity, target in zip(corrected_verdicts(judged), identities, snakemake.output, strict=True):
        write_json(target, {**found, "identity": identity})
