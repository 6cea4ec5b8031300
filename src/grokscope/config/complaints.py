"""What pydantic says of a wrong value, as one message that names its key, the value and what may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError

from grokscope.config.metric_settings import MetricsSettings
from grokscope.config.nearest import MOST_LISTED, did_you_mean
from grokscope.config.source import Key
from grokscope.metrics.registry import CURVES, METRICS
from grokscope.models.registry import MODELS

ALTERNATIVES = frozenset({
    "int", "float", "str", "bool", "constrained-int", "constrained-float", "constrained-str",
    "AxisValues", "MarkedEvent", "Place",
})  # fmt: skip
"""What pydantic adds to the place of a complaint where a value may be of several types."""

QUOTED = re.compile(r"'([^']*)'")
LISTED = re.compile(r"(?:should be one of|known are) ([^;()]+)")
"""How our own messages list the values that there are."""


def first_complaint(error: ValidationError, model: type[BaseModel]) -> tuple[Key, str]:
    """Key and message, with the value, of the most telling of pydantic's complaints about a `model`."""
    of_metrics = error.title == MetricsSettings.__name__
    found = [_of_tag(complaint) for complaint in error.errors(include_url=False)]
    complaints = [(_key(complaint, of_metrics=of_metrics), complaint) for complaint in found]
    first = complaints[0][0]
    for key, complaint in complaints:
        # a misspelt key is missing too, but this says more
        if complaint["type"] == "extra_forbidden" and key[:-1] == first[:-1]:
            known = known_keys(model, complaint["loc"][:-1])
            return key, f"unknown key (value {complaint['input']!r:.60}){did_you_mean(key[-1], known)}"
    # where a value may be one of several things, the complaint that looked furthest into it tells most
    deepest = max((key for key, _ in complaints if key[: len(first)] == first), key=len)
    about = [complaint for key, complaint in complaints if key == deepest]
    if about[0]["type"] == "missing":
        return deepest, "required key is missing"
    return deepest, _message(about)


def _message(about: list[Any]) -> str:
    """One message from complaints about one value, which may be of several types."""
    given = about[0]["input"]
    if isinstance(given, Mapping):  # what says that it is no plain name says nothing
        about = [complaint for complaint in about if complaint["type"] != "literal_error"] or about
    texts = [complaint["msg"].removeprefix("Value error, ") for complaint in about]
    message = " or ".join(dict.fromkeys(text.replace("Input should be", "should be") for text in texts)).replace(
        " or should be ", " or "
    )
    wanted, known = _wanted(given, texts), [name for complaint in about for name in _values(complaint)]
    meant = did_you_mean(wanted, known)
    if meant and len(known) > MOST_LISTED:
        return f"{wanted!r} is unknown{meant}"
    return (message if isinstance(given, dict) else f"{message} (got {given!r:.60})") + meant


def _wanted(given: Any, texts: Iterable[str]) -> Any:
    """The value that is wrong: itself, the name of a curve with options, or what the message quotes."""
    if isinstance(given, Mapping):
        quoted = next((QUOTED.search(text) for text in texts), None)
        return quoted[1] if quoted else given.get("curve")
    return given


def _values(complaint: Any) -> list[str]:
    """The values that there are, as far as a complaint lists them."""
    if complaint["type"] == "literal_error":
        return QUOTED.findall(complaint["ctx"]["expected"])
    listed = LISTED.search(complaint["msg"])
    return listed[1].split(", ") if listed else []


def _of_tag(complaint: Any) -> Any:
    """A complaint about the key that says which of several models is meant, as one about any other key."""
    if complaint["type"] not in ("union_tag_invalid", "union_tag_not_found"):
        return complaint
    told_by = complaint["ctx"]["discriminator"].strip("'")
    tags = ", ".join(QUOTED.findall(complaint["ctx"].get("expected_tags", "")))
    return {
        "loc": (*complaint["loc"], told_by),
        "type": "missing" if complaint["type"] == "union_tag_not_found" else "value_error",
        "msg": f"should be one of {tags}",
        "input": complaint["ctx"].get("tag"),
    }


def _key(complaint: Any, *, of_metrics: bool) -> Key:
    """Where in the file a complaint is about, without the alternatives that pydantic tried there. `of_metrics`: it is
    about metrics by name, behind each of which pydantic puts the metric.
    """
    parts = [part for part in map(str, complaint["loc"]) if "[" not in part and part not in ALTERNATIVES]
    # pydantic puts the kind of a part behind the key that holds its settings, and the name of a curve behind its place
    return tuple(
        part
        for place, part in enumerate(parts)
        if not (place == 1 and (part in METRICS if of_metrics else part in MODELS and parts[0] == "model"))
        and not (part in CURVES and parts[place - 2 : place - 1] == ["curves"])
    )


def known_keys(model: type[BaseModel], place: Iterable[object]) -> list[str]:
    """The keys that there are at a place of pydantic's in a `model`; none where it holds no section."""
    types = list(_plain(model))
    for part in place:
        through = [held for held in types if _leads(held, part)]
        if through:
            types = [one for held in through for one in _inside(held, part)]
        else:  # the tag of one of several models, which says which of them is meant
            types = [held for held in types if _is_named(held, part)] or types
    return list(dict.fromkeys(name for held in types if _is_model(held) for name in held.model_fields))


def _plain(annotation: Any) -> Iterator[Any]:
    """The types that a value may have, without what is said about them."""
    if get_origin(annotation) is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif _is_model(annotation) and issubclass(annotation, RootModel):
        yield from _plain(annotation.model_fields["root"].annotation)
    elif _is_model(annotation) or get_origin(annotation) in (dict, list):
        yield annotation
    else:
        for one in get_args(annotation):
            yield from _plain(one)


def _leads(held: Any, part: object) -> bool:
    return part in held.model_fields if _is_model(held) else get_origin(held) is dict or isinstance(part, int)


def _inside(held: Any, part: object) -> Iterator[Any]:
    yield from _plain(held.model_fields[part].annotation if _is_model(held) else get_args(held)[-1])


def _is_model(held: Any) -> bool:
    return isinstance(held, type) and issubclass(held, BaseModel)


def _is_named(held: Any, part: object) -> bool:
    return _is_model(held) and any(part in get_args(field.annotation) for field in held.model_fields.values())
