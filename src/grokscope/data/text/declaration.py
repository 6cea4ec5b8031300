"""What texts say of themselves as tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from grokscope.config.section import OneOf, Positive, is_none
from grokscope.data.declared import Classes, Task, TaskFacts, TaskSettings, Tokens
from grokscope.data.text.catalogue import TEXTS, TextInfo


class TextSettings(TaskSettings):
    """Windows of a text; the target of every position is the character that follows it."""

    name: Annotated[str, OneOf(TEXTS)] = Field(
        description=(
            "task: the next character of a text, at every position; the first nine tenths of the text are for training"
        )
    )
    context: Positive = Field(description="T, the characters of a window")
    stride: Positive | None = Field(
        default=None,
        exclude_if=is_none,
        description="characters from the beginning of one window to that of the next; none means `context`",
    )

    @field_validator("stride")
    @classmethod
    def _none_without_overlap(cls, stride: int | None, others: ValidationInfo) -> int | None:
        """A stride of one window is none, so that the same training has the same settings."""
        return None if stride == others.data.get("context") else stride


def training_length(length: int) -> int:
    """Characters of a text that are for training: the first of them. Vocabularies have the characters of these."""
    return length * 9 // 10


def windows(length: int, context: int, stride: int | None) -> int:
    """Number of windows in a part of a text, each with a character after it; 0 where there is none."""
    return max(0, (length - context - 1) // (stride or context) + 1)


def facts(settings: TextSettings) -> TaskFacts:
    """Characters in, the next ones out. No window has characters of both parts.

    With subset `first` there are the windows that are asked for, if the training part has so many, and no others are
    made.
    """
    info = TEXTS[settings.name]
    trained, tested = (
        windows(length, settings.context, settings.stride)
        for length in (training_length(info.length), info.length - training_length(info.length))
    )
    return TaskFacts(
        Tokens(settings.context, info.characters),
        Classes(info.characters, of_positions=True, most_frequent=info.most_frequent),
        min(trained, settings.train_size) if settings.subset == "first" else trained,
        tested,
    )


def complaints(settings: TextSettings) -> Iterator[str]:
    """A context that no part of the text is long enough for."""
    info = TEXTS[settings.name]
    longest = info.length - training_length(info.length) - 1
    if settings.context > longest:
        yield f"context {settings.context}: the test part of {info.name} has windows of at most {longest} characters"


def text_task(info: TextInfo) -> Task:
    """The task of predicting the next character of a text."""
    return Task(
        name=info.name,
        settings=TextSettings,
        facts=facts,
        made_by="grokscope.data.text.make",
        complaints=complaints,
        made_from=info.content_sha256,
    )
