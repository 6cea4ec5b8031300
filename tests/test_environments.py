"""Every third-party import of what a rule runs is in the conda environment that the rule names, and in the pins for
pip.
"""

import ast
import re
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[1]
SOURCE = REPOSITORY / "src"
# Between the two directives stand others, but never the beginning of the next rule.
RULE = re.compile(r'conda:\s+"\.\./\.\./(envs/\w+\.yaml)"(?:(?!\n *rule\b)[\s\S])*?script:\s+"\.\./scripts/(\w+\.py)"')
CONDA_NAME = {"yaml": "pyyaml", "PIL": "pillow", "torch": "pytorch", "sklearn": "scikit-learn"}
PIP_NAME = {
    **CONDA_NAME,
    "torch": "torch",
    "axe_playwright_python": "axe-playwright-python",
    "rattler": "py-rattler",
    "xdist": "pytest-xdist",
}


def rules() -> list[tuple[str, str]]:
    return [
        match
        for file in sorted((REPOSITORY / "workflow/rules").glob("*.smk"))
        for match in RULE.findall(file.read_text())
    ]


def module_path(name: str) -> Path | None:
    base = SOURCE.joinpath(*name.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def third_party(start: list[Path]) -> set[str]:
    """Top-level names of all third-party packages that the files import, directly or through the package."""
    waiting, seen, found = list(start), set(), set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
        for name in names:
            top = name.split(".")[0]
            if top == "grokscope":
                waiting += [inner for inner in [module_path(name)] if inner]
            elif top not in sys.stdlib_module_names and top != "package":
                found.add(top)
    return found


def modules_found_by_name(script: str) -> list[Path]:
    """Modules that a script's package finds by name: models, losses, metrics, estimands, tests and figures."""
    folders = {
        "training.py": ["models", "training"],
        "metric.py": ["models", "metrics"],
        "claims.py": ["analysis/estimands", "analysis/hypothesis_tests"],
        "figure.py": ["figures"],
        "data.py": ["data", "data/sources"],
    }
    return [path for folder in folders.get(script, []) for path in (SOURCE / "grokscope" / folder).rglob("*.py")]


def dependencies(environment: Path) -> dict[str, str]:
    entries = [entry.split() for entry in yaml.safe_load(environment.read_text())["dependencies"]]
    return {entry[0]: " ".join(entry[1:]) for entry in entries}


def test_every_rule_with_a_script_names_an_environment() -> None:
    scripts = {script for _, script in rules()}
    assert scripts == {path.name for path in (REPOSITORY / "workflow/scripts").glob("*.py")} - {"package.py"}


@pytest.mark.parametrize(("environment", "script"), rules())
def test_the_environment_of_a_rule_holds_all_imports(environment: str, script: str) -> None:
    start = [
        REPOSITORY / "workflow/scripts" / script,
        REPOSITORY / "workflow/scripts/package.py",
        *modules_found_by_name(script),
    ]
    needed = {CONDA_NAME.get(name, name) for name in third_party(start)}
    missing = needed - set(dependencies(REPOSITORY / environment))
    assert not missing, f"{environment} lacks {sorted(missing)} that {script} needs"


@pytest.mark.parametrize("environment", sorted((REPOSITORY / "envs").glob("*.yaml")), ids=lambda path: path.name)
def test_environments_are_pinned_and_from_conda_forge(environment: Path) -> None:
    content = yaml.safe_load(environment.read_text())
    assert content["channels"][0] == "conda-forge"
    assert content["channels"][-1] == "nodefaults"
    unpinned = [name for name, version in dependencies(environment).items() if not re.match(r"^=?=\d", version)]
    assert not unpinned


def test_pip_pins_agree_with_conda_pins() -> None:
    lines = (REPOSITORY / "requirements.txt").read_text().splitlines()
    pins = {name.lower(): version for name, _, version in (line.partition("==") for line in lines if "==" in line)}
    for environment in (REPOSITORY / "envs").glob("*.yaml"):
        for name, version in dependencies(environment).items():
            pip_name = {"pytorch": "torch"}.get(name, name)
            if pip_name in {"python", "nodejs"}:
                continue
            assert pins[pip_name].startswith(version.lstrip("=")), f"{environment.name}: {name}"


def test_pip_pins_hold_all_imports_of_the_package_and_the_tests() -> None:
    tests = REPOSITORY / "tests"
    files = [*SOURCE.rglob("*.py"), *tests.rglob("*.py"), *(REPOSITORY / "benchmarks").glob("*.py")]
    pins = {line.partition("==")[0].lower() for line in (REPOSITORY / "requirements.txt").read_text().splitlines()}
    local = {path.stem for path in files} | {path.name for path in tests.iterdir() if path.is_dir()}
    needed = {PIP_NAME.get(name, name).lower() for name in third_party(files)} - local - {"torch"} | {"torch"}
    assert needed <= pins, sorted(needed - pins)
