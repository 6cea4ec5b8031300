"""How large a report may be, and what of it run cards may fill."""

BUDGET_BYTES = {"smoke": 25_000_000, "quick": 30_000_000, "paper": 45_000_000}
CARDS_SHARE = 0.15
"""Share of the budget; where cards with their pictures would take more, they come without them."""
