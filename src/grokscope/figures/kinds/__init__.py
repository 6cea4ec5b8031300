"""Kinds of figures: each draws any number of figures that an entry under `draw` describes
(`grokscope.config.drawing`).
"""
