"""Templates to HTML: everything is escaped, and a name that a template misses is an error."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grokscope.report import wording

MOST_SHOWN = 12
"""Ids of a list that are shown at once; more are folded away."""


@functools.lru_cache(maxsize=8)
def environment(templates_folder: str) -> Environment:
    """The jinja environment of the report; autoescape is on for every template whatever its name."""
    made = Environment(
        loader=FileSystemLoader(Path(templates_folder)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "number": wording.number,
        "percent": wording.percent,
        "duration": wording.duration,
        "setting": wording.setting,
        "listing": wording.listing,
        "file_name": wording.file_name,
        "script_json": script_json,
        "pretty_json": lambda value: json.dumps(value, indent=2, ensure_ascii=False),
    }
    made.globals |= {"count_of": wording.count_of, "smoke_banner": wording.SMOKE_BANNER, "absent": wording.ABSENT, "most_shown": MOST_SHOWN}
    return made


def script_json(value: Any) -> Markup:
    """JSON for the inside of a script element: nothing in it can end the element or start a comment. Raises ValueError for NaN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def render(templates_folder: str | os.PathLike[str], template: str, **context: Any) -> str:
    """The text of one page. Raises jinja2.UndefinedError when `context` lacks a name that the template uses."""
    return environment(os.fspath(templates_folder)).get_template(template).render(**context)
