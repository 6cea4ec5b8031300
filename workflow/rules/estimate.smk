# Needs: nothing. Makes: one line, before the first job starts, that says how long all jobs will take on this machine.
from grokscope.cost.beforehand import Job as CostJob, sentence


onstart:
    estimate = sentence(
        [
            CostJob(
                one.rule.name,
                **{
                    key: one.wildcards_dict.get(key, "")
                    for key in ("run", "block", "metric")
                },
            )
            for one in workflow.dag.needrun_jobs()
        ],
        CONFIG.scale,
        workflow.resource_settings.cores or 0,
        CONFIG.device,
    )
    if estimate:
        print(estimate, file=sys.stderr)
