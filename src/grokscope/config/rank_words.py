"""The definitions of feature rank in words for a reader; grokscope.metrics.rank says what each of them counts."""

from __future__ import annotations

RANK_WORDS = {
    "p1_code": "released code",
    "p1_text": "text of the paper",
    "p1_text_absolute": "text, read literally",
    "relative_1e-3": "above 1/1000 of the largest",
    "relative_1e-6": "above a millionth of the largest",
    "pca_95": "95\u202f% of the variance",
    "pca_99": "99\u202f% of the variance",
    "effective": "effective rank",
    "stable": "stable rank",
    "participation": "participation ratio",
}
"""What stands after `definition of rank:`."""
