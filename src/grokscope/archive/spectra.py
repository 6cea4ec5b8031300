"""Spectra with fewer digits, and the ranks of the spectra with all digits beside them.

Spectra are the bulk of what is measured, and most of their digits are noise. In an archive an eigenvalue keeps only its
leading binary digits, and one that is rounding error itself keeps two. The table `rank`, derived beforehand from the
spectra with all digits, lies beside them and is read instead of being derived again, so ranks of every definition are
those of the original to the bit. A definition that counts eigenvalues gives the same from the rounded spectrum: digits
are added to a spectrum until it does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grokscope.metrics.rank import EPSILON, Reals, rank_table, ranks

SPECTRA = "spectra"
DIGITS = (8, 12, 16, 24, 32, 53)
"""Binary digits of an eigenvalue, tried in this order; 53 are all."""

NOISE_DIGITS = 2
COUNTING = ("p1_code", "p1_text", "p1_text_absolute", "relative_1e-3", "relative_1e-6", "pca_95", "pca_99")
"""Definitions that count eigenvalues; the others are smooth functions of them."""


@dataclass(frozen=True)
class RoundedSpectra:
    """A table `spectra` with rounded eigenvalues, the table `rank` of the original, and the fewest digits kept."""

    spectra: pd.DataFrame
    ranks: pd.DataFrame
    bits: int


def round_spectra(spectra: pd.DataFrame) -> RoundedSpectra:
    """Round the eigenvalues of a table `spectra`."""
    kept = [
        _rounded(np.asarray(values, dtype=np.float64), int(points))
        for values, points in zip(spectra["eigenvalues"], spectra["points"], strict=True)
    ]
    rounded = spectra.assign(eigenvalues=pd.Series([values for values, _ in kept], index=spectra.index, dtype=object))
    return RoundedSpectra(rounded, rank_table(spectra), min((bits for _, bits in kept), default=DIGITS[-1]))


def _rounded(values: Reals, points: int) -> tuple[Reals, int]:
    """One spectrum with as many digits as its counts need."""
    wanted = ranks(values, points)
    noise = np.abs(values) < len(values) * EPSILON * np.abs(values).max(initial=0.0) / 2
    for bits in DIGITS:
        found = np.where(noise, to_digits(values, min(bits, NOISE_DIGITS)), to_digits(values, bits))
        counted = ranks(found, points)
        if all(_same(counted[name], wanted[name]) for name in COUNTING):
            return found, bits
    return values, DIGITS[-1]


def to_digits(values: Reals, bits: int) -> Reals:
    """The nearest values of `bits` binary digits; what is not finite stays as it is."""
    with np.errstate(invalid="ignore"):
        mantissa, exponent = np.frexp(values)
        return np.where(np.isfinite(values), np.ldexp(np.round(np.ldexp(mantissa, bits)), exponent - bits), values)


def _same(first: Reals, second: Reals) -> bool:
    return bool(np.array_equal(first, second, equal_nan=True))
