"""Texts that would be markup if a page did not escape them."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
EVIL = '<script>alert("x")</script>'
EVIL_RUN = "mnist-<script>alert(1)</script>"
