# Needs: all other rules. Makes: a list of the figures, printed at once, and one line for a target that no rule makes.
# The list is printed here and not by a job, so that it takes no lock and works while jobs run.
from snakemake.cli import get_argument_parser

from grokscope.config.own_files import left_out_words
from grokscope.config.targets import figure_list, kind_of_target, unknown_target
from grokscope.results.missing import missing_table


def asked_for():
    """The targets of this call, as the command line has them; Snakemake itself knows them only after reading this file.

    None where it is not this workflow that was called but one that includes it.
    """
    own = (REPOSITORY / "Snakefile", REPOSITORY / "workflow" / "Snakefile")
    called = any(
        path.is_file() and path.samefile(workflow.main_snakefile) for path in own
    )
    command = Path(sys.argv[0])
    by_command_line = "snakemake" in (command.name, command.parent.name)
    if not (called and by_command_line) or "--target-jobs" in sys.argv:
        return []
    return get_argument_parser().parse_args().targets


def check_targets(targets):
    """Print the list and end if that is all that is asked for; end with one line if nothing makes a target."""
    if targets == ["list"]:
        print(
            figure_list(PLAN, LAYOUT, lambda name: WANTED.figure(name).finished), end=""
        )
        sys.exit(0)
    names = {known.name for known in workflow.rules}
    patterns = {known.name for known in workflow.rules if known.has_wildcards()}
    for target in targets:
        if target in patterns and not Path(target).exists():
            sys.exit(f"error: {kind_of_target(target)}")
        made = target in names or any(
            known.is_producer(target) for known in workflow.rules
        )
        if not made and not Path(target).exists():
            sys.exit(f"error: {unknown_target(target, names, PLAN, LAYOUT)}")
    if PLAN.without_data and not set(targets).intersection({"cost", *PLAN.figures}):
        print(
            left_out_words(PLAN.without_data),
            file=sys.stderr,
        )
    tell_missing(targets)


def tell_missing(targets):
    """Say what is not there yet where an archive is used or where what is missing is left out."""
    if CONFIG.results_from is None and CONFIG.missing == "train":
        return
    if {"cost", "publish", "merge"}.intersection(targets):
        return
    asked = [name for name in targets if name in PLAN.figures]
    chosen = asked or [*PLAN.selected_figures, *WANTED.left_out_figures]
    print(missing_table(WANTED, chosen), end="", file=sys.stderr)
    nothing = [name for name in asked if not WANTED.seeds_of_item(PLAN.figures[name])]
    if nothing:
        sys.exit(
            f"error: {nothing[0]}: half of its runs or more have no seed with everything that they need; to train what is missing: "
            "--config missing=train"
        )
    if not asked and not PLAN.selected_figures:
        sys.exit(
            "error: of each of the chosen figures half of the runs or more have no seed with everything that they need; to train what is missing: "
            "--config missing=train"
        )


check_targets(asked_for())
