"""Texts as sequences of characters, of which a network predicts the next one at every position (P2 Fig 9)."""
