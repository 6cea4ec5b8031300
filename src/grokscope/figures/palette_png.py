"""PNG files of a few colours: plots need no more, and are a third as large."""

from __future__ import annotations

import io
import os

from PIL import Image


def write_palette_png(raw: bytes, path: str | os.PathLike[str] | io.BytesIO, colours: int) -> None:
    """Write the opaque picture in the PNG bytes `raw` with at most `colours` (2 to 256) colours, without dither; equal bytes for equal bytes."""
    with Image.open(io.BytesIO(raw)) as picture:
        reduced = picture.convert("RGB").quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        reduced.save(path, format="png", optimize=True, dpi=picture.info.get("dpi"))
