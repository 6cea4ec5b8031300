"""Paths in a shell's command, held against the shell itself."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from grokscope.quoted_argument import with_quoted

ODD = 'My "grok" it\'s #1 é & %41 $HOME `x`'


def run(script: object, program: str = "", folder: str = "") -> str:
    return subprocess.run(f"{program} {script}", shell=True, capture_output=True, text=True, check=False).stdout.strip()


@pytest.mark.parametrize("name", ["plain", "with space", ODD])
def test_a_program_in_an_odd_folder_starts(tmp_path: Path, name: str) -> None:
    program = tmp_path / name / "program"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$0"\n')
    program.chmod(0o755)
    quoted = with_quoted("program", with_quoted("program", run))
    assert quoted("x", program=str(program)) == str(program)
    assert with_quoted("program", quoted) is quoted
    if name == ODD:
        assert run("x", program=str(program)) != str(program)


def test_other_arguments_stay_as_they_are() -> None:
    def given(*positional: Any, **named: Any) -> Any:
        return positional, named

    assert with_quoted("program", given)("a b", folder="c d") == (("a b",), {"folder": "c d"})


def test_snakemake_still_starts_scripts_in_the_way_that_is_changed() -> None:
    """workflow/rules/quoting.smk changes one call inside Snakemake; another version may name it otherwise."""
    import inspect

    from snakemake.script import PythonScript

    assert "py_exec=py_exec" in inspect.getsource(PythonScript.execute_script)
    assert "{py_exec} {fname:q}" in inspect.getsource(PythonScript.execute_script)
    assert callable(PythonScript._execute_cmd)
