"""Local complexity: how many neurons' zero sets cut a small neighbourhood of a point (P2 section 2)."""
