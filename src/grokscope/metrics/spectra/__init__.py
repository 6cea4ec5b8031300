"""Eigenvalues of the covariance of every layer's pre-activations (P1 Figs 1, 3 to 7)."""
