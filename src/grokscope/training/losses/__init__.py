"""The losses, one module each with a function `loss`; `grokscope.training.registry` lists them."""
