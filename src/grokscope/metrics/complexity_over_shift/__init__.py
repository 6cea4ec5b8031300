"""Local complexity along a line of inputs, by directions and radius (P2 Fig 15)."""
