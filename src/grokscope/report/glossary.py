"""Words that a reader need not know: a glossary, and a hint where such a word first appears on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from grokscope.config.detector_settings import DetectorSettings

USUAL = DetectorSettings()
PAGE = "index.html"
"""The page that has the glossary at its end."""


@dataclass(frozen=True)
class Word:
    """A word, its explanation, and the pattern under which pages use it; empty where it gets no hint."""

    key: str
    title: str
    meaning: str
    pattern: str = ""


GLOSSARY = (
    Word("seed", "Seed", "One of several trainings that differ in nothing but the random numbers they start from."),
    Word(
        "grokking",
        "Grokking",
        "A network generalises, or becomes robust to attacks, long after it has fitted its training set.",
    ),
    Word(
        "fit",
        "Fit",
        "The first step at which the network gets nearly all of its training set right, with the usual settings at"
        f" least {100 * USUAL.fit_accuracy:g} %. An onset or a delay counts from there.",
    ),
    Word(
        "decade",
        "Decade",
        "A factor of ten. An event that comes 0.3 decades later comes after twice as many steps.",
        r"decades?",
    ),
    Word(
        "feature-rank",
        "Feature rank",
        "How many directions the outputs of a layer fill, counted from the eigenvalues of their covariance.",
        r"feature ranks?",
    ),
    Word(
        "effective-rank",
        "Effective rank",
        "A feature rank that weighs directions by how much of the variance they hold, instead of counting those above a"
        " threshold: the exponential of the entropy of these shares.",
        r"effective ranks?",
    ),
    Word("tunnel", "Tunnel", "The last layers of a network, as far as their features have a low rank.", r"tunnels?"),
    Word(
        "probe",
        "Linear probe",
        "A linear classifier that is trained on the outputs of one layer. Its accuracy says how much of the answer that"
        " layer holds.",
        r"(?:linear )?probes?",
    ),
    Word(
        "local-complexity",
        "Local complexity",
        "How many neurons switch between on and off close to a point, and so how finely a network that is linear in"
        " pieces is cut there.",
        r"local complexity",
    ),
    Word(
        "migration",
        "Migration",
        "The fall of local complexity at the training points late in training, when the cuts move away from"
        " these points.",
        r"migrations?|migrates?",
    ),
    Word(
        "double-descent",
        "Double descent",
        "A measure falls, rises and falls again in the course of one training.",
        r"double descent",
    ),
    Word(
        "surge",
        "Surge",
        "A rise of test accuracy with a plateau before and after it, with the usual settings by at least"
        f" {100 * USUAL.surge_rise:g} percentage points.",
        r"surges?",
    ),
    Word(
        "interpolation",
        "Interpolation",
        "The papers’ word for fitting the whole training set, which is called the fit here.",
        r"(?<=around )interpolation|(?<=before )interpolation|(?<=after )interpolation",
    ),
    Word(
        "epsilon",
        "Epsilon",
        "The size of an attack: how far it may move a point. Of an image it may change every pixel by so much.",
        r"epsilons?|ε",
    ),
    Word(
        "collapsed",
        "Collapsed",
        "A training that has failed: the features of a hidden layer stay in a single direction or none, and the network"
        " does not fit its training set.",
        r"collapsed",
    ),
    Word(
        "usable-seed",
        "Usable seed",
        "A seed that counts for a verdict: its training has not failed, has what the claim needs, and dates what it"
        " compares sharply.",
        r"usable seeds?|usable",
    ),
    Word(
        "sharp-date",
        "Sharp date",
        "A date on which other readings of the same curve agree, with the usual settings within"
        f" {USUAL.date_spread_decades:g} decades.",
        r"sharp dates?|(?:dates? (?:is |are )?)?not sharp",
    ),
    Word(
        "censored",
        "Censored",
        "The run ended before the event, so that its date is known only to be later than the last step.",
        r"censored|censoring",
    ),
    Word(
        "sign-flips",
        "Sign flips",
        "A test that turns the signs of the seeds’ values around, in all ways or many, and counts how often their mean"
        " comes out as large as it is.",
        r"sign flips?",
    ),
    Word(
        "family",
        "Family of claims",
        "Claims that are tested together. The larger their number, the smaller a p-value each of them needs.",
        r"family of (?:[a-z0-9]+ )?claims|famil(?:y|ies)",
    ),
    Word(
        "interval",
        "95 % interval",
        "A range that, in 95 of 100 repetitions with other seeds, holds the effect that infinitely many seeds would"
        " show.",
    ),
    Word(
        "premise",
        "Premise",
        "What has to happen in a training before a claim can be decided there, such as late generalisation for a claim"
        " on what comes with it.",
    ),
    Word(
        "verdict",
        "Supported, contradicted, not seen, inconclusive",
        "The data speak for the claim; they rule out an effect as large as matters; what the claim speaks of does not"
        " happen at these settings; or these seeds do not decide it.",
    ),
    Word(
        "kind",
        "Mechanism, break condition, failure signature",
        "Claims about a paper’s explanation: a part of it, what would break it, and a sign that it fails. Where a claim"
        " “follows from” a section, the paper does not state it, but the explanation there needs it to hold.",
        r"mechanisms?|break conditions?|failure signatures?",
    ),
)
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-zA-Z0-9]+)")
_UNTOUCHED = frozenset(
    {"a", "button", "h1", "h2", "h3", "h4", "th", "dt", "summary", "label", "option", "select", "figcaption"}
    | {"script", "style", "svg", "code", "pre", "title", "output"}
)
"""Elements whose text gets no hints: links in links, headings, labels, code, drawings."""


def with_hints(page: str, root: str) -> str:
    """`page`, HTML, with a link to the glossary and its entry under the pointer at the first use of each word in the
    page's content. `root` leads from the page to the report's folder.
    """
    before, found, rest = page.partition("<main")
    if not found or "<nav" not in before:  # a page that is sent alone has no page beside it
        return page
    content, end, after = rest.partition("</main>")
    waiting = {word.key: word for word in GLOSSARY if word.pattern}
    parts, inside = _TAG.split(content), 0
    for i, part in enumerate(parts):
        name = _NAME.match(part)
        if i % 2:
            if name and name[1].lower() in _UNTOUCHED:
                inside += -1 if part.startswith("</") else 1
        elif not inside and part.strip():
            parts[i] = _hinted(part, waiting, root)
    return "".join((before, found, *parts, end, after))


def _hinted(text: str, waiting: dict[str, Word], root: str) -> str:
    """`text` between two tags, with hints; words that got one are taken out of `waiting`."""
    if not waiting:
        return text
    any_word = "|".join(f"(?P<{key.replace('-', '_')}>{word.pattern})" for key, word in waiting.items())

    def hint(match: re.Match[str]) -> str:
        word = waiting.pop(str(match.lastgroup).replace("_", "-"), None)
        if word is None:  # used before in the same text
            return match[0]
        address = f"{root}{PAGE}#word-{word.key}"
        return f'<a class="term" href="{address}" title="{escape(word.meaning, quote=True)}">{match[0]}</a>'

    return re.sub(rf"\b(?:{any_word})\b", hint, text, flags=re.IGNORECASE)
