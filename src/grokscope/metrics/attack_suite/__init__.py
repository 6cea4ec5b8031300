"""Accuracy under several attacks, and under the worst of them for each image (a control of P2's robustness)."""
