"""The papers' figures, rebuilt from metric tables: kinds of figures, what they are made of, and a folder for each
paper's unique ones.
"""
