"""A headless Firefox, driven by Marionette, the protocol that it speaks itself: Playwright drives only a Firefox of its
own build, which no package has.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FIREFOX = shutil.which("firefox") or shutil.which("firefox-esr")
PREFERENCES = {
    "marionette.port": 0,  # a free one, which it writes into its profile
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
ERRORS = """
return Services.console.getMessageArray()
    .filter((one) => one instanceof Ci.nsIScriptError && !(one.flags & Ci.nsIScriptError.warningFlag))
    .filter((one) => one.sourceName.startsWith("file:"))
    .map((one) => `${one.sourceName.split("/").pop()}:${one.lineNumber} ${one.errorMessage}`);
"""


class Firefox:
    """A session with one window."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._reader = self._socket.makefile("rb")
        self._answer()  # its greeting
        self._number = 0
        self.call("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": False}}})

    def call(self, command: str, parameters: dict[str, Any] | None = None) -> Any:
        """The answer to a command; RuntimeError with what Firefox says where it fails."""
        self._number += 1
        message = json.dumps([0, self._number, command, parameters or {}]).encode()
        self._socket.sendall(f"{len(message)}:".encode() + message)
        _, _, error, found = self._answer()
        if error is not None:
            raise RuntimeError(f"{command}: {error.get('message')}")
        return found.get("value", found) if isinstance(found, dict) else found

    def open(self, page: Path, width: int = 1280, chosen: str = "") -> None:
        """Load a page from disk and wait until it and its pictures are there; `chosen` stands after the # of its
        address.
        """
        self.call("WebDriver:SetWindowRect", {"width": width, "height": 900})
        self.call("WebDriver:Navigate", {"url": f"{page.resolve().as_uri()}{'#' if chosen else ''}{chosen}"})
        decoded = "Promise.allSettled([...document.images].map((one) => one.decode())).then(arguments[0])"
        self.call("WebDriver:ExecuteAsyncScript", {"script": decoded, "args": []})

    def run(self, script: str) -> Any:
        """What a script on the page returns."""
        return self.call("WebDriver:ExecuteScript", {"script": script, "args": []})

    def wait_for(self, condition: str) -> None:
        """Wait until an expression on the page is true; AssertionError after a minute."""
        for _ in range(600):
            if self.run(f"return Boolean({condition})"):
                return
            time.sleep(0.1)
        raise AssertionError(f"not true within a minute: {condition}")

    def errors(self) -> list[str]:
        """Errors of scripts on pages from disk since Firefox began."""
        self.call("Marionette:SetContext", {"value": "chrome"})
        try:
            return list(self.run(ERRORS))
        finally:
            self.call("Marionette:SetContext", {"value": "content"})

    def _answer(self) -> Any:
        length = b""
        while (byte := self._reader.read(1)) != b":":
            if not byte:
                raise RuntimeError("Firefox has closed the connection")
            length += byte
        return json.loads(self._reader.read(int(length)))


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """A headless Firefox with a new profile in the folder `profile`."""
    assert FIREFOX is not None
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [FIREFOX, "--headless", "--marionette", "--remote-allow-system-access", "--profile", str(profile)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port = profile / "MarionetteActivePort"
        for _ in range(600):
            if port.is_file() and port.read_text():
                break
            time.sleep(0.1)
        yield Firefox(int(port.read_text()))
    finally:
        running.terminate()
        running.wait(30)
