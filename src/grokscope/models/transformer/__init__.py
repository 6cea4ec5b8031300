"""Transformers on tokens (Figs 8, 9, 11, 19 and 20 of P2)."""
