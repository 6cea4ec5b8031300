# Needs: nothing. Makes: one line, before the first job starts, that says how long all jobs will take on this machine, and one line every
# minute on what is done, what is being done and how much is left.
from grokscope.cost.beforehand import Job as CostJob, sentence
from grokscope.cost.remaining import Announcer
from grokscope.report.job_words import job_in_words


def cost_job(one):
    """A job of the workflow as the estimate knows it."""
    known = {key: one.wildcards_dict.get(key, "") for key in ("run", "block", "metric")}
    return CostJob(one.rule.name, **known)


def said(one):
    """What a job does, in words."""
    settings = PLAN.runs[one.run].settings if one.run in PLAN.runs else None
    return job_in_words(
        one.rule,
        settings.model_dump(mode="json") if settings else None,
        len(block_seeds(one.block)) if one.block else 0,
        one.metric,
    )


onstart:
    # a rule that only asks for others is no work of its own
    jobs = {
        one: cost_job(one)
        for one in workflow.dag.needrun_jobs()
        if one.rule.name
        not in ("all", "trainings", "measurements", "figures", "claims")
    }
    estimate = sentence(
        jobs.values(),
        CONFIG.scale,
        workflow.resource_settings.cores or 0,
        CONFIG.device,
    )
    if estimate:
        print(estimate, file=sys.stderr)
    Announcer(jobs, workflow.dag.finished, workflow.dag.is_running, said).start()
