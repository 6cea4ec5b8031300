"""PNG files of a few colours: plots need no more, and are a third as large."""

from __future__ import annotations

import io
import os

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Colours = NDArray[np.int64]
"""Red, green and blue from 0 to 255, shape (count, 3)."""


def write_palette_png(raw: bytes, path: str | os.PathLike[str] | io.BytesIO, colours: int) -> None:
    """Write the PNG `raw` with at most `colours` (2 to 256) colours, without dither; equal bytes stay equal.

    Half of the palette is the commonest colours, so that areas keep theirs exactly; the other half covers all the rest,
    the tints of thin lines among them.
    """
    with Image.open(io.BytesIO(raw)) as opened:
        picture, dpi = opened.convert("RGB"), opened.info.get("dpi")
    pixels = np.asarray(picture, dtype=np.int64) @ (1 << 16, 1 << 8, 1)
    found, place, count = np.unique(pixels, return_inverse=True, return_counts=True)
    every = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    palette = every[np.argsort(-count, kind="stable")[: colours // 2]]
    if len(every) > len(palette):
        covering = picture.quantize(
            colours - len(palette), Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        ).getpalette()
        palette = np.concatenate([palette, np.reshape(covering or [], (-1, 3))[: colours - len(palette)]])
    reduced = Image.fromarray(_nearest(every, palette)[place].reshape(pixels.shape))
    reduced.putpalette(palette.astype(np.uint8).tobytes())
    reduced.save(path, format="png", optimize=True, dpi=dpi)


def _nearest(colours: Colours, palette: Colours) -> NDArray[np.uint8]:
    """Index in `palette` of what is nearest to each of `colours`."""
    parts = np.array_split(colours, len(colours) // 4096 + 1)
    return np.concatenate([((part[:, None] - palette[None]) ** 2).sum(axis=2).argmin(axis=1) for part in parts]).astype(
        np.uint8
    )
