"""Residual networks for larger images (Figs 6 right and 22 of P2)."""
