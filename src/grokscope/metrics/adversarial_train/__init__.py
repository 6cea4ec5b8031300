"""Accuracy under attack at the training images, with the labels that were learnt (P2 Fig 16)."""
