"""Numbers, durations and settings in words, the same on every page."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from grokscope.analysis.declarations.events import EVENTS
from grokscope.config.measured_at import MEASURED_AT
from grokscope.models.registry import MODELS

ABSENT = "–"
SMOKE_BANNER = "Smoke scale: these numbers mean nothing; they only show that everything runs."
SCALES_IN_WORDS = {
    "smoke": (
        "Smoke scale trains tiny networks for a few steps. It shows that every part runs and has no scientific meaning."
    ),
    "quick": (
        "Quick scale shrinks the papers' networks, data and number of steps so that everything runs on a laptop. The"
        " data and the grokking are real, but the settings are not the papers'."
    ),
    "paper": "Paper scale uses the published settings.",
}
AT_SCALE = {scale: f"at {place}" for scale, place in MEASURED_AT.items()}
"""Where a verdict was measured, to follow it."""
EVENTS_IN_WORDS = {
    "nonfinite": "diverged",
    "collapsed": "collapsed",
    "fit": "training set fitted",
    "generalisation": "generalisation",
    "onset": "delayed onset",
    "rank_collapse": "rank collapse",
    "rank_second_descent": "second descent of rank",
    "complexity_first_descent": "first descent of complexity",
    "complexity_ascent": "ascent of complexity",
    "complexity_peak": "peak of complexity",
    "migration": "start of migration",
    "complexity_double_descent": "double descent of complexity",
    "robustness_lost": "robustness lost",
    "robustness_onset": "robustness back",
}
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_SURGE = re.compile(r"surge_([1-9])")
_NEGATIVE = re.compile(r"(?<![\w.)\]\u2013-])-(?=\.?\d)")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def number(value: Any, digits: int = 3) -> str:
    """A number with `digits` significant digits; a dash for None and NaN; integers up to 7 digits in full.

    Below ten million it has no exponent: 1234.5 is 1230.
    """
    if value is None or isinstance(value, bool):
        return ABSENT if value is None else str(value).lower()
    if not isinstance(value, int | float):
        return str(value)
    if math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if 1 <= abs(value) < 1e7 and not float(value).is_integer():
        value = float(f"{value:.{digits}g}")
    if float(value).is_integer() and abs(value) < 1e7:
        text = f"{int(value):,}".replace(",", "\u202f") if abs(value) >= 10_000 else str(int(value))
    else:
        text = f"{value:.{digits}g}"
        if "e" in text:
            mantissa, exponent = text.split("e")
            text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


def real_minus(text: str) -> str:
    """A sentence with the minus sign of typography before its negative numbers; names such as `d8-w100` stay."""
    return _NEGATIVE.sub("\u2212", text)


def percent(value: Any) -> str:
    """A fraction as a percentage with one decimal; a dash for None and NaN."""
    if value is None or math.isnan(value):
        return ABSENT
    return f"{100 * value:.1f}\u202f%"


def duration(seconds: Any) -> str:
    """Seconds in words, such as `2 h 5 min`; a dash for None."""
    if seconds is None or math.isnan(seconds):
        return ABSENT
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def setting(value: Any) -> str:
    """The value of a setting as text."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(setting(one) for one in value)
    return number(value, digits=6) if isinstance(value, int | float) else str(value)


def listing(words: Iterable[str]) -> str:
    """`a, b and c`."""
    words = list(words)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def count_of(count: int, singular: str, plural: str | None = None) -> str:
    """`1 claim`, `3 claims`."""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def file_name(identifier: str) -> str:
    """`identifier` as part of a file name and a link: itself if that is safe, else with a hash."""
    safe = _UNSAFE.sub("_", identifier).lstrip(".") or "_"
    return safe if safe == identifier else f"{safe}-{hashlib.sha256(identifier.encode()).hexdigest()[:8]}"


def flattened(tree: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """Leaves of a nested mapping as (dotted path, value); lists are leaves, empty mappings are left out."""
    if not isinstance(tree, dict):
        return [(prefix, tree)]
    return [leaf for key, value in tree.items() for leaf in flattened(value, f"{prefix}.{key}" if prefix else str(key))]


def event_in_words(event: str) -> str:
    """The name of an event for a reader."""
    surge = _SURGE.fullmatch(event)
    if surge and int(surge[1]) <= len(ORDINALS):
        return f"{ORDINALS[int(surge[1]) - 1]} surge of test accuracy"
    if event not in EVENTS_IN_WORDS and event in EVENTS:
        return EVENTS[event].words.removeprefix("the ")
    return EVENTS_IN_WORDS.get(event, event.replace("_", " "))


def architecture_in_words(model: Mapping[str, Any]) -> str:
    """The kind of a network without its size, such as `MLP`."""
    declared = MODELS.get(model["kind"])
    return (declared.label if declared else "") or str(model["kind"]).upper()


def network_in_words(model: Mapping[str, Any]) -> str:
    """The size of a network, `MLP of depth 8 and width 100`, from its settings, which need not be those of today."""
    declared = MODELS.get(model["kind"])
    settings = declared.settings.model_construct(**model) if declared else None
    sizes = [f"{key} {value}" for key in ("depth", "width") if (value := getattr(settings, key, model.get(key)))]
    if model.get("blocks") and not hasattr(settings, "depth"):
        sizes.insert(0, f"{model['blocks']} blocks" if model["blocks"] != 1 else "one block")
    words = architecture_in_words(model)
    return f"{words} of {' and '.join(sizes)}" if sizes else words


def run_in_words(settings: Mapping[str, Any]) -> str:
    """What a run trains on what: `MLP of depth 8 and width 100 with a bottleneck of 20 on mnist, N = 100`."""
    data, model, training = settings["data"], settings["model"], settings["training"]
    penalty = training.get("rank_penalty") or {}
    words = network_in_words(model)
    if model.get("bottleneck") is not None:
        words += f" with a bottleneck of {model['bottleneck']}"
    if penalty.get("strength"):
        words += f" with a {penalty['kind']} rank penalty of {penalty['strength']:g}"
    if model.get("init_scheme") not in (None, "torch"):
        words += f" with {model['init_scheme'].replace('_', ' ')} initialisation"
    for key, name in (("jacobian_penalty", "Jacobian"), ("region_penalty", "region"), ("logit_penalty", "logit")):
        if (training.get(key) or {}).get("strength"):
            words += f" with a {name} penalty of {training[key]['strength']:g}"
    if training.get("loss") == "normalized_cross_entropy":
        words += " with logits of one norm in the loss"
    if training.get("temperature"):
        words += f" with a temperature of {training['temperature']:g}"
    if training.get("label_smoothing"):
        words += f" with labels smoothed by {training['label_smoothing']:g}"
    return f"{words} on {data['name']}, N = {number(data['train_size'])}"


def commit(name: str | None) -> str:
    """The first ten letters of a commit, with a word when tracked files differed from it; a dash for none."""
    if not name:
        return ABSENT
    return name.removesuffix("-dirty")[:10] + (" with changes" if name.endswith("-dirty") else "")
