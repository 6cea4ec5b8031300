"""Errors that are a user's to mend: one line that names the file, key or value."""


class UserError(Exception):
    """Something the user gave is wrong; the message is one clear line and needs no traceback."""
