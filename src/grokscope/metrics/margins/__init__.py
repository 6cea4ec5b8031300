"""Margins of the true class, in units of the outputs and as distances from the decision boundary."""
