"""Fetch one package file with a registry's own client; nothing is installed and no code of the package runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from grokscope.data.catalogue import PackageInfo
from grokscope.data.failures import ChecksumMismatch, NetworkFailure, one_line
from grokscope.errors import UserError
from grokscope.files import sha256_of

CLIENT_TIMEOUT_SECONDS = 900  # for a whole download of up to 140 MB
STALL_SECONDS = 60  # without a byte
PIP = (sys.executable, "-m", "pip")  # that of this Python, which need not be on the path
REASON_LINES, REASON_CHARACTERS = 4, 300  # of a client's output in an error message

# The first pattern found in what a client prints decides.
_DISK_FULL = re.compile(r"ENOSPC|EDQUOT|no space left|enough free space|quota exceeded", re.IGNORECASE)
_DAMAGED = re.compile(r"EINTEGRITY|hash sum mismatch|unexpected size", re.IGNORECASE)
_UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EIDLETIMEOUT|ERR_SOCKET_TIMEOUT|code"
    r" E(429|5\d\d)"
    r"|could not resolve|could not connect|unable to connect|connection (failed|timed out)|failed to fetch|socket"
    r" hang up"
    r"|connection broken by|failed to establish a new connection|max retries exceeded|read timed out",
    re.IGNORECASE,
)
_NOT_LISTED = re.compile(
    r"unable to locate package|was not found|no packages found|can't select"
    r"|no matching distribution found",
    re.IGNORECASE,
)


def fetch_package(package: PackageInfo, workspace: Path) -> Path:
    """Download a package file into `workspace` and check its sha256; returns its path.

    Raises NetworkFailure, ChecksumMismatch, or UserError when the client is missing, the disk full or the package gone.
    """
    path = {"npm": _npm, "apt": _apt, "pip": _pip}[package.client](package, workspace)
    found = sha256_of(path)
    if found != package.sha256:
        path.unlink()
        raise ChecksumMismatch(f"{path.name}: {package.client} package has sha256 {found}, expected {package.sha256}")
    return path


def _npm(package: PackageInfo, workspace: Path) -> Path:
    _run(
        [
            *("npm", "pack", "--ignore-scripts", "--loglevel=error", "--update-notifier=false"),
            *("--fetch-retries=2", "--fetch-retry-maxtimeout=10000", f"--fetch-timeout={STALL_SECONDS * 1000}"),
            *("--pack-destination", str(workspace), f"{package.name}@{package.version}"),
        ],
        workspace,
    )
    return _only_file(workspace, "*.tgz", package)


def _apt(package: PackageInfo, workspace: Path) -> Path:
    options = [
        "-o",
        "Acquire::Retries=2",
        "-o",
        f"Acquire::http::Timeout={STALL_SECONDS}",
        "-o",
        f"Acquire::https::Timeout={STALL_SECONDS}",
    ]
    download = ["download", f"{package.name}={package.version}"]
    try:
        _run(["apt-get", "-q", *options, *download], workspace)
    except _NotListed:
        # The machine's package lists are absent or old, and renewing them takes root: fetch lists for this call alone.
        (workspace / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (workspace / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        options += ["-o", f"Dir::State::Lists={workspace / 'lists'}", "-o", f"Dir::Cache={workspace / 'cache'}"]
        _run(["apt-get", "-q", *options, "-o", "APT::Update::Error-Mode=any", "update"], workspace)
        _run(["apt-get", "-q", *options, *download], workspace)
    return _only_file(workspace, "*.deb", package)


def _pip(package: PackageInfo, workspace: Path) -> Path:
    """Wheels alone: a source distribution would be built, which runs its code."""
    _run(
        [
            *PIP,
            *("download", "--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"),
            *("--retries=2", f"--timeout={STALL_SECONDS}", f"--dest={workspace}", f"{package.name}=={package.version}"),
        ],
        workspace,
        "pip",
    )
    return _only_file(workspace, "*.whl", package)


class _NotListed(UserError):
    """The client does not know the package or the version."""


def _run(command: list[str], workspace: Path, client: str = "") -> None:
    client = client or command[0]
    try:
        done = subprocess.run(
            command,
            cwd=workspace,
            env={**os.environ, "LC_ALL": "C"},  # so that messages can be recognised
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CLIENT_TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise UserError(
            f"{client} is not installed; it fetches {command[-1]} (or give your own files: data source folder)"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise NetworkFailure(f"{client} {command[-1]}: not finished after {CLIENT_TIMEOUT_SECONDS} seconds") from error
    if done.returncode == 0:
        return
    printed = done.stderr + done.stdout
    reason = f"{client} {command[-1]}: {_reason(printed) or f'exit status {done.returncode}'}"
    if _DISK_FULL.search(printed):
        raise UserError(f"{reason} (in {workspace.parent})")
    if _DAMAGED.search(printed):
        raise ChecksumMismatch(reason)
    if _UNREACHABLE.search(printed):
        raise NetworkFailure(reason)
    if _NOT_LISTED.search(printed):
        raise _NotListed(reason)
    raise UserError(reason)


def _reason(printed: str) -> str:
    """Why a client failed, from what it printed: apt's errors begin with E:, pip's with ERROR:, npm's with npm
    error or npm ERR!.
    """
    errors = re.findall(r"^(?:E:|ERROR:|npm (?:error|ERR!)) *(?!at |A complete log)(\S.*)$", printed, re.MULTILINE)
    lines = errors or printed.strip().splitlines()[-1:]
    return one_line("; ".join(lines[:REASON_LINES]))[:REASON_CHARACTERS]


def _only_file(workspace: Path, pattern: str, package: PackageInfo) -> Path:
    files = sorted(workspace.glob(pattern))
    if len(files) != 1:
        raise UserError(f"{package.client} {package.name}: left {len(files)} files {pattern}, expected one")
    return files[0]
