"""What a choice of scale and figures will cost, from times measured on this machine before anything starts."""
