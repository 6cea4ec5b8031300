"""Linear probes on every layer's pre-activations (P1 Fig 1)."""
