"""A result is made anew when the code that it depends on changes, and only then."""

from pathlib import Path

import pytest

from grokscope import code_version as module
from grokscope.code_version import code_version


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    (tmp_path / "low.py").write_text('"""Low."""\n\n\ndef f(x):\n    """Doc."""\n    return x + 1\n')
    (tmp_path / "high.py").write_text("from grokscope.low import f\n\n\ndef g(x):\n    return f(x)\n")
    (tmp_path / "other.py").write_text("VALUE = 1\n")
    return tmp_path


def changed(package: Path, name: str, text: str) -> bool:
    before = code_version("grokscope.high")
    (package / name).write_text(text)
    module.forget()
    return code_version("grokscope.high") != before


def test_code_of_an_imported_module_counts(package: Path) -> None:
    assert changed(package, "low.py", "def f(x):\n    return x + 2\n")


def test_comments_and_docstrings_do_not_count(package: Path) -> None:
    assert not changed(
        package, "low.py", '"""Other words."""\n\n\ndef f(x):\n    """Other."""\n    # a comment\n    return x + 1\n'
    )


def test_a_module_that_is_not_imported_does_not_count(package: Path) -> None:
    assert not changed(package, "other.py", "VALUE = 2\n")


def test_an_unknown_module_is_refused() -> None:
    with pytest.raises(ValueError, match="no module"):
        code_version("grokscope.nothing")
