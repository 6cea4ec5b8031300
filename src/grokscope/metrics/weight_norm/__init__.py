"""L2 norm of the parameters, in total and by layer (P1 Fig 5)."""
