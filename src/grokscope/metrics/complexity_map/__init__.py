"""Local complexity at every point of a grid over two inputs (P2 Fig 25)."""
