"""The linear regions of a network on two-dimensional slices of its input (P2 Figs 2, 3, 7, 24, 26)."""
