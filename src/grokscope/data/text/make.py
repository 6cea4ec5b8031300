"""Windows of a text, read from its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from safetensors import SafetensorError
from safetensors.numpy import load_file

from grokscope.data.samples import Samples
from grokscope.data.text.declaration import TextSettings, facts, training_length
from grokscope.errors import UserError

Codes = npt.NDArray[np.int64]


def make(settings: TextSettings, file: Path) -> Samples:
    """Inputs and targets (N, T) of both parts, in the order of the text; targets are the characters one further on.

    All are views of one array, because windows may overlap many times. Raises UserError if the file is damaged.
    """
    try:
        codes = load_file(file)["codes"].astype(np.int64)
    except (OSError, KeyError, SafetensorError) as error:
        raise UserError(f"{file}: not a readable text file: {' '.join(str(error).split())}") from error
    known, cut = facts(settings), training_length(len(codes))
    train, test = codes[:cut], codes[cut:]
    return Samples(
        settings.name,
        *_windows(train, settings, known.train_size),
        *_windows(test, settings, known.test_size),
    )


def _windows(part: Codes, settings: TextSettings, count: int) -> tuple[Codes, Codes]:
    """The first `count` windows of a part, and the same one character further on."""
    stride = settings.stride or settings.context
    return tuple(  # type: ignore[return-value]
        sliding_window_view(of, settings.context, writeable=True)[::stride][:count] for of in (part[:-1], part[1:])
    )
