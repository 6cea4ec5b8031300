"""How large the gradient is that an attack follows, and by how much the label's logit leads."""
