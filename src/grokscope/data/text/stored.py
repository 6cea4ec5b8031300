"""A text as a file that can be read without torch: codes of its characters, and the vocabulary."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from grokscope.data.failures import ChecksumMismatch
from grokscope.data.new_file import new_file
from grokscope.data.text.catalogue import TextInfo
from grokscope.data.text.declaration import training_length
from grokscope.errors import UserError
from grokscope.files import sha256_of

HIGHEST_CODE = 255


@dataclass(frozen=True)
class Text:
    """Codes uint8 `(length,)` of the characters of a text, which are places in `vocabulary`: the characters of its
    training part in the order of their code points.
    """

    name: str
    codes: npt.NDArray[np.uint8]
    vocabulary: str

    @property
    def text(self) -> str:
        """All of it, as it was before it was encoded."""
        return "".join(np.array(list(self.vocabulary))[self.codes])


def encoded(name: str, text: str, where: str) -> Text:
    """A text in the codes of its training part.

    Raises UserError for characters that the test part alone has, for which there are no codes, and for too many.
    """
    train, test = text[: training_length(len(text))], text[training_length(len(text)) :]
    vocabulary = "".join(sorted(set(train)))
    if unknown := sorted(set(test) - set(train)):
        shown = " ".join(map(repr, unknown))
        raise UserError(
            f"{where}: the last tenth of {name}, which is for the test, has characters that the rest does not have:"
            f" {shown}; leave them out of the text"
        )
    if len(vocabulary) > HIGHEST_CODE + 1:
        raise UserError(
            f"{where}: {name} has {len(vocabulary)} different characters; at most {HIGHEST_CODE + 1} can be"
        )
    codes = {character: code for code, character in enumerate(vocabulary)}
    return Text(name, np.array([codes[character] for character in text], dtype=np.uint8), vocabulary)


def described(found: Text) -> TextInfo:
    """What the catalogue has to know of a text, but where it comes from."""
    text = found.text
    test = text[training_length(len(text)) :]
    return TextInfo(
        name=found.name,
        words="",
        length=len(text),
        characters=len(found.vocabulary),
        test_length=len(test),
        most_frequent_of_test=Counter(test).most_common(1)[0][1],
        content_sha256={"text": hashlib.sha256(text.encode()).hexdigest()},
        files=(),
    )


def check_text(found: Text, info: TextInfo, where: str) -> None:
    """Raise ChecksumMismatch unless it is the text of the catalogue, UserError if the catalogue is wrong about it."""
    known = described(found)
    found_sha256, expected = known.content_sha256["text"], info.content_sha256["text"]
    if found_sha256 != expected:
        raise ChecksumMismatch(f"{where}: the text of {info.name} has sha256 {found_sha256}, expected {expected}")
    for key in ("length", "characters", "test_length", "most_frequent_of_test"):
        if getattr(known, key) != getattr(info, key):
            raise UserError(
                f"{where}: {info.name}: {key} is {getattr(known, key)}, the catalogue has {getattr(info, key)}"
            )


def write_text_file(text: Text, path: Path) -> str:
    """Write codes and vocabulary (UTF-8) as safetensors, whole or not at all; returns the sha256 of the file.

    Equal texts give equal bytes. Raises UserError when the disk is full.
    """
    vocabulary = np.frombuffer(text.vocabulary.encode(), dtype=np.uint8)
    tensors = {"codes": text.codes, "vocabulary": vocabulary}
    with new_file(path, text.name, {key: value.shape for key, value in tensors.items()}) as arrays:
        for key, array in arrays.items():
            array[:] = tensors[key]
    return sha256_of(path)
