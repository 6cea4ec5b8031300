"""A result is made anew when the code that it depends on changes, and only then."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grokscope import code_version as module
from grokscope.code_version import PACKAGE, code_version, described


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


def test_a_change_that_moves_no_bit_leaves_results_up_to_date(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, version = module.digest("grokscope.low"), code_version("grokscope.high")
    (package / "low.py").write_text("def f(x):\n    return 1 + x\n")
    module.forget()
    assert code_version("grokscope.high") != version
    monkeypatch.setattr(module, "SAME_BITS", {module.digest("grokscope.low"): before})
    module.forget()
    assert code_version("grokscope.high") == version


def test_every_change_that_moves_no_bit_is_one_of_todays_code() -> None:
    """What is changed once more has to be judged once more."""
    names = (path.relative_to(PACKAGE.parent).with_suffix("") for path in PACKAGE.rglob("*.py"))
    digests = {module.digest(".".join(name.parts)) for name in names if name.name != "__init__"}
    assert set(module.SAME_BITS) <= digests


OTHER_PYTHONS = [
    *map(str, Path.home().glob(".pyenv/versions/3.1[1-9].*/bin/python")),
    *(name for minor in range(11, 20) if (name := shutil.which(f"python3.{minor}")) and ".pyenv" not in name),
]
"""Those on this machine; pyenv's commands on the path start only for the version that is chosen."""
ASKED = """
import sys
sys.dont_write_bytecode = True
from grokscope.code_version import code_version
print(code_version("grokscope.training.train"), code_version("grokscope.report.build"))
"""
SOURCE = """
def f(x: int = 1, *y) -> None:
    return [f"{x:>9} at {x!r}{1:{x}.2f}", (), None, lambda: {}]


class A:
    pass
"""
AS_PYTHON_3_11_SAYS = (
    "Module(body=[FunctionDef(name='f', args=arguments(posonlyargs=[], args=[arg(arg='x', annotation=Name(id='int',"
    " ctx=Load()))], vararg=arg(arg='y'), kwonlyargs=[], kw_defaults=[], defaults=[Constant(value=1)]),"
    " body=[Return(value=List(elts=[JoinedStr(values=[FormattedValue(value=Name(id='x', ctx=Load()), conversion=-1,"
    " format_spec=JoinedStr(values=[Constant(value='>9')])), Constant(value=' at '), FormattedValue(value=Name(id='x',"
    " ctx=Load()), conversion=114), FormattedValue(value=Constant(value=1), conversion=-1,"
    " format_spec=JoinedStr(values=[FormattedValue(value=Name(id='x', ctx=Load()), conversion=-1),"
    " Constant(value='.2f')]))]), Tuple(elts=[], ctx=Load()), Constant(value=None),"
    " Lambda(args=arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]), body=Dict(keys=[],"
    " values=[]))], ctx=Load()))], decorator_list=[], returns=Constant(value=None)), ClassDef(name='A', bases=[],"
    " keywords=[], body=[Pass()], decorator_list=[])], type_ignores=[])"
)


def test_code_is_described_as_python_3_11_does_it() -> None:
    assert described(ast.parse(SOURCE)) == AS_PYTHON_3_11_SAYS


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="holds the description against Python 3.11's own")
def test_the_whole_package_is_described_as_python_3_11_does_it() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert described(tree) == ast.dump(tree), path


@pytest.mark.parametrize("python", OTHER_PYTHONS)
def test_another_python_gives_the_same_version_so_that_results_stay(python: str) -> None:
    own = f"{code_version('grokscope.training.train')} {code_version('grokscope.report.build')}"
    environment = {"PYTHONPATH": str(PACKAGE.parent)}
    if subprocess.run([python, "-c", "pass"], env=environment, capture_output=True, check=False).returncode:
        pytest.skip(f"{python} does not start")
    asked = subprocess.run([python, "-c", ASKED], env=environment, capture_output=True, text=True, check=True)
    assert asked.stdout.split() == own.split()
