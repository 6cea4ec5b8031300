"""Accuracy of transformers under attacks on their embedded sequences (P2 Fig 9)."""
