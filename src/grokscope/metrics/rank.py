"""Every definition of feature rank as a view of one stored spectrum. Pure numpy: `analysis` uses it without torch.

A spectrum holds the eigenvalues of the covariance of a layer's features. The singular values of the centred feature
matrix are sqrt((points - 1) * eigenvalue), so a threshold t on eigenvalues relative to the largest is sqrt(t) on
singular values.

- `p1_code`: what P1's code reports, `torch.linalg.matrix_rank` of the covariance with its default tolerance: absolute
  eigenvalues
  above d * eps * largest, d the number of features and eps that of float64.
- `p1_text`: P1's text says max(n, d) * eps, n the number of samples; as p1_code with that factor in place of d.
- `p1_text_absolute`: the text read literally, which names no factor for the largest: absolute eigenvalues above max(n,
  d) * eps.
- `relative_1e-3`, `relative_1e-6`: eigenvalues above that share of the largest (singular values above 3.2e-2 and 1e-3
  of theirs).
- `pca_95`, `pca_99`: fewest leading eigenvalues that hold that share of the variance.
- `effective`: exp of the entropy of the eigenvalues divided by their sum.
- `stable`: sum over largest. `participation`: squared sum over sum of squares.

Negative eigenvalues are rounding errors: the P1 definitions take their size, as singular values do, the others count
them as zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from grokscope.metrics.tables import columns_of, make_table

Reals = NDArray[np.float64]

RELATIVE_THRESHOLDS = {"relative_1e-3": 1e-3, "relative_1e-6": 1e-6}
VARIANCE_SHARES = {"pca_95": 0.95, "pca_99": 0.99}
EPSILON = float(np.finfo(np.float64).eps)
DEFINITIONS = (
    "p1_code",
    "p1_text",
    "p1_text_absolute",
    *RELATIVE_THRESHOLDS,
    *VARIANCE_SHARES,
    "effective",
    "stable",
    "participation",
)


def ranks(eigenvalues: ArrayLike, points: ArrayLike) -> dict[str, Reals]:
    """Ranks by every definition of spectra `eigenvalues` (..., d) measured on `points` (...) samples.

    The eigenvalues of a spectrum may be in any order. A spectrum of zeros has rank 0, one with a value that is not
    finite rank NaN.
    """
    values = np.asarray(eigenvalues, dtype=np.float64)
    samples = np.asarray(points, dtype=np.float64)
    valid = np.asarray(np.isfinite(values).all(axis=-1))
    values = np.where(valid[..., None], values, 0.0)
    size, features = np.abs(values), values.shape[-1]
    largest = size.max(axis=-1)
    tolerance = np.maximum(samples, features) * EPSILON
    found = {
        "p1_code": _count_above(size, features * EPSILON * largest),
        "p1_text": _count_above(size, tolerance * largest),
        "p1_text_absolute": _count_above(size, np.broadcast_to(tolerance, largest.shape)),
    }
    # In units of the largest, so that no sum or square over- or underflows.
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(largest[..., None] > 0, np.clip(values, 0.0, None) / largest[..., None], 0.0)
    found |= {
        name: _count_above(shares, np.full(largest.shape, threshold)) for name, threshold in RELATIVE_THRESHOLDS.items()
    }
    found |= {name: _leading(shares, share) for name, share in VARIANCE_SHARES.items()}
    total = shares.sum(axis=-1)
    found["effective"] = _effective(shares, total)
    found["stable"] = _ratio(total, shares.max(axis=-1))
    found["participation"] = _ratio(total**2, (shares**2).sum(axis=-1))
    return {name: np.where(valid, found[name], np.nan) for name in DEFINITIONS}


def rank_table(spectra: pd.DataFrame) -> pd.DataFrame:
    """Table `rank` of a table `spectra`: a row for each of its rows and each definition."""
    lengths = spectra["eigenvalues"].map(len)
    parts: list[pd.DataFrame] = []
    for _, group in spectra.groupby(lengths.rename("features"), sort=False):  # layers of equal width, in one piece
        found = ranks(np.stack(list(group["eigenvalues"])), group["points"].to_numpy())
        values = {
            "definition": np.tile(DEFINITIONS, len(group)),
            "rank": np.stack(list(found.values()), axis=1).ravel(),
        }
        parts.append(pd.DataFrame(values, index=group.index.repeat(len(DEFINITIONS))))
    if not parts:
        return make_table("rank", []).assign(run=spectra["run"])[columns_of("rank")]
    keys = spectra[["run", "seed", "step", "split", "layer"]]
    long = keys.join(pd.concat(parts)).reset_index(drop=True)
    return long.astype({"definition": spectra["split"].dtype})[columns_of("rank")]


def _count_above(values: Reals, threshold: Any) -> Reals:
    return (values > np.asarray(threshold)[..., None]).sum(axis=-1).astype(np.float64)


def _leading(shares: Reals, wanted: float) -> Reals:
    cumulated = np.cumsum(-np.sort(-shares, axis=-1), axis=-1)
    total = cumulated[..., -1:]
    return np.where(total[..., 0] > 0, (cumulated < wanted * total).sum(axis=-1) + 1.0, 0.0)


def _effective(shares: Reals, total: Reals) -> Reals:
    with np.errstate(divide="ignore", invalid="ignore"):
        fractions = shares / total[..., None]
        entropy = -np.where(fractions > 0, fractions * np.log(fractions), 0.0).sum(axis=-1)
    return np.where(total > 0, np.exp(entropy), 0.0)


def _ratio(numerator: Reals, denominator: Reals) -> Reals:
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)
