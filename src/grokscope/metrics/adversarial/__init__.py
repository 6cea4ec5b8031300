"""Accuracy under attack (P2 section 1)."""
