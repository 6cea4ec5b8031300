"""What estimands, tests, events and curves declare, without pandas and torch, so that claims can be checked early."""
