"""What a result was made from: settings without defaults, content of the data, and code of the named parts.

Two results with the same identity are the same result, wherever, whenever and by whom they were made. A setting that
has its default is left out, so that a new setting with a default leaves every identity as it was; a test freezes the
defaults. Identities are plain JSON values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from grokscope.config.run_settings import RunSettings
from grokscope.metrics.declared import MetricSettings

Identity = dict[str, Any]


def without_defaults(settings: BaseModel, exclude: Any = None) -> dict[str, Any]:
    """The settings that differ from their defaults, as plain JSON values."""
    return settings.model_dump(mode="json", exclude_defaults=True, exclude=exclude)


def data_identity(
    settings: RunSettings, content: Mapping[str, str], facts: Mapping[str, Any], *, test: bool
) -> Identity:
    """The data that a training, or with `test` a metric, reads.

    `content` are the hashes of `grokscope.data.dataset.content_sha256`, or what stands for them where data are made
    (`grokscope.results.parts.made_content`); `facts` are what a network is told of the task
    (`grokscope.data.registry.network_facts`), of which the pixel statistics count only where the network uses them.
    """
    kept = (
        dict(facts)
        if settings.model.normalize
        else {key: value for key, value in facts.items() if not key.startswith("channel_")}
    )
    return {**kept, **{key: value for key, value in content.items() if test or not key.startswith("test_")}}


def training_identity(settings: RunSettings, seeds: Sequence[int], data: Identity, code: str) -> Identity:
    """Identity of the checkpoints of a block. How many test samples there are does not matter to a training."""
    return _plain(
        {
            "settings": without_defaults(settings, exclude={"data": {"test_size"}}),
            "seeds": list(seeds),
            "data": data,
            "code": code,
        }
    )


def metric_identity(
    training: Identity, metric: MetricSettings, settings: RunSettings, data: Identity, code: str
) -> Identity:
    """Identity of a metric table of a block; the name that it is measured under does not matter."""
    own: Identity = {"metric": metric.metric, "settings": without_defaults(metric), "code": code, "data": data}
    if settings.data.test_size is not None:
        own["test_size"] = settings.data.test_size
    return _plain({"training": training, "metric": own})


def with_content(identity: Identity, content: Mapping[str, str]) -> Identity:
    """The identity of a metric table with the hashes of its data, where these were not known when jobs were planned:
    nobody has published them, and the data had not been read yet.
    """
    training, metric = dict(identity["training"]), dict(identity["metric"])
    for part, test in ((training, False), (metric, True)):
        hashes = {key: value for key, value in content.items() if test or not key.startswith("test_")}
        part["data"] = {**hashes, **part["data"]}
    return _plain({"training": training, "metric": metric})


def derived_identity(code: str, **made_from: Any) -> Identity:
    """Identity of what is computed from tables; each of `made_from` counts by its digest."""
    return {"code": code, **{key: digest(value) for key, value in made_from.items()}}


def digest(value: Any) -> str:
    """Sixteen hexadecimal digits of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def first_difference(known: Any, wanted: Any, key: str = "") -> str | None:
    """Where two identities differ first, such as `training.settings.training.steps: 100, now 200`; else None."""
    if isinstance(known, Mapping) and isinstance(wanted, Mapping):
        for name in sorted({*known, *wanted}):
            found = first_difference(
                known.get(name, _ABSENT), wanted.get(name, _ABSENT), f"{key}.{name}" if key else str(name)
            )
            if found:
                return found
        return None
    return None if known == wanted else f"{key}: {_shown(known)}, now {_shown(wanted)}"


def without_code(identity: Any) -> Any:
    """The identity without its fingerprints of code, for who keeps results of earlier code."""
    if isinstance(identity, Mapping):
        # data that are made have a fingerprint of code too, which stands for their content
        kept = {key: value for key, value in identity.items() if key != "code"}
        return {key: value if key == "data" else without_code(value) for key, value in kept.items()}
    return identity


class _Absent:
    """Stands for a key that an identity does not have: the setting has its default."""


_ABSENT = _Absent()


def _shown(value: Any) -> str:
    return "the default" if value is _ABSENT else f"{value!r:.60}"


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
