"""The papers' figures, rebuilt from metric tables: kinds, their parts, and a folder for each paper's unique ones."""
