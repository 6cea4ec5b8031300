"""Runs the tests of trained networks under the arithmetic of other processors and prints how much room each has left:
`make test-arithmetic`.

Older processors are imitated by switching off the newer instructions of this one, in torch, MKL, oneDNN, OpenBLAS and
numpy. Not every switch works on every processor (MKL_ENABLE_INSTRUCTIONS is for Intel's alone), and what had no effect
is named below the table. `rounding_*` moves every initial weight by one unit of its last digit, up or down at random,
and stands for all the processors that are not here: what is rounded otherwise at the start grows as every other
difference does. Exits with 1 when a test fails under any of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from tabulate import tabulate

from grokscope.models.network import Network
from grokscope.training import train

REPOSITORY = Path(__file__).parents[1]
OLDEST = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    "MKL_CBWR": "COMPATIBLE",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4",
}
AVX2 = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "MKL_CBWR": "AVX2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4",
}
ARITHMETICS: dict[str, dict[str, str]] = {
    "usual": {},
    "torch_avx2": {"ATEN_CPU_CAPABILITY": "avx2"},
    "torch_default": {"ATEN_CPU_CAPABILITY": "default"},
    "mkl_avx2": {"MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "mkl_sse": {"MKL_ENABLE_INSTRUCTIONS": "SSE4_2"},
    "mkl_compatible": {"MKL_CBWR": "COMPATIBLE"},
    "all_avx2": AVX2,
    "all_oldest": OLDEST,
    "two_threads": {"OMP_NUM_THREADS": "2"},
    "all_oldest_two_threads": {**OLDEST, "OMP_NUM_THREADS": "2"},
    "rounding_1": {"GROKSCOPE_ROUNDING": "1"},
    "rounding_2": {"GROKSCOPE_ROUNDING": "2"},
    "rounding_3": {"GROKSCOPE_ROUNDING": "3"},
    "all_oldest_rounding_4": {**OLDEST, "GROKSCOPE_ROUNDING": "4"},
}
Margins = dict[str, tuple[float, float]]


def move_last_digits(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let trainings start from weights that are each one unit of the last digit larger or smaller, as `number` draws it
    for every seed.
    """
    draw = train.initialise

    def initialise(network: Network, seeds: Sequence[int], scale: float) -> None:
        draw(network, seeds, scale)
        with torch.no_grad():
            for parameter in network.parameters():
                for index, seed in enumerate(seeds):  # by seed, so that a seed starts alike alone and in a block
                    generator = torch.Generator().manual_seed(1000 * number + seed)
                    sign = torch.randint(0, 2, parameter.shape[1:], generator=generator) * 2 - 1
                    parameter[index] *= 1 + sign * torch.finfo(parameter.dtype).eps

    monkeypatch.setattr(train, "initialise", initialise)


def measure(name: str, arguments: list[str]) -> tuple[Margins, list[str]]:
    """The margin and the one needed of every assertion under one arithmetic, and the tests that failed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "margins.jsonl"
        environment = {**os.environ, "OMP_NUM_THREADS": "1", **ARITHMETICS[name], "GROKSCOPE_MARGINS": str(path)}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "trained",
            "--tb=short",
            "-rf",
            "-p",
            "no:cacheprovider",
            *arguments,
        ]
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False, timeout=3600
        )
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        if done.returncode and not failed:
            failed = [done.stdout[-2000:] + done.stderr[-2000:]]
        margins: Margins = {}
        for line in path.read_text().splitlines() if path.exists() else []:
            entry = json.loads(line)
            title = f"{entry['test'].rpartition('/')[2]} {entry['kind']}"
            number = sum(known.startswith(f"{title} ") for known in margins)
            margins[f"{title} {number + 1}"] = (entry["margin"], entry["needed"])
    return margins, failed


def table(measured: dict[str, Margins]) -> str:
    """One row for each assertion and one column for each arithmetic; the assertion with the least room comes first."""
    rows = []
    for title in dict.fromkeys(title for margins in measured.values() for title in margins):
        found = [margins[title][0] if title in margins else None for margins in measured.values()]
        (needed,) = {margins[title][1] for margins in measured.values() if title in margins}
        least = min(value for value in found if value is not None)
        rows.append((least / needed, [title, needed, least, *found]))
    rows.sort(key=lambda row: row[0])
    return tabulate(
        [row for _, row in rows],
        headers=["assertion", "needed", "least", *measured],
        tablefmt="github",
        floatfmt=".3g",
        missingval="-",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", nargs="+", choices=ARITHMETICS, default=list(ARITHMETICS), help="these arithmetics instead of all"
    )
    chosen, arguments = parser.parse_known_args()
    measured: dict[str, Margins] = {}
    failures: list[str] = []
    for name in chosen.only:
        print(f"{name} ...", file=sys.stderr, flush=True)
        measured[name], failed = measure(name, arguments)
        failures += [f"{name}: {line}" for line in failed]
    print(
        "Margins of the assertions on trained networks. A mean over seeds: distance from its bound in standard"
        " deviations over seeds;"
    )
    print("equal or unequal: factor to the tolerance.\n")
    print(table(measured))
    usual = measured.get("usual")
    same = [name for name, margins in measured.items() if name != "usual" and margins == usual]
    if same:
        print(f"\nNot a digit differs from the usual arithmetic on this processor: {', '.join(same)}.")
    print(*["", *failures], sep="\n")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
