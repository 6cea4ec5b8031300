"""PNG files of a few colours: plots need no more, and are a third as large."""

from __future__ import annotations

import io
import os

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Colours = NDArray[np.int64]
"""Red, green and blue from 0 to 255, shape (count, 3)."""
ALL_COLOURS = 1 << 24


def write_palette_png(raw: bytes, path: str | os.PathLike[str] | io.BytesIO, colours: int) -> None:
    """Write the PNG `raw` with at most `colours` (2 to 256) colours, without dither; equal bytes stay equal.

    Half of the palette is the commonest colours, so that areas keep theirs exactly; the other half covers all the rest,
    the tints of thin lines among them.
    """
    with Image.open(io.BytesIO(raw)) as opened:
        picture, dpi = opened.convert("RGB"), opened.info.get("dpi")
    pixels = _as_numbers(np.asarray(picture))
    found, count = np.unique(pixels, return_counts=True)
    every = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.int64)
    palette = every[np.argsort(-count, kind="stable")[: colours // 2]]
    if len(every) > len(palette):
        covering = picture.quantize(
            colours - len(palette), Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        ).getpalette()
        palette = np.concatenate([palette, np.reshape(covering or [], (-1, 3))[: colours - len(palette)]])
    index = np.zeros(ALL_COLOURS, dtype=np.uint8)  # numpy's own inverse takes fifty times as long
    index[found] = _nearest(every, palette)
    reduced = Image.fromarray(index[pixels])
    reduced.putpalette(palette.astype(np.uint8).tobytes())
    reduced.save(path, format="png", optimize=True, dpi=dpi)


def _as_numbers(colours: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Colours (height, width, 3) as numbers below ALL_COLOURS, (height, width)."""
    padded = np.zeros((*colours.shape[:-1], 4), dtype=np.uint8)
    padded[..., 1:] = colours
    return padded.view(">i4")[..., 0].astype(np.int32)


def _nearest(colours: Colours, palette: Colours) -> NDArray[np.uint8]:
    """Index in `palette` of what is nearest to each of `colours`."""
    parts = np.array_split(colours, len(colours) // 4096 + 1)
    return np.concatenate([((part[:, None] - palette[None]) ** 2).sum(axis=2).argmin(axis=1) for part in parts]).astype(
        np.uint8
    )
