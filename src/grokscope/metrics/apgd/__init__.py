"""Accuracy under Auto-PGD on the cross-entropy (P2 Fig 18)."""
