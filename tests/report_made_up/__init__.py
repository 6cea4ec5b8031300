"""Made-up inputs of a report: small, complete, and with markup in every text that a user or a file could bring in."""

from report_made_up.items import CLAIMS, FIGURES, PAPERS, make_verdict, per_seed
from report_made_up.runs import LAYERS, SEEDS, STEPS, TABLE_NAMES, settings, tables
from report_made_up.specification import (
    at_the_other_scale,
    beyond_the_papers,
    in_second_variant,
    make_spec,
    saved_verdict,
    with_seeds,
)
from report_made_up.texts import EVIL, EVIL_RUN, REPOSITORY
from report_made_up.written import training_record, write_data, write_json, write_run, write_table

__all__ = [
    "CLAIMS",
    "EVIL",
    "EVIL_RUN",
    "FIGURES",
    "LAYERS",
    "PAPERS",
    "REPOSITORY",
    "SEEDS",
    "STEPS",
    "TABLE_NAMES",
    "at_the_other_scale",
    "beyond_the_papers",
    "in_second_variant",
    "make_spec",
    "make_verdict",
    "per_seed",
    "saved_verdict",
    "settings",
    "tables",
    "training_record",
    "with_seeds",
    "write_data",
    "write_json",
    "write_run",
    "write_table",
]
