"""Exact linear regions of piecewise linear networks on polygons of two-dimensional slices."""
