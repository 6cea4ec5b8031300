"""The optimisers, one module each with a function `build`; `grokscope.training.registry` lists them.

All are torch's own, fused where torch has that. Every parameter decays, biases and batch normalisation too, as in both
papers' codes.
"""
