# What the report shows, as plain values.
import shlex


def shown_item(item):
    """A figure or claim, the seeds that it is made from and those that its runs are to have."""
    return {
        **item.as_dict(),
        "seeds": WANTED.seeds_of_item(item),
        "wanted_seeds": WANTED.wanted_seeds_of_item(item),
        "wanted_by_run": {run: len(WANTED.wanted_seeds(run)) for run in item.runs()},
        "seeds_by_table": (
            WANTED.seeds_by_table(item) if WANTED.draws_each_table(item) else {}
        ),
    }


def chosen():
    """What a command has to choose to make a figure as it was made here."""
    given = {"scale": CONFIG.scale}
    if CONFIG.results_from:
        given |= {
            "results_from": shlex.quote(str(CONFIG.results_from)),
            "missing": CONFIG.missing,
        }
    return " ".join(f"{key}={value}" for key, value in given.items())


def report_plan():
    """Everything the report shows, as plain values."""
    return {
        "runs": [
            {
                "id": run,
                "settings_json": LAYOUT.settings.format(run=run),
                "seeds": WANTED.seeds_of_run(run),
                "blocks": [
                    {
                        "name": block,
                        "seeds": seeds,
                        "training_json": (
                            training_file(run, block)
                            if training_file(run, block) in records(run)
                            else None
                        ),
                    }
                    for block, seeds in BLOCKS[run].items()
                ],
                "tables_folder": str(Path(LAYOUT.events.format(run=run)).parent),
                "card_html": LAYOUT.card.format(run=run) + ".html",
            }
            for run in SHOWN_RUNS
        ],
        "grid_runs": [run for run in SELECTED_RUNS if run not in SHOWN_RUNS],
        "figures": [
            {
                **shown_item(PLAN.figures[name]),
                **{Path(file).suffix[1:]: file for file in figure_files(name)},
                "command": f"snakemake --cores all {name} --config {chosen()}",
            }
            for name in PLAN.selected_figures
        ],
        "claims": [
            {**shown_item(item), "json": LAYOUT.claim.format(claim=name)}
            for name, item in PLAN.claims.items()
        ],
        "untested_claims": [
            {**shown_item(item), "waits": name in WANTED.left_out_claims}
            for name, item in PLAN.untested_claims.items()
        ],
    }


def report_papers():
    """The papers with their variants, for the page that compares these."""
    found = []
    for paper, name in zip(PLAN.papers, CONFIG.experiments, strict=True):
        _, experiments = load_experiments(find_experiments(name, REPOSITORY))
        about = experiments.model_dump(
            mode="json", include={"base", "default_variant", "variants"}
        )
        found.append({**paper, **about})
    return found
