"""Exact linear regions of a network of two inputs on either side of a line (P2 Fig 3)."""
