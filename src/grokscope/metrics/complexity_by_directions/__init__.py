"""Local complexity with several numbers of directions at the same points."""
