"""What is known of a training, from its own record or from that of an archive."""

from __future__ import annotations

import os
from typing import Any

from grokscope.files import MADE_AGAIN, read_json

TRAINING = "training"
"""Key of an archive's record under which the record of the training stands."""


def read_training_record(path: str | os.PathLike[str], remedy: str = MADE_AGAIN) -> dict[str, Any]:
    """Seeds, machine, libraries, seconds and checkpoints of a training. Raises FileNotFoundError or DamagedFile."""
    content = read_json(path, remedy)
    if TRAINING not in content:
        return content
    return {"seeds": content["seeds"], "identity": content["identity"], **content[TRAINING]}
