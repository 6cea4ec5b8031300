"""Scale of the logits and alignment of centroids: indicators of grokking that others have proposed."""
