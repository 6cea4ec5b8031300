"""Search over all figures and claims that there are: thirty things that readers type, and what has to come first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from browser import require_chromium
from experiments_support import REPOSITORY, all_experiments
from grokscope.config.plan import build_plan
from grokscope.config.user import UserConfig
from grokscope.report.claims import read_claims
from grokscope.report.figures import read_figure
from grokscope.report.search import PAGE_WORDS, search_index
from grokscope.report.site import Page, Paper, Site

TITLES = {
    "compare.html": "Compare runs",
    "methods.html": "Methods, deviations and limits",
    "power.html": "Seeds needed",
    "provenance.html": "Provenance",
    "runs.html": "Runs",
    "variants.html": "Variants",
}
PAGES = {
    "Fig 10": "figures/always_grok_fig10.html",
    "fig. 14": "figures/always_grok_fig14.html",
    "Figure 27": "figures/always_grok_fig27.html",
    "Deep Grokking Fig 1": "figures/deep_grokking_fig1.html",
    "deep grokking figure 5": "figures/deep_grokking_fig5.html",
    "always grok fig 2": "figures/always_grok_fig2.html",
    "fig 36": "figures/always_grok_fig36.html",
    "Fig 6 middle": "figures/always_grok_fig6_middle.html",
    "table 1 width": "figures/always_grok_table_1_width.html",
    "seeds needed": "power.html",
    "limitations": "methods.html",
    "hardware": "provenance.html",
    "compare runs": "compare.html",
    "induced grokking": "figures/always_grok_fig10.html",
    "Auto-PGD": "figures/always_grok_fig18.html",
}
"""What is typed -> the page that comes first."""
WORDS = {
    "LC": "local complexity",
    "lc by depth": "local complexity by depth",
    "adversarial": ("attack", "robust"),
    "PGD": ("attack", "pgd"),
    "effective rank": "rank",
    "numerical rank deep mlp": "feature rank",
    "batchnorm": "batch normalisation",
    "BN resnet": "batch normalisation",
    "wd": "weight decay",
    "generalization by depth": "generalisation of mlps by depth",
    "NC1": "neural collapse",
    "memorization": "random labels",
    "spline partition": "linear regions",
    "linear probing": "linear probe",
    "optimizers": "optimisers",
    "noisy labels": ("label noise", "random labels"),
    "tunnel": "tunnel",
    "double descent": ("double descent", "second descent"),
    "adversarial by width": "accuracy under attack by width",
    "GELU": "gelu",
}
"""What is typed -> words that the first title has, one of them where there are several."""


@pytest.fixture(scope="module")
def index() -> list[dict[str, str]]:
    plan = build_plan(UserConfig(scale="quick", figures="all"), all_experiments())
    items = [item.as_dict() for item in (*plan.claims.values(), *plan.untested_claims.values())]
    papers = [Paper(**{key: paper[key] for key in Paper.__dataclass_fields__ if key in paper}) for paper in plan.papers]
    figures = tuple(read_figure(item.as_dict()) for item in plan.figures.values())
    site = Site("quick", {}, {}, tuple(papers), figures, read_claims(items, "quick"), ())
    text = search_index(site, [Page(path, path, title) for path, title in TITLES.items()])
    found: list[dict[str, str]] = json.loads(text.removeprefix("window.grokscopeIndex = ").rstrip(";\n"))
    return found


def test_every_page_that_has_words_is_a_page() -> None:
    assert set(TITLES) <= set(PAGE_WORDS)


def test_only_figures_of_a_paper_have_its_number(index: list[dict[str, str]]) -> None:
    places = {entry["page"]: entry["place"] for entry in index if entry["kind"] == "Figure"}
    assert places["figures/always_grok_fig6_left.html"] == "Fig 6"
    assert places["figures/always_grok_table_1_width.html"] == "Table 1"
    assert places["figures/always_grok_attacks.html"] == ""


@pytest.mark.browser
@pytest.mark.slow
def test_the_right_thing_comes_first(index: list[dict[str, str]], opened: Any) -> None:
    require_chromium()
    page = opened.new_page()
    page.evaluate((REPOSITORY / "report" / "static" / "search-find.js").read_text(encoding="utf-8") + WINDOW)
    queries = [*PAGES, *WORDS]
    assert len(queries) >= 30
    first = page.evaluate(
        "([index, queries]) => { const entries = find.prepared(index); return queries.map(query => find.find(entries,"
        " query).slice(0, 3)); }",
        [index, queries],
    )
    page.close()
    found = dict(zip(queries, first, strict=True))
    assert [query for query in queries if not found[query]] == []
    pages = {query: [entry["page"] for entry in found[query]] for query in PAGES}
    assert {query: pages[query][0] for query in PAGES} == PAGES
    wrong = {
        query: [entry["title"] for entry in found[query]]
        for query, words in WORDS.items()
        if not any(one in found[query][0]["title"].lower() for one in ([words] if isinstance(words, str) else words))
    }
    assert wrong == {}


WINDOW = "\nwindow.find = grokscopeFind;"
