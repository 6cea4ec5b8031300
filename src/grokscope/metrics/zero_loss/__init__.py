"""Samples whose loss is exactly zero in the arithmetic of the training."""
