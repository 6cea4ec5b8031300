"""A fingerprint of the code that a result depends on, so that a change of the code makes the result anew."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from grokscope.code_version_kept import kept_fingerprint

PACKAGE = Path(__file__).parent
WITHOUT_INFLUENCE = (
    "grokscope.config",
    "grokscope.results",
    "grokscope.analysis.declarations",
    "grokscope.errors",
    "grokscope.disk",
    "grokscope.files",
    "grokscope.progress",
    "grokscope.provenance",
    "grokscope.machine",
    "grokscope.code_version",
)
"""Settings reach a job as resolved values; how they were read, kept or shown does not change a result."""

SAME_BITS = {
    # training/arithmetic.py: what says that CUDA is deterministic no longer loads torch's compiler
    "d89f93f3037657e30eb8486c4c6821d5056d074f024b91aa37e5913d4ef6e141": (
        "4f3fb895051dee585c7e206b048d1cb23bc02815694b5e47c5239ee2791b4beb"
    ),
    # training/checkpoints.py: the message of a damaged checkpoint names the command at once
    "7cf07dacc0fb0523a952f734e27167a4c1b0d0d88826e71bb1cd1d752f14d71a": (
        "cd19eca50b527cbebfef7bedc63878dcda6983a8ef6121453463c38ba0d4d115"
    ),
}
"""Digest of a module's code -> that of its code before a change that moves no bit of any result, so that these stay."""

LATER_FIELDS = frozenset({"type_params"})
"""Fields of nodes that Python 3.11 does not know, empty where their syntax is not used."""

DECLARATIONS = ("declaration", "declared", "registry", "catalogue")
"""Last names of modules that only list or declare parts, so they count only where they are named themselves."""


def code_version(*modules: str) -> str:
    """Sixteen hexadecimal digits that change with the code of `modules` or of anything that they import.

    Comments, docstrings and layout do not count, nor do the classes of a declaration, which hold settings: the values
    of settings are in a result's identity. Raises ValueError for a module that is not there.
    """
    return _version(PACKAGE, modules)


def digest(module: str) -> str:
    """The digest of a module's own code, as SAME_BITS holds it. Raises ValueError for a module that is not there."""
    path = _source(PACKAGE, module)
    if path is None:
        raise ValueError(f"no module {module}")
    return _read(PACKAGE, path, _declares(module))[0]


@cache
def _version(package: Path, modules: tuple[str, ...]) -> str:
    """The same for the package in a folder. It is kept, because plans ask thousands of times."""
    found: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module in found or module.startswith(WITHOUT_INFLUENCE) or (_declares(module) and module not in modules):
            continue
        path = _source(package, module)
        if path is None:
            raise ValueError(f"no module {module}")
        digest, imported = _read(package, path, _declares(module))
        found[module] = SAME_BITS.get(digest, digest)
        waiting += imported
    text = "\n".join(f"{module} {found[module]}" for module in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _declares(module: str) -> bool:
    return module.rsplit(".", 1)[-1] in DECLARATIONS


def _source(package: Path, module: str) -> Path | None:
    parts = module.split(".")
    if parts[0] != "grokscope":
        return None
    base = package.joinpath(*parts[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def _read(package: Path, path: Path, declares: bool) -> tuple[str, tuple[str, ...]]:
    """Digest of a file's code and the modules of the package that it imports."""
    found, named = kept_fingerprint(path.read_bytes(), declares, fingerprint, __file__)
    return found, tuple(name for name in named if _source(package, name) is not None)


def fingerprint(source: bytes, declares: bool) -> tuple[str, tuple[str, ...]]:
    """Digest of the code in a source and the modules of the package that it may import (submodules named by `from x
    import y` too); without classes where it `declares` parts.
    """
    tree = ast.parse(source.decode())
    if declares:
        tree.body = [node for node in tree.body if not isinstance(node, ast.ClassDef)]
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module)
            imported.update(f"{node.module}.{name.name}" for name in node.names)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [statement for statement in node.body if not _is_text(statement)]
    names = tuple(sorted(name for name in imported if name.startswith("grokscope.")))
    return hashlib.sha256(described(tree).encode()).hexdigest(), names


def described(node: Any) -> str:
    """What `ast.dump` of Python 3.11 says of a node, in later Pythons too: a result outlives the Python that made it.

    These know more fields, leave empty lists out (3.13) or put empty constants into f-strings (3.12).
    """
    if isinstance(node, ast.AST):
        kind, said = type(node), []
        for name in node._fields:
            value: Any = getattr(node, name, None)
            if value is None and getattr(kind, name, ...) is None:
                continue
            if name in LATER_FIELDS and not value:
                continue
            if kind is ast.JoinedStr:
                value = [part for part in value if not (isinstance(part, ast.Constant) and part.value == "")]
            said.append(f"{name}={described(value)}")
        return f"{kind.__name__}({', '.join(said)})"
    return f"[{', '.join(map(described, node))}]" if isinstance(node, list) else repr(node)


def forget() -> None:
    """Read every file anew the next time; for tests that change them."""
    for cached in (_version, _read):
        cached.cache_clear()


def _is_text(statement: ast.stmt) -> bool:
    """Whether a statement only documents: the docstring of what it stands in, or of the name that is set before it."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
