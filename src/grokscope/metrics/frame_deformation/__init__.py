"""How a network deforms the neighbourhood that local complexity looks at (P2 Figs 5, 21 and 23)."""
