"""What estimands, tests, events and curves say about themselves, without pandas and torch: the workflow's driver holds
claims against it.
"""
