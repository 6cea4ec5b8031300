"""A function of two numbers that waves on one side and is flat on the other (P2 Figs 3 and 25)."""
