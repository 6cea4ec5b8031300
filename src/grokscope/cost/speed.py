"""How fast this processor multiplies matrices, in half a second: what times measured on another one are scaled by."""

from __future__ import annotations

import os
import subprocess
import sys

SECONDS = 0.5
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PRODUCTS = f"""
import time, numpy
images, weights = numpy.ones((256, 200)), numpy.ones((200, 200)) / 200
(images @ weights).sum()
began, done = time.process_time(), 0
while time.process_time() - began < {SECONDS}:
    numpy.maximum(images @ weights, 0)
    done += 1
print(2 * 256 * 200 * 200 * done / (time.process_time() - began))
"""
"""A small network's layer again and again, with as much memory traffic as training has, on one thread."""


def products_a_second() -> float | None:
    """Floating-point operations per second of one thread, measured in its own process; None without NumPy."""
    done = subprocess.run(
        [sys.executable, "-c", PRODUCTS], env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, check=False
    )
    return float(done.stdout) if done.returncode == 0 else None
