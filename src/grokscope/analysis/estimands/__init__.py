"""Estimands, one module each with a function `estimate(inputs, **parameters) -> effects`; found by name."""
