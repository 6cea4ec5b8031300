"""A stand-in for the command `conda`, for tests where there is no conda: real solving and installing by py-rattler from
a local channel.

It answers the calls that snakemake makes and no others. The channel named conda-forge is a folder that the test fills
with tiny packages: names and versions as in envs/*.yaml, no content, and a `python` that starts the interpreter of the
tests. So it shows that environments are made, activated and used by the rules; it cannot show that the real packages
solve on the real channel.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

CHANNEL = "CONDA_STAND_IN_CHANNEL"
"""Environment variable: the folder that is taken for conda-forge."""

STARTED = "started"
"""File in an environment; its `python` adds a line with the value of CONDA_PREFIX whenever it is started."""

INDEX = "index-local-channel"
_PYTHON = '#!/bin/sh\necho "$CONDA_PREFIX" >> "$(dirname "$0")/../{started}"\nexec "{interpreter}" "$@"\n'
_ACTIVATE = 'export CONDA_PREFIX="$1"\nexport PATH="$1/bin:$PATH"\n'


def packages_of(environment: Path) -> dict[str, str]:
    """Name -> a version that satisfies it, of every dependency of an environment file (`numpy =2.4` gives 2.4.0)."""
    entries = [entry.split() for entry in yaml.safe_load(environment.read_text())["dependencies"]]
    return {name: f"{version.lstrip('=')}.0" for name, version in entries}


def make_channel(folder: Path, packages: Mapping[str, str]) -> None:
    """A channel with one tiny package a name; that of `python` starts the interpreter in use."""
    (folder / "noarch").mkdir(parents=True)
    for name, version in packages.items():
        files = {f"share/{name}": (0o644, version.encode())}
        if name == "python":
            files["bin/python"] = (0o755, _PYTHON.format(started=STARTED, interpreter=sys.executable).encode())
        _write_package(folder / "noarch" / f"{name}-{version}-0.tar.bz2", name, version, files)
    # in a process of its own, for the reason that `_finish` gives
    subprocess.run([sys.executable, __file__, INDEX, str(folder)], check=True)


def _write_package(path: Path, name: str, version: str, files: dict[str, tuple[int, bytes]]) -> None:
    index = {
        "name": name,
        "version": version,
        "build": "0",
        "build_number": 0,
        "depends": [],
        "subdir": "noarch",
        "noarch": "generic",
    }
    paths = {"paths_version": 1, "paths": [{"_path": file, "path_type": "hardlink"} for file in files]}
    content = {
        "info/index.json": (0o644, json.dumps(index).encode()),
        "info/paths.json": (0o644, json.dumps(paths).encode()),
        "info/files": (0o644, "\n".join(files).encode()),
        **files,
    }
    with tarfile.open(path, "w:bz2") as archive:
        for file, (mode, data) in content.items():
            member = tarfile.TarInfo(file)
            member.size, member.mode = len(data), mode
            archive.addfile(member, io.BytesIO(data))


def install_stand_in(root: Path, channel: Path) -> dict[str, str]:
    """Make `root` a conda installation of a kind; returns the environment variables under which `conda` is this
    stand-in.
    """
    (root / "bin").mkdir(parents=True)
    (root / "bin" / "conda").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).resolve()}" "$@"\n')
    (root / "bin" / "conda").chmod(0o755)
    (root / "bin" / "activate").write_text(_ACTIVATE)
    return {
        "PATH": f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "CONDA_STAND_IN_ROOT": str(root),
        CHANNEL: str(channel),
    }


def _finish(work: Coroutine[Any, Any, None]) -> NoReturn:
    """Do the work and end this process at once: threads of py-rattler can crash an interpreter that is being taken
    down.
    """
    asyncio.run(work)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _index(folder: Path) -> None:
    from rattler.index import index_fs

    await index_fs(folder)


async def _create(environment: Path, prefix: Path, channel: Path, cache: Path) -> None:
    from rattler import Channel, MatchSpec, install, solve

    content = yaml.safe_load(environment.read_text())
    channels = [name for name in content["channels"] if name != "nodefaults"]
    if channels != ["conda-forge"]:
        sys.exit(f"stand-in for conda: channels {channels}, but only conda-forge is known")
    specs = [MatchSpec(entry) for entry in content["dependencies"]]
    records = await solve([Channel(channel.resolve().as_uri())], specs, platforms=["noarch"])
    await install(records, prefix, cache_dir=cache, show_progress=False)


def main(arguments: list[str]) -> None:
    """Answer one call of snakemake, or index a channel."""
    if arguments[0] == INDEX:
        _finish(_index(Path(arguments[1])))
    root = Path(os.environ["CONDA_STAND_IN_ROOT"])
    answers: dict[tuple[str, ...], Any] = {
        ("info", "--json"): {"conda_prefix": str(root), "platform": "linux-64"},
        ("config", "--get", "channel_priority", "--json"): {"get": {"channel_priority": "strict"}},
        ("--version",): "conda 25.1.1",
        ("clean", "-y", "--tarballs"): "",
    }
    if tuple(arguments) in answers:
        answer = answers[tuple(arguments)]
        print(answer if isinstance(answer, str) else json.dumps(answer))
        return
    if arguments[:2] != ["env", "create"]:
        sys.exit(f"stand-in for conda: no answer to {' '.join(arguments)}")
    parser = argparse.ArgumentParser()
    for flag in ("--quiet", "--no-default-packages"):
        parser.add_argument(flag, action="store_true")
    for option in ("--file", "--prefix"):
        parser.add_argument(option, type=Path, required=True)
    parsed = parser.parse_args(arguments[2:])
    _finish(_create(parsed.file, parsed.prefix, Path(os.environ[CHANNEL]), root / "pkgs"))


if __name__ == "__main__":
    main(sys.argv[1:])
