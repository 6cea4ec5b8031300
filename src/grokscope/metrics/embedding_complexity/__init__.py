"""Local complexity of transformers in the space of their embeddings (P2 Figs 8 and 9)."""
