"""Pre-activation residual networks for small images (Figs 1, 17, 18 and 23 of P2)."""
