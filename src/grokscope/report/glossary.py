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
        f"The first step at which the network gets at least {100 * USUAL.fit_accuracy:g} % of its training set right,"
        " unless config.yaml says otherwise. An onset or a delay counts from there.",
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
        f"A rise of test accuracy by at least {USUAL.surge_rise:g}, unless config.yaml says otherwise, with a plateau"
        " before and after it.",
        r"surges?",
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
