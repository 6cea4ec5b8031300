"""What several test modules share: the whole smoke scale, built once."""

from __future__ import annotations

import os
from pathlib import Path

# One thread, before anything imports torch: with two, a factorisation inside one of torch's parallel loops can wait for its second thread for good.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from workflow_support import Workplace


@pytest.fixture(scope="session")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A folder with everything at smoke scale. Tests may add to it, but must leave what is there as it is.

    With the environment variable GROKSCOPE_SMOKE_FOLDER it is that one, where what is there already is not built again.
    """
    kept = os.environ.get("GROKSCOPE_SMOKE_FOLDER")
    workplace = Workplace(Path(kept).resolve() if kept else tmp_path_factory.mktemp("smoke"))
    workplace.make()
    return workplace
