"""Train one published seed again and compare it with the archive.

python -m grokscope.verify published/paper --run RUN --seed SEED

The exit status is 0 where the seed agrees and 1 where it does not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from grokscope.archive.check import check_archive
from grokscope.config.layout import Layout
from grokscope.config.user import UserConfig
from grokscope.errors import UserError
from grokscope.files import write_json
from grokscope.verify.compare import compare
from grokscope.verify.text import as_json, as_text
from grokscope.verify.train_again import find_block, settings_of, train_again
from grokscope.verify.verdicts import verdicts_again

REPOSITORY = Path(__file__).resolve().parents[3]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see the module's description."""
    parser = argparse.ArgumentParser(
        prog="python -m grokscope.verify", description="Train one published seed again and compare it with the archive."
    )
    parser.add_argument("archive", help="folder of the archive, such as published/paper")
    parser.add_argument("--run", required=True, help="a run of the archive")
    parser.add_argument("--seed", required=True, help="one of its seeds")
    parser.add_argument("--results", default="results/verify", help="folder for what is trained and measured")
    parser.add_argument("--threads", default=1, type=int, help="threads of the training and of each metric")
    chosen = parser.parse_args(arguments)
    try:
        seed = _seed(chosen.seed)
        archive = check_archive(chosen.archive)
        block = find_block(archive, chosen.run, seed)
        settings = settings_of(block)
        folder = Path(chosen.results) / block.record.run / f"seed_{seed}"
        data_folder = Path(Layout.of(UserConfig()).data_folder)
        tables, trained = train_again(block, seed, folder / "checkpoints", data_folder, chosen.threads, sys.stderr)
        found = compare(block, seed, settings, tables, trained)
        verdicts = verdicts_again(block, archive.index.scale, seed, tables, folder, REPOSITORY)
    except UserError as error:
        sys.exit(f"error: {error}")
    sys.stdout.write(as_text(found, verdicts))
    write_json(folder / "verified.json", as_json(found, verdicts))
    return 0 if found.holds else 1


def _seed(given: str) -> int:
    if not (given.isascii() and given.isdigit()):
        raise UserError(f"--seed {given}: should be one of the run's seeds, a number such as 0")
    return int(given)


if __name__ == "__main__":
    sys.exit(main())
