"""Schemes of initialisation other than PyTorch's default, one module each with a function `draw`."""
