"""What several test modules share: the whole smoke scale, built once."""

from __future__ import annotations

import pytest

from workflow_support import Workplace


@pytest.fixture(scope="session")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A folder with everything at smoke scale. Tests may add to it, but must leave what is there as it is."""
    workplace = Workplace(tmp_path_factory.mktemp("smoke"))
    workplace.make()
    return workplace
