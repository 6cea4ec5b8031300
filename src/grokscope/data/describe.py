"""The catalogue's entry of a data set of your own, from its files.

    python -m grokscope.data.describe my_digits path/to/files     # four IDX files, plain or .gz, named as those of
    MNIST

Prints what is to be pasted into `grokscope/data/catalogue.py`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from grokscope.data.catalogue import DatasetInfo
from grokscope.data.dataset import ImageDataset, content_sha256
from grokscope.data.sources.folder import read_folder
from grokscope.data.text.catalogue import TextInfo


def describe(name: str, folder: Path) -> DatasetInfo:
    """What the catalogue has to know of the IDX files in `folder`. Raises UserError if files are missing or damaged."""
    nothing_known = DatasetInfo(name, (0, 0, 0), 0, 0, 0, (), (), (), {}, "idx", 0)
    dataset, _ = read_folder(nothing_known, folder)
    mean, deviation = _statistics(dataset)
    labels = np.concatenate([dataset.train_labels, dataset.test_labels])
    channels, height, width = dataset.train_images.shape[1:]
    return DatasetInfo(
        name=name,
        image_shape=(channels, height, width),
        classes=int(labels.max()) + 1,
        train_size=len(dataset.train_labels),
        test_size=len(dataset.test_labels),
        channel_mean=mean,
        channel_deviation=deviation,
        published_channel_deviation=deviation,
        content_sha256=content_sha256(dataset),
        files="idx",
        rarest_class=int(np.bincount(dataset.train_labels, minlength=int(labels.max()) + 1).min()),
    )


def as_entry(info: DatasetInfo | TextInfo) -> str:
    """The entry as it stands in the catalogue."""
    kept = [(key, value) for key, value in vars(info).items() if value not in (None, (), "")]
    lines = [f"            {key}={_written(value)}," for key, value in kept]
    return "\n".join([f"        {type(info).__name__}(", *lines, "        ),"]) + "\n"


def _written(value: object) -> str:
    """A value as the formatter writes it: with double quotes, and a line for each entry of a mapping with several."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping):
        entries = [f"{_written(key)}: {_written(entry)}" for key, entry in value.items()]
        if len(entries) == 1:
            return f"{{{entries[0]}}}"
        return "\n".join(["{", *(f"{' ' * 16}{entry}," for entry in entries), f"{' ' * 12}}}"])
    return repr(value)


def _statistics(dataset: ImageDataset) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of every channel over all training pixels, scaled to [0, 1], to eight digits."""
    pixels = dataset.train_images.astype(np.float64) / 255
    mean, deviation = pixels.mean(axis=(0, 2, 3)), pixels.std(axis=(0, 2, 3))
    return tuple(round(float(value), 8) for value in mean), tuple(round(float(value), 8) for value in deviation)


def main(arguments: list[str] | None = None) -> None:
    """The command: see the module's description."""
    parser = argparse.ArgumentParser(description="Print the catalogue's entry of a data set of your own.")
    parser.add_argument("name", help="what experiments will call it")
    parser.add_argument("folder", type=Path, help="where its files are")
    chosen = parser.parse_args(arguments)
    print(as_entry(describe(chosen.name, chosen.folder)), end="")


if __name__ == "__main__":
    main()
