"""Accuracy and loss on the whole training subset and the whole test set (both papers' accuracy figures)."""
