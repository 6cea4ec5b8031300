"""Settings that differ from the paper's, in words instead of the paths under which configuration files hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grokscope.report.threshold_words import setting_in_words
from grokscope.report.wording import listing, number

NAMES = {
    "data.context": "length of a sequence",
    "data.modulus": "modulus",
    "data.name": "data set",
    "data.stride": "stride between sequences",
    "data.test_size": "test images",
    "data.train_size": "training samples",
    "model.blocks": "blocks",
    "model.depth": "depth",
    "model.heads": "attention heads",
    "model.init_scale": "scale of the initial weights",
    "model.init_scheme": "scheme of the initial weights",
    "model.stages": "stages",
    "model.width": "width",
    "training.batch_size": "batch size",
    "training.dtype": "arithmetic",
    "training.learning_rate": "learning rate",
    "training.optimizer": "optimiser",
    "training.steps": "steps of training",
    "training.weight_decay": "weight decay",
    "training.jacobian_penalty.projections": "projections of the Jacobian penalty",
    "training.jacobian_penalty.strength": "strength of the Jacobian penalty",
    "training.region_penalty.distance": "distance of the region penalty",
    "training.region_penalty.level": "level of the region penalty",
    "training.region_penalty.strength": "strength of the region penalty",
}
ABSENT = {"data.test_size": "all", "model.init_scheme": "the usual one"}
"""What a setting means that is not set, where it has a meaning of its own; a penalty that is not set is none."""
_INSTEAD = re.compile(r"([a-z_]+(?:\.[a-z_0-9]+)+) (.+) instead of (.+)")
_DIFFERS = re.compile(r"([a-z_]+(?:\.[a-z_0-9]+)+) differs from the paper")


def differences_in_words(found: Iterable[str]) -> list[str]:
    """What the files of a figure say of its settings, each in words; what is no setting stays as it is."""
    return [_in_words(text) for text in found]


def _in_words(text: str) -> str:
    if told := _INSTEAD.fullmatch(text):
        path, ours, theirs = told.groups()
        return f"{name_of(path)}: {_values(path, ours)} instead of {_values(path, theirs)}"
    if told := _DIFFERS.fullmatch(text):
        return f"{name_of(told[1])}: not as in the paper"
    return text


def name_of(path: str) -> str:
    """A setting in words: by its own name, or by the last part of its path."""
    return NAMES.get(path) or path.rpartition(".")[2].replace("_", " ")


def _values(path: str, shown: str) -> str:
    return listing(_value(path, value) for value in shown.split(" and "))


def _value(path: str, value: str) -> str:
    if value == "not set":
        return ABSENT.get(path) or ("none" if "_penalty." in path else value)
    try:
        return number(float(value), digits=6)
    except ValueError:
        return setting_in_words(value)
