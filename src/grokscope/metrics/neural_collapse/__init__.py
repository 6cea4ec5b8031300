"""Neural collapse: how far the features of a class have fallen onto their mean (Papyan, Han and Donoho 2020)."""
