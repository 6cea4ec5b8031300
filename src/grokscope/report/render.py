"""Templates to HTML: everything is escaped, and a name that a template misses is an error."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grokscope.report import wording
from grokscope.report.glossary import GLOSSARY

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
        "sentence": lambda text: text[:1].upper() + text[1:],
        "file_name": wording.file_name,
        "packed_json": packed_json,
        "pretty_json": lambda value: json.dumps(value, indent=2, ensure_ascii=False),
    }
    made.globals |= {
        "count_of": wording.count_of,
        "smoke_banner": wording.SMOKE_BANNER,
        "at_scale": wording.AT_SCALE,
        "absent": wording.ABSENT,
        "most_shown": MOST_SHOWN,
        "glossary": GLOSSARY,
    }
    return made


def packed_json(value: Any) -> str:
    """JSON as gzip in base 64, for large data of a page, always the same text. Raises ValueError for NaN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), compresslevel=9, mtime=0)).decode("ascii")


def render(templates_folder: str | os.PathLike[str], template: str, **context: Any) -> str:
    """The text of one page. Raises jinja2.UndefinedError when `context` lacks a name that the template uses."""
    return environment(os.fspath(templates_folder)).get_template(template).render(**context)
