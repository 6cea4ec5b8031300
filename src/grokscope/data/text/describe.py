"""The catalogue's entry of a text of your own, from its file in UTF-8.

    python -m grokscope.data.text.describe my_novel path/to/novel.txt

Prints what is to be pasted into `grokscope/data/text/catalogue.py`. The text is then read from your folder, or from the
public `address` that you add.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from grokscope.data.describe import as_entry
from grokscope.data.text.catalogue import TextInfo
from grokscope.data.text.stored import described, encoded
from grokscope.errors import UserError


def describe(name: str, file: Path) -> TextInfo:
    """What the catalogue has to know of a text. Raises UserError if the file is absent or cannot be a text."""
    try:
        text = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: not a readable text in UTF-8: {error}") from error
    if len(text) < 2:
        raise UserError(f"{file}: too short for a training part and a test part")
    return replace(described(encoded(name, text, str(file))), words=name.replace("_", " "), files=(file.name,))


def main(arguments: list[str] | None = None) -> None:
    """The command: see the module's description."""
    parser = argparse.ArgumentParser(description="Print the catalogue's entry of a text of your own.")
    parser.add_argument("name", help="what experiments will call it")
    parser.add_argument("file", type=Path, help="the text in UTF-8")
    chosen = parser.parse_args(arguments)
    print(as_entry(describe(chosen.name, chosen.file)), end="")


if __name__ == "__main__":
    main()
