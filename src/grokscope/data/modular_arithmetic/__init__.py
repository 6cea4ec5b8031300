"""Binary operations modulo a number, the classic task of grokking (P2 Fig 8; Power et al., arXiv 2201.02177)."""
