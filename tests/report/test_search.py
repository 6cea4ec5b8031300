"""Search over all figures and claims that there are: things that readers type, and what has to come first."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from browser import require_chromium
from experiments_support import REPOSITORY, all_experiments
from grokscope.config.plan import build_plan
from grokscope.config.user import UserConfig
from grokscope.report.claims import read_claims, verdict_named
from grokscope.report.figures import read_figure
from grokscope.report.search import HEADLINE, OF_OURS, OF_THE_PAPER, PAGE_WORDS, UNTESTED, search_index
from grokscope.report.search import RUN as RUN_WEIGHT
from grokscope.report.site import Page, Paper, Site

TITLES = {
    "attacks.html": "Does robustness survive stronger attacks?",
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
    "robustness": "figures/always_grok_fig2.html",
    "adversarial": "figures/always_grok_fig2.html",
    "cifar": "figures/always_grok_fig6_left.html",
    "resnet": "figures/always_grok_fig1.html",
    "spectrum": "figures/deep_grokking_fig1.html",
    "singular values": "figures/deep_grokking_fig1.html",
    "overfitting": "figures/deep_grokking_fig2.html",
    "generalization gap": "figures/deep_grokking_fig2.html",
    "depth": "figures/deep_grokking_fig2.html",
    "modular arithmetic": "figures/always_grok_fig8.html",
    "weight norm": "figures/deep_grokking_fig5.html",
    "phase diagram": "figures/extensions_phase_map.html",
    "p-value": "methods.html",
    "confidence intervals": "methods.html",
    "GPU": "provenance.html",
    "gradient masking": "attacks.html",
    "does robustness survive stronger attacks": "attacks.html",
}
"""What is typed -> the page that comes first."""
WORDS = {
    "LC": "local complexity",
    "lc by depth": "local complexity of mlps by depth",
    "adversarial": ("attack", "robust"),
    "PGD": ("attack", "pgd"),
    "effective rank": "rank",
    "numerical rank deep mlp": "feature rank",
    "batchnorm": "batch normalisation",
    "batch norm": "batch normalisation",
    "batch-norm": "batch normalisation",
    "batch normalization": "batch normalisation",
    "BN": "batch normalisation",
    "BN resnet": "batch normalisation",
    "quantum batch norm": "batch normalisation",
    "wd": "weight decay",
    "generalization by depth": "generalisation of mlps by depth",
    "NC1": "neural collapse",
    "memorization": "random labels",
    "spline partition": "linear regions",
    "linear probing": "linear probe",
    "optimizers": "optimisers",
    "noisy labels": ("label noise", "random labels"),
    "tunnel": "tunnel",
    "double descent": "local complexity at the training points goes through a first descent",
    "robust accuracy": ("robust", "under attack"),
    "random labels": "random labels",
    "delayed generalization": "generalisation",
    "language model": ("language model", "gpt"),
    "rank collapse": "rank",
    "weight decay and robustness": "weight decay",
    "adversarial by width": "accuracy under attack by width",
    "GELU": "gelu",
}
"""What is typed -> words that the first title has, one of them where there are several."""


RUN = "mnist-mlp-d12-w400-n5000-init8-wd0.01-batchnorm"


@pytest.fixture(scope="module")
def index() -> list[dict[str, Any]]:
    """The index of a report with everything: claims of figures are tested, others are not; one run comes first."""
    plan = build_plan(UserConfig(scale="quick", figures="all"), all_experiments())
    items = [item.as_dict() for item in (*plan.claims.values(), *plan.untested_claims.values())]
    papers = [Paper(**{key: paper[key] for key in Paper.__dataclass_fields__ if key in paper}) for paper in plan.papers]
    figures = tuple(read_figure(item.as_dict()) for item in plan.figures.values())
    claims = tuple(
        replace(claim, verdict=verdict_named("supported")) if claim.name in plan.claims else claim
        for claim in read_claims(items, "quick")
    )
    site = Site("quick", {}, {}, tuple(papers), figures, claims, ())
    text = search_index(site, [Page(path, path, title) for path, title in TITLES.items()])
    found: list[dict[str, Any]] = json.loads(text.removeprefix("window.grokscopeIndex = ").rstrip(";\n"))
    more = "MLP of depth 12 and width 400 on mnist, N = 5000"
    run = {"kind": "Run", "title": RUN, "place": "", "more": more, "words": "", "page": "run", "weight": RUN_WEIGHT}
    return [run, *found]


def test_every_page_that_has_words_is_a_page() -> None:
    assert set(TITLES) <= set(PAGE_WORDS)


def test_only_figures_of_a_paper_have_its_number(index: list[dict[str, Any]]) -> None:
    places = {entry["page"]: entry["place"] for entry in index if entry["kind"] == "Figure"}
    assert places["figures/always_grok_fig6_left.html"] == "Fig 6"
    assert places["figures/always_grok_table_1_width.html"] == "Table 1"
    assert places["figures/always_grok_attacks.html"] == ""


def test_headline_figures_weigh_more_than_others_and_tested_claims_more_than_untested(
    index: list[dict[str, Any]],
) -> None:
    weights = {entry["page"]: entry["weight"] for entry in index}
    ours, nine, two = (weights[f"figures/always_grok_{name}.html"] for name in ("attacks", "fig9", "fig2"))
    assert OF_OURS == ours < nine < weights["figures/always_grok_fig1.html"] < OF_THE_PAPER < two < HEADLINE
    claims = {entry["more"].split(" ·")[0]: entry["weight"] for entry in index if entry["kind"] == "Claim"}
    assert claims["Not tested"] == UNTESTED < claims["Supported"]
    assert HEADLINE > OF_THE_PAPER > OF_OURS > UNTESTED > RUN_WEIGHT


@pytest.mark.browser
@pytest.mark.slow
def test_the_right_thing_comes_first(index: list[dict[str, Any]], opened: Any) -> None:
    require_chromium()
    page = opened.new_page()
    page.evaluate((REPOSITORY / "report" / "static" / "search-find.js").read_text(encoding="utf-8") + WINDOW)
    queries = [*PAGES, *WORDS]
    assert len(queries) >= 60
    first = page.evaluate(
        "([index, queries]) => { const entries = find.prepared(index); return queries.map(query => find.find(entries,"
        " query)); }",
        [index, [*queries, "batchnorm mnist", RUN, RUN[:20], "zebra"]],
    )
    page.close()
    *first, of_both, of_run, of_its_beginning, of_nothing = first
    assert [entries[0]["title"] for entries in (of_run, of_its_beginning)] == [RUN, RUN], "asked for by its id"
    assert of_both[-1]["title"] == RUN, "a run comes after all else"
    assert of_nothing == []
    found = dict(zip(queries, first, strict=True))
    assert [query for query in queries if not found[query]] == []
    pages = {query: [entry["page"] for entry in found[query]] for query in PAGES}
    assert {query: pages[query][0] for query in PAGES} == PAGES
    wrong = {
        query: [entry["title"] for entry in found[query][:3]]
        for query, words in WORDS.items()
        if not any(one in found[query][0]["title"].lower() for one in ([words] if isinstance(words, str) else words))
    }
    assert wrong == {}


WINDOW = "\nwindow.find = grokscopeFind;"
