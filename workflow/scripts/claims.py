"""Judge the claims of one paper."""

from package import REPOSITORY, job

with job(snakemake) as stream:
    from grokscope.analysis.claim_records import corrected_verdicts
    from grokscope.analysis.claims import judge_alone
    from grokscope.analysis.inputs import SharedRuns, read_item_inputs
    from grokscope.config.detector_settings import DetectorSettings
    from grokscope.files import write_json
    from grokscope.progress import Progress

    judged, identities, count, shared = [], [], len(snakemake.output), SharedRuns()
    with Progress("judging claims", count, stream=stream) as progress:
        for done, given in enumerate(snakemake.params.judged, start=1):
            values = dict(given)
            identities.append(values.pop("identity"))
            detectors = DetectorSettings.model_validate(values.pop("detectors"))
            inputs = read_item_inputs(
                **values, reference_folder=REPOSITORY / "reference", detectors=detectors, shared=shared
            )
            judged.append(judge_alone(inputs))
            progress.update(done)
    with Progress("correcting for families, and seeds needed", count, stream=stream) as progress:
        for done, found in enumerate(corrected_verdicts(judged), start=1):
            write_json(snakemake.output[done - 1], {**found, "identity": identities[done - 1]})
            progress.update(done)
