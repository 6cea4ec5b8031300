"""The page on stronger attacks: what comes back, what of it survives, and every number from the tables."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pandas as pd
import pytest

import report_made_up as made_up
from grokscope.config.detector_settings import DetectorSettings
from grokscope.report.attacked import Course, Outcome, outcomes
from grokscope.report.pages import attacks
from grokscope.report.site import Site, read_site
from grokscope.results.sealed_tables import read_sealed
from report_support import RUNS, card

NEVER = Course(end=0.12, lowest=0.0, after_fit=0.08)
BACK = Course(end=0.4, lowest=0.1, after_fit=0.2)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    return read_site(made_up.make_spec(folder, "quick", {run: card(folder, run) for run in RUNS}))


def outcome(site: Site, published: list[Course], worst: list[Course]) -> Outcome:
    return Outcome(site.runs[0], 0.06, dict(enumerate(published)), dict(enumerate(worst)), 0.05)


@pytest.mark.parametrize(
    ("published", "worst", "verdict"),
    [
        ([BACK, BACK], [BACK, BACK], "survives"),
        ([BACK, BACK], [NEVER, BACK], "survives in 1 of 2 seeds"),
        ([BACK, BACK], [NEVER, NEVER], "does not survive"),
        ([NEVER, BACK], [BACK, NEVER], "does not survive"),
        ([NEVER, NEVER], [BACK, BACK], "no late return"),
        ([BACK, BACK], [], "not attacked otherwise"),
    ],
)
def test_a_return_survives_where_the_same_seed_comes_back_in_the_worst_case(
    site: Site, published: list[Course], worst: list[Course], verdict: str
) -> None:
    assert outcome(site, published, worst).verdict == verdict


def test_the_lead_counts_pairs_of_networks_and_sizes(site: Site) -> None:
    found = [
        outcome(site, [BACK, BACK], [BACK, BACK]),
        outcome(site, [BACK, BACK], [NEVER, BACK]),
        outcome(site, [BACK], [NEVER]),
        outcome(site, [NEVER], [NEVER]),
    ]
    words = attacks.lead(found)
    assert "comes back late in 3 of 4 pairs" in words
    assert "it still does so in every such seed in 1 of these, in some in 1 and in none in 1." in words
    assert attacks.lead(found[:1]).endswith("it still does so in every such seed in 1 of these.")
    assert attacks.lead(found[1:2]).endswith("it does so in some of these seeds only.")
    assert attacks.lead(found[2:3]).endswith("Under the worst of all attacks this return is gone.")
    assert attacks.lead([found[2], found[2]]).endswith("neither of the two returns is left.")
    assert attacks.lead([found[0], found[2]]).endswith("in every such seed in 1 of these and in none in 1.")
    assert "nothing has to survive" in attacks.lead(found[3:])
    assert attacks.lead(found, 1).startswith(f"{words} 1 more network met the published attack alone")
    assert "2 more networks met the published attack alone, which leaves the question open for them" in attacks.lead(
        found[3:], 2
    )


def test_numbers_are_those_of_the_tables(site: Site) -> None:
    found = list(outcomes(site.runs, DetectorSettings()))
    assert [one.epsilon for one in found] == [0.06, 0.2] * len(RUNS)
    assert [one.verdict for one in found] == ["survives", "does not survive"] * len(RUNS)
    for one in found:
        assert one.run.tables_folder is not None
        table = read_sealed(one.run.tables_folder / "attack_suite.parquet", "").to_pandas()
        for name, courses in (("published", one.published), ("worst_case", one.worst)):
            for seed, course in courses.items():
                rows = table[(table.seed == seed) & (table.epsilon == one.epsilon) & (table.attack == name)]
                time, fit = np.log10(rows.step + 1), 95 + seed
                middle = 0.5 * (math.log10(fit + 1) + time.max())
                assert course.lowest == rows[rows.step >= fit].accuracy.min()
                assert course.after_fit == rows[(rows.step >= fit) & (time <= middle)].accuracy.median()
                assert course.end == rows.accuracy.iloc[-3:].median()


def test_the_page_has_a_row_for_each_network_and_size_and_a_file_with_every_seed(site: Site) -> None:
    (page,) = attacks.pages(site)
    assert len(page.context["rows"]) == 2 * len(RUNS)
    assert {row["verdict"] for row in page.context["rows"]} == {"survives", "does not survive"}
    assert page.context["alone"] == []
    assert len(page.context["attacks"]) == 1  # the made-up tables have rows of the published attack alone
    rows = list(csv.DictReader(io.StringIO(page.files[attacks.FILE].decode())))
    assert len(rows) == len(RUNS) * 2 * 2 * len(made_up.SEEDS)
    assert all(float(row["late_rise"]) < 0 for row in rows if row["attack"] == "worst_case" and row["epsilon"] == "0.2")


def test_without_the_suite_there_is_no_page_and_other_networks_are_listed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = type(site.runs[0]).table

    def one_less(self: object, name: str, columns: object = None) -> pd.DataFrame | None:
        hidden = name == "attack_suite" and (self.id == RUNS[1] or everywhere)  # type: ignore[attr-defined]
        return None if hidden else read(self, name, columns)  # type: ignore[arg-type]

    monkeypatch.setattr(type(site.runs[0]), "table", one_less)
    everywhere = False
    (page,) = attacks.pages(site)
    assert [network["id"] for network in page.context["alone"]] == [RUNS[1]]
    everywhere = True
    assert attacks.pages(site) == []


def test_networks_that_differ_in_little_have_different_words() -> None:
    settings = made_up.settings(depth=4)
    plain, scaled, linear = (
        attacks._words({**settings, "model": {**settings["model"], **model}})
        for model in ({"init_scale": 1}, {"init_scale": 8.0}, {"init_scale": 1, "depth": 1})
    )
    assert scaled == f"{plain}, initial weights times 8"
    assert linear.startswith("Linear model on mnist, N = ")
