"""Figures of our own experiments that are unique, named as their files in `experiments/extensions/`."""
