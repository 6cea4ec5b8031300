"""Further terms of the loss, one module each with a function `build`; `grokscope.training.registry` lists them."""
