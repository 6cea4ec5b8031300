"""Errors that a user can fix: one line that names the file, key or value."""


class UserError(Exception):
    """Something the user gave is wrong; the message is one clear line and needs no traceback."""


class DamagedFile(UserError):
    """A file is truncated, changed or something else; the message names the file, the fault and the remedy."""

    def __init__(self, path: object, reason: object, remedy: str) -> None:
        self.fault = f"damaged: {' '.join(str(reason).split())}"
        super().__init__(f"{path}: {self.fault}; {remedy}")
