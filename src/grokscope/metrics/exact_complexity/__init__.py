"""How many neurons truly cut the neighbourhood that local complexity looks at, in few directions (P2 section 2)."""
