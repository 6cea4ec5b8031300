"""Local complexity of every block on a plane through embedded training sequences (P2 Figs 11, 19 and 20)."""
